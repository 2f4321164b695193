"""What belongs to a manager's portfolio beside its enrolments: each app above registers its part in `AppConfig.ready`, so that a
hand-over moves it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Part:
    """`find(manager, partner_ids)` are the rows that move; `move(rows, to)` moves them and says how many."""

    key: str
    label: str
    find: Callable[..., QuerySet]
    move: Callable[..., int]


_parts: dict[str, Part] = {}


def register_part(key: str, label: str, find: Callable[..., QuerySet], move: Callable[..., int]) -> None:
    """`label` is lazily translated."""
    _parts[key] = Part(key, label, find, move)


def parts() -> list[Part]:
    return sorted(_parts.values(), key=lambda part: part.key, reverse=True)
