"""What can be found: each app that has a noun joins in `AppConfig.ready`, and says who may see which of them right now.

The index holds words; rights stay with the noun. Whatever is asked of the index is asked within `visible_to`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from search.models import Document


@dataclass(frozen=True)
class Source:
    """`kind` is how documents of this noun are marked, `label` how people read it, in the plural.

    `visible_to(reader)` gives a queryset of the public ids that this person may see at this moment, as
    `Resource.objects.visible_to(reader.user).values_list("public_id")` does; `reader` is what `read_as` says. `answers` says
    whether the assistant may quote it. `rebuild()` tells the index of every row again and gives how many there were; without it the
    noun's app has a command."""

    kind: str
    label: str | Promise
    visible_to: Callable[..., QuerySet]
    answers: bool = True
    rebuild: Callable[[], int] | None = None


_sources: dict[str, Source] = {}
_readers: list[Callable[..., Any]] = []


def register_source(source: Source) -> None:
    _sources[source.kind] = source


def read_as(make: Callable[..., Any]) -> None:
    """`make(user)` is what all sources get of who searches, made once for each search, so that what several of them have to know of
    the same person is asked once. The app that knows people has it."""
    _readers[:] = [make]


def sources() -> list[Source]:
    return list(_sources.values())


def documents_for(user, *, kinds: Iterable[str] | None = None, answers: bool = False) -> QuerySet[Document]:
    """The documents that this person may see now: each kind within what its own app allows, and nothing that has expired."""
    wanted = None if kinds is None else set(kinds)
    reader = _readers[0](user)
    allowed = Q(pk__in=())
    for source in sources():
        if (wanted is None or source.kind in wanted) and (source.answers or not answers):
            allowed |= Q(kind=source.kind, public_id__in=source.visible_to(reader))
    return Document.objects.current().filter(allowed)
