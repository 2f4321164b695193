"""Rows of the ledger that rows of a file speak of, whatever their kind: compared with what is held of the partner, planned, and
written. A module for each kind (agreements, figures, …) says what it is made of, and reads it from a row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from partners.copying import copy_rows, public_ids
from partners.models import Method, Provenance

_PROVEN = {"evidence": "", "evidence_file_id": None}


@dataclass(frozen=True, eq=False)
class Kind:
    """`which` are the columns that tell one thing from another, `open` those that either side may leave unsaid besides. `blank`
    has the values of one of which nothing is said. A programme is its key until it is written. `narrowed_by` are columns of
    `which` by which the rows are looked for, where a partner may have many. `check` is given all columns and raises `Invalid`.
    Of what `is_alone` two rows do not hold at once: beside a verified one a claim is in the ledger alone."""

    key: str
    model: type[Provenance]
    which: tuple[str, ...]
    blank: dict[str, Any]
    name_of: Callable[["Said"], str]
    check: Callable[[dict[str, Any]], None]
    twice: str | Promise
    open: tuple[str, ...] = ()
    several: str | Promise = ""
    narrowed_by: tuple[str, ...] = ()
    is_alone: bool = False
    is_in_profile: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.which, *self.open, *self.blank, *_PROVEN)))

    def thing(self, columns: dict[str, Any]) -> tuple:
        return (self.key, *(_folded(columns[name]) for name in self.which))

    def near(self, columns: dict[str, Any]) -> tuple:
        return tuple(_folded(columns[name]) for name in self.open)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says. `which` has the columns that tell which thing it is, empty where it leaves them open; `values` are only
    those it gives; `first` is what else is so of a new one; `called` is its name where its columns have a number for it. What
    `is_personal` is about the contact of the row: `contact_id` has what the file calls the person, until there is a number."""

    kind: Kind
    which: dict[str, Any]
    values: dict[str, Any]
    first: dict[str, Any] = field(default_factory=dict)
    called: str = ""
    is_personal: bool = False
    thing: tuple = field(init=False)
    near: tuple = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "thing", self.kind.thing(self.which))
        object.__setattr__(self, "near", self.kind.near(self.which))

    def of_person(self, person: int | str) -> "Said":
        return replace(self, which=self.which | {"contact_id": person})

    def is_near(self, near: tuple) -> bool:
        """Of two with the same `thing`: whether they are one."""
        return all(mine == theirs or not (mine and theirs) for mine, theirs in zip(self.near, near, strict=True))


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the ledger: one that holds, or one that this file said once."""

    pk: int
    columns: dict[str, Any]
    near: tuple
    source: str
    observed_at: datetime
    is_verified: bool
    is_withdrawn: bool

    def says(self, said: Said) -> bool:
        return all(_is_same(self.columns[name], value) for name, value in said.values.items())


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """The row to be written. It takes the place of `follows`; what is past is written with its end, for the ledger alone."""

    kind: Kind
    columns: dict[str, Any]
    in_words: str
    follows: int | None = None
    is_past: bool = False

    def with_person(self, numbers: dict[str, int]) -> "PlannedRow":
        """Once a new person has a number; `numbers` are those of the partner's people by what the file calls them."""
        person = self.columns.get("contact_id")
        return replace(self, columns=self.columns | {"contact_id": numbers[person]}) if isinstance(person, str) else self


def load_kept(said: list[Said], partners: list[int], source: str) -> Iterator[tuple[int, tuple, Kept]]:
    """What is held of the things that are spoken of, with the partner and the `thing` of each; the latest seen last. One query
    for each kind."""
    for kind in {row.kind for row in said}:
        narrow = {f"{name}__in": {row.which[name] for row in said if row.kind is kind} for name in kind.narrowed_by}
        rows = kind.model.ledger.filter(Q(withdrawn_at=None) | Q(source=source), partner__in=partners, **narrow)
        names = [_lookup(name) for name in kind.columns]
        about = ("partner_id", "pk", "source", "observed_at", "verified_at", "withdrawn_at")
        for partner, pk, said_by, observed_at, verified_at, withdrawn_at, *values in rows.order_by("observed_at", "pk").values_list(
            *about, *names
        ):
            columns = dict(zip(kind.columns, values, strict=True))
            kept = Kept(
                pk, columns, kind.near(columns), said_by, observed_at, verified_at is not None, withdrawn_at is not None
            )  # fmt: skip
            yield partner, kind.thing(columns), kept


