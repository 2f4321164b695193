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

from django.db.models import BooleanField, DateField, ExpressionWrapper, F, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from partners.models import Contact
from partners.unions import numbered_rows


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
    """One thing to do: `tone` is warn, bad, info or accent; `contact` is for whom, where one reads for several partners. What is
    urgent comes before everything that has a day."""

    icon: str
    tone: str
    title: str
    detail: str
    url: str
    due: date | None = None
    contact: Contact | None = None
    is_urgent: bool = False


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


def rows_together(parts: Iterable[tuple[int, QuerySet]]) -> list[Waiting]:
    """Each part with the key of the contact for whom it waits."""
    return [Waiting(*row, contact=contact) for contact, *row in numbered_rows(parts)]


# One of each for all kinds: they are put together for every page.
_TEXT, _TRUTH = TextField(), BooleanField()
_NOTHING, _NO_NAME, _NOBODY = Value("", _TEXT), Value(""), Cast(Value(None), _TEXT)
_NO_ADDRESS, _NO_DAY = Cast(Value(None), UUIDField()), Cast(Value(None), DateField())
_NOT_BEGUN = Value(False, _TRUTH)


def in_columns(
    kind: str, rows: QuerySet, *, title, detail="", who="", address="", due="", begun=None, newest_first=False
) -> QuerySet:
    """The columns of `Waiting` but its last, each the name of a column of these rows or empty; `due` is a day."""
    return rows.values_list(
        Value(kind, _TEXT),
        F(title),
        F(detail) if detail else _NOTHING,
        Coalesce(NullIf(f"{who}__name", _NO_NAME), f"{who}__email", output_field=_TEXT) if who else _NOBODY,
        F(address) if address else _NO_ADDRESS,
        F(due) if due else _NO_DAY,
        ExpressionWrapper(begun, _TRUTH) if begun else _NOT_BEGUN,
        -F("pk") if newest_first else F("pk"),
    )
