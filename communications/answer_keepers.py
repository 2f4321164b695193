"""What an accepted answer can become. An entry among the kept answers is always there; an app above that has a library of its own
adds to them in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from communications.models import Discussion


@dataclass(frozen=True)
class Keeper:
    """`keep(discussion, by, question, answer, segment)` makes a row of it and returns the address of that row's page."""

    key: str
    label: str
    keep: Callable[..., str]


_keepers: dict[str, Keeper] = {}


def register_answer_keeper(key: str, label: str, keep: Callable[..., str]) -> None:
    _keepers[key] = Keeper(key, label, keep)


def answer_keepers() -> list[Keeper]:
    """In the order of their names, whichever app came first."""
    return sorted(_keepers.values(), key=lambda keeper: keeper.key)


def keep_answer(key: str, discussion: Discussion, **words) -> str | None:
    """Where it is kept now; None for a place that is not known."""
    keeper = _keepers.get(key)
    return keeper.keep(discussion, **words) if keeper else None