def plan_row(said: Said, kept: list[Kept], *, source: str, observed_at: datetime) -> PlannedRow | None:
    """None where the row says nothing new. What was verified stays, and the row is a claim beside it; what somebody has seen
    later than the file stays alone. `kept` are of the same thing. Raises `Invalid`."""
    alike = [row for row in kept if said.is_near(row.near)]
    held = [row for row in alike if not row.is_withdrawn]
    if len({row.near for row in held}) > 1:
        raise Invalid(said.kind.several % {**said.which, "called": said.called})
    said_last = [row for row in alike if row.source == source and row.observed_at <= observed_at][-1:]
    if any(row.says(said) for row in (*held, *said_last)):
        return None
    now = max(held, key=lambda row: (not row.is_verified, row.observed_at), default=None)
    columns = (now.columns if now else _PROVEN | said.kind.blank | said.which | said.first) | said.values
    said.kind.check(columns)
    is_past = now is not None and (now.observed_at > observed_at or (said.kind.is_alone and now.is_verified))
    is_beside = now is not None and (is_past or now.is_verified)
    return PlannedRow(
        kind=said.kind,
        columns=columns,
        in_words=_in_words(said, now, is_beside=is_beside),
        follows=now.pk if now and not is_beside else None,
        is_past=is_past,
    )


def write_rows(told: Iterable[tuple[int, datetime, PlannedRow]], programmes: dict[str, int], *, source: str, by) -> None:
    """Each with the number of its partner and the moment it was seen. `IntegrityError` where somebody changed one meanwhile."""
    by_kind = sorted(told, key=lambda row: row[2].kind.key)
    for _key, rows in groupby(by_kind, key=lambda row: row[2].kind.key):
        _write(list(rows), programmes, source=source, by=by)


def _write(told: list[tuple[int, datetime, PlannedRow]], programmes: dict[str, int], *, source: str, by) -> None:
    kind, now = told[0][2].kind, timezone.now()
    followed = [plan.follows for _partner, _observed_at, plan in told if plan.follows]
    if followed and kind.model.objects.filter(pk__in=followed, verified_at=None).update(withdrawn_at=now) < len(followed):
        raise IntegrityError(f"a row of {kind.key} was changed while the file was read")
    rows = (
        (public_id, partner, observed_at, now if plan.is_past else None, *_numbered(plan.columns, kind, programmes))
        for (partner, observed_at, plan), public_id in zip(told, public_ids(), strict=False)
    )
    columns = ("public_id", "partner_id", "observed_at", "withdrawn_at", *map(_column, kind.columns))
    same = {"source": source, "method": Method.IMPORT.value, "recorded_at": now, "asserted_by_id": by.pk if by else None}
    copy_rows(kind.model, columns, rows, **same)


def _numbered(columns: dict[str, Any], kind: Kind, programmes: dict[str, int]) -> Iterator[Any]:
    return (programmes.get(columns[name]) if name == "programme" else columns[name] for name in kind.columns)


def _lookup(name: str) -> str:
    return "programme__key" if name == "programme" else name


def _column(name: str) -> str:
    return "programme_id" if name == "programme" else name


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value or ""


def _is_same(old: Any, new: Any) -> bool:
    return sorted(old) == sorted(new) if isinstance(new, list) else old == new


def _in_words(said: Said, now: Kept | None, *, is_beside: bool) -> str:
    words = {"what": said.kind.name_of(said)}
    if now is None:
        return _("%(what)s: new") % words
    if is_beside:
        return _("%(what)s: noted beside what is known better") % words
    label = said.kind.model._meta.get_field
    changed = [
        f"{label(name).verbose_name} {_short(now.columns[name])} → {_short(value)}"
        for name, value in said.values.items()
        if not _is_same(now.columns[name], value)
    ]
    return _("%(what)s: %(changed)s") % {**words, "changed": ", ".join(changed)}


def _short(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value.normalize(), use_l10n=True, force_grouping=True)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)
