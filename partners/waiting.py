"""What waits for a person in the portal, of all kinds in one query, and how each kind is said on the first page.

An app registers its kind in `AppConfig.ready` with the rows that wait for a contact, as `in_columns` of a queryset, and with the
need that one such row is. The rows of all kinds are read by one UNION, so a kind more costs no query more:

    register_waiting("course", courses_waiting_for, course_need)

    def courses_waiting_for(contact, reader):
        rows = Attempt.objects.open_of(contact)
        return in_columns("course", rows, title="course__title", address="course__public_id", due="due_on")
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, CharField, DateField, ExpressionWrapper, F, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from partners.models import Contact


class Waiting(NamedTuple):
    """`who` answered or agreed it; `public_id` names what its page shows; `contact` is the key of whom it waits for."""

    kind: str
    title: str
    detail: str
    who: str | None
    public_id: UUID | None
    due: date | None
    is_begun: bool
    order: int
    contact: int

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()


@dataclass(frozen=True)
class Need:
    """One thing to do: `tone` is warn, bad, info or accent; `contact` is for whom, where one reads for several partners."""

    icon: str
    tone: str
    title: str
    detail: str
    url: str
    due: date | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class Kind:
    name: str
    rows: Callable[[Contact, Any], QuerySet | None]
    need: Callable[[Waiting, Contact], Need | None]


_kinds: dict[str, Kind] = {}


def register_waiting(
    name: str, rows: Callable[[Contact, Any], QuerySet | None], need: Callable[[Waiting, Contact], Need | None]
) -> None:
    """`rows` are asked for a contact and the user who reads, who may be a manager that views the portal as them: None where the
    kind never applies. `need` is None for a row that needs nobody yet."""
    _kinds[name] = Kind(name, rows, need)


def registered_kinds() -> list[Kind]:
    return list(_kinds.values())


def rows_together(parts: Iterable[QuerySet]) -> list[Waiting]:
    first, *others = parts
    return [Waiting(*row) for row in first.union(*others, all=True)]


def in_columns(
    kind: str, rows: QuerySet, *, title, detail="", who="", address="", due="", begun=None, newest_first=False
) -> QuerySet:
    """The columns of `Waiting` but its last, each the name of a column of these rows or empty."""
    name = Coalesce(NullIf(f"{who}__name", Value("")), f"{who}__email") if who else Value(None)
    return rows.values_list(
        Value(kind, output_field=CharField()),
        Cast(F(title), TextField()),
        Cast(F(detail) if detail else Value(""), TextField()),
        Cast(name, TextField()),
        Cast(F(address) if address else Value(None), UUIDField()),
        Cast(F(due) if due else Value(None), DateField()),
        ExpressionWrapper(begun, output_field=BooleanField()) if begun else Value(False),
        -F("pk") if newest_first else F("pk"),
    )
