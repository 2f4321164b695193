"""What a partner's person has in hand, beside what is theirs alone: each app registers its part in `AppConfig.ready`, so that who
leaves hands it to a colleague."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from partners.models import Contact


@dataclass(frozen=True)
class LeavingPart:
    """`find(contact)` are the rows that wait for this person; `move(rows, to)` gives them to a colleague and says how many."""

    key: str
    label: str | Promise
    find: Callable[[Contact], QuerySet]
    move: Callable[[QuerySet, Contact], int]


_parts: dict[str, LeavingPart] = {}


def register_leaving_part(part: LeavingPart) -> None:
    _parts[part.key] = part


def leaving_parts() -> list[LeavingPart]:
    return sorted(_parts.values(), key=lambda part: part.key, reverse=True)
