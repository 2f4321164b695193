"""Whose texts are held against each other: announcements, and what the apps above this one publish (a library, a course).

They register in `AppConfig.ready`, and write down what a text says with `communications.actions.mentions.note_mentions` whenever
one is published. What is noted counts while `shown` says that the text is out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class ShownText:
    """How a text is named beside another, and where a manager finds it."""

    title: str
    url: str


@dataclass(frozen=True)
class TextSource:
    """`shown(user, versions)` is given pairs of an id and the number of a version; it answers, for those that are out now and that
    this person may see, how each is shown."""

    key: str
    label: str | Promise
    shown: Callable[..., dict[tuple[int, int], ShownText]]


_sources: dict[str, TextSource] = {}


def register_text_source(source: TextSource) -> None:
    _sources[source.key] = source


def text_source(key: str) -> TextSource | None:
    """None where the app whose texts they were is no longer installed."""
    return _sources.get(key)


def shown_texts(user, versions: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], ShownText]:
    """Of (key of the source, id, number); one question to each source."""
    asked: dict[str, set[tuple[int, int]]] = {}
    for key, text_id, number in versions:
        asked.setdefault(key, set()).add((text_id, number))
    found: dict[tuple[str, int, int], ShownText] = {}
    for key, pairs in asked.items():
        if source := text_source(key):
            found |= {(key, *pair): shown for pair, shown in source.shown(user, pairs).items()}
    return found
