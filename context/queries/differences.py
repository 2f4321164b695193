"""What differs between two moments in what is on record for a partner, by one of the two questions of `context.queries.as_of`.

A difference tells both sides with source, age and proof. Growing stale is none: it comes by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from context.models import ROWS, DataPoint, Verdict
from context.periods import period_in_words
from context.queries.facts import CurrentFact, facts_with_ends
from context.queries.ledger_items import CLAIM, FACT
from context.queries.metrics import labels_of_metrics, said
from context.queries.typed_rows import row_detail, rows_at_each, same_thing
from context.queries.words import Names, value_in_words
from partners.confidence import Judged
from partners.models import Evidence, Partner, PerformanceRecord, Programme, Provenance

QUESTIONS = ("true_at", "known_at")
ADDED, CHANGED, JUDGED, REMOVED = "added", "changed", "judged", "removed"
KINDS = {
    ADDED: gettext_lazy("Added"),
    CHANGED: gettext_lazy("Changed"),
    JUDGED: gettext_lazy("The same, and stands differently"),
    REMOVED: gettext_lazy("Removed"),
}


@dataclass(frozen=True)
class Told(Judged):
    """What one of the two moments said, with where it comes from, how old it is and what proves it. The value of a row is its
    columns."""

    kind: str
    key: int
    id: UUID
    value: Any
    in_words: str
    standing: str
    decided_by: str
    decided_at: datetime | None
    is_stale: bool
    source: str
    method: str
    observed_at: datetime
    recorded_at: datetime
    evidence: str
    evidence_file: Evidence | None
    withdrawn_at: datetime | None = None

    @property
    def standing_in_words(self) -> str:
        return _("claim") if self.standing == CLAIM else str(Verdict.Kind(self.standing).label)


@dataclass(frozen=True)
class End:
    """Why something is gone: it was withdrawn, by whom where that is known."""

    at: datetime
    by: str
    comment: str


@dataclass(frozen=True)
class Difference:
    """`data_point` is the key, also of kinds of rows; `programme` the key of the one whose place the value belongs to. Of what
    is gone, `after` says that it ended, or `end` that it was withdrawn."""

    kind: str
    data_point: str
    label: str
    programme: str
    before: Told | None
    after: Told | None
    end: End | None = None


def differences_between(
    partner: Partner, since: datetime, until: datetime, *, question: str, among: Iterable[DataPoint], hidden: frozenset[str]
) -> list[Difference]:
    """What came, what changed, what went; without the kinds of rows that are `hidden` from the reader."""
    if since >= until:
        raise Invalid(_("The first day has to come before the second one."), field="since")
    among = list(among)
    before, after = (
        {_place(fact): fact for fact in facts_with_ends(partner, among=among, **{question: at})} for at in (since, until)
    )
    points = {fact.data_point.pk: fact.data_point for fact in (*before.values(), *after.values())}
    programmes = Programme.objects.in_bulk({programme for _point, programme in (*before, *after) if programme})
    found, names = [], Names()
    for place in _in_order(before, after):
        point, programme = points[place[0]], programmes.get(place[1])
        label = f"{point.label} · {programme}" if programme else point.label
        about = (point.key, label, programme.key if programme else "")
        found.append(_difference(*about, _told_fact(before.get(place), names), _told_fact(after.get(place), names)))
    found += _of_rows(partner, since, until, question, hidden, {point.key: point.label for point in among})
    differing = [each for each in found if each]
    return _with_ends(differing)


def _of_rows(
    partner: Partner, since: datetime, until: datetime, question: str, hidden: frozenset[str], labels: dict[str, str]
) -> list[Difference | None]:
    kinds = [kind for kind in ROWS if kind not in hidden]
    before, after = ({same_thing(row): row for row in rows} for rows in rows_at_each(partner, kinds, question, [since, until]))
    metrics = labels_of_metrics() if "performance" in kinds else {}
    found = []
    for same in _in_order(before, after):
        one, other = before.get(same), after.get(same)
        if one and other and (one.pk, one.standing) == (other.pk, other.standing):
            continue
        row = other or one
        found.append(_difference(row.row_kind, _label(row, metrics, labels), "", _told_row(one, other), _told_row(other, one)))
    return found


def _label(row: Provenance, metrics: dict[str, str], labels: dict[str, str]) -> str:
    """“Sites”, “Licence revenue: Q3 2026”; which site, the value says."""
    if isinstance(row, PerformanceRecord):
        return f"{said(row.metric, metrics)}: {period_in_words(row.period_start, row.period_end)}"
    return labels.get(row.row_kind, row.row_kind)


def _difference(data_point: str, label: str, programme: str, before: Told | None, after: Told | None) -> Difference | None:
    is_there, was_there = _says_something(after), _says_something(before)
    if not is_there and not was_there:
        return None
    if not was_there:
        return Difference(ADDED, data_point, label, programme, None, after)
    if not is_there:
        return Difference(REMOVED, data_point, label, programme, before, after)
    if before.value != after.value:
        return Difference(CHANGED, data_point, label, programme, before, after)
    if before.standing != after.standing:
        return Difference(JUDGED, data_point, label, programme, before, after)
    return None


def _says_something(told: Told | None) -> bool:
    return told is not None and told.value is not None


def _told_fact(fact: CurrentFact | None, names: Names) -> Told | None:
    if fact is None:
        return None
    words = "" if fact.value is None else value_in_words(fact.data_point, fact.value, names)
    return Told(
        FACT, fact.fact_id, fact.public_id, fact.value, words, fact.standing, fact.decided_by, fact.decided_at, fact.is_stale,
        fact.source, fact.method, fact.observed_at, fact.recorded_at, fact.evidence, fact.evidence_file,
    )  # fmt: skip


def _told_row(row: Provenance | None, other: Provenance | None) -> Told | None:
    """In its own words, and with those of its columns that the `other` row has otherwise."""
    if row is None:
        return None
    own = _own_columns(row)
    differing = {name: value for name, value in own.items() if other is not None and _own_columns(other)[name] != value}
    words = row_detail(row)
    if other is not None and differing and words == row_detail(other):
        words = " · ".join(_column_in_words(row, name) for name in differing)
    if not isinstance(row, PerformanceRecord):
        words = " · ".join(filter(None, (str(row), words)))
    by, at = (row.verdict.by, row.verdict.at) if row.verdict else (row.verified_by, row.verified_at)
    return Told(
        row.row_kind, row.pk, row.public_id, own, words, row.standing, str(by or ""), at, row.is_stale,
        row.source, row.method, row.observed_at, row.recorded_at, row.evidence, row.evidence_file, row.withdrawn_at,
    )  # fmt: skip


def _own_columns(row: Provenance) -> dict[str, Any]:
    """What the row says of the partner, without where that comes from."""
    return {name: getattr(row, name) for name in _names(type(row))}


@cache
def _names(model: type[models.Model]) -> list[str]:
    provenance = {field.name for field in Provenance._meta.concrete_fields} | {"id", "public_id", "partner"}
    return [field.attname for field in model._meta.concrete_fields if field.name not in provenance]


def _with_ends(differences: list[Difference]) -> list[Difference]:
    """Who withdrew what is gone, where nobody said that it had ended; one query, if there is any."""
    gone = [each.before for each in differences if each.kind == REMOVED and each.before and each.after is None]
    if not gone:
        return differences
    about = Q(fact__in=[told.key for told in gone if told.kind == FACT])
    for told in gone:
        about |= Q(fact=None, row_kind=told.kind, row_id=told.key) if told.kind != FACT else Q()
    verdicts = Verdict.objects.filter(about, kind=Verdict.Kind.WITHDRAWN).select_related("by").order_by("at", "pk")
    ends = {(verdict.row_kind or FACT, verdict.fact_id or verdict.row_id): verdict for verdict in verdicts}
    return [replace(each, end=_end(each, ends)) for each in differences]


def _end(difference: Difference, ends: dict[tuple[str, int], Verdict]) -> End | None:
    told = difference.before
    if difference.kind != REMOVED or told is None or difference.after:
        return None
    if verdict := ends.get((told.kind, told.key)):
        return End(verdict.at, str(verdict.by or ""), verdict.comment)
    return End(told.withdrawn_at, "", "") if told.withdrawn_at else None


def _in_order(before: dict, after: dict) -> Iterable:
    return dict.fromkeys((*before, *after))


def _place(fact: CurrentFact) -> tuple[int, int | None]:
    return fact.data_point.pk, fact.programme_id


def _column_in_words(row: Provenance, name: str) -> str:
    column = row._meta.get_field(name)
    value = getattr(row, column.name)
    words = ", ".join(map(str, value)) if isinstance(value, list) else value
    words = date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else words
    return f"{column.verbose_name}: {words if words not in (None, '') else '–'}"
