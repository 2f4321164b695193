"""Facts as lists, files and the API show them: by how they stand, and by whether they are stale."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from context.models import Fact, Verdict
from context.queries.facts import Rival, freshness, rivals_at
from partners.confidence import confidence_in

FACT_COLUMNS = ("partner_id", "partner", "data_point", "label", "value", "unit", "standing", "rivals", "is_stale", "confidence",
                "source", "method", "asserted_by", "observed_at_utc", "recorded_at_utc", "decided_by", "decided_at_utc",
                "evidence", "evidence_file", "programme", "about_person")  # fmt: skip
CLAIM = "claim"
ROWS_AT_ONCE = 2_000
Row = TypeVar("Row")


def with_standing(facts: QuerySet[Fact], standing: str) -> QuerySet[Fact]:
    """`claim`, or the verdict that counts: the latest one."""
    if standing == CLAIM:
        return facts.filter(~Exists(Verdict.objects.filter(fact=OuterRef("pk"))))
    later = Verdict.objects.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")), fact=OuterRef("fact"))
    return facts.filter(Exists(Verdict.objects.filter(~Exists(later), fact=OuterRef("pk"), kind=standing)))


def with_age(facts: QuerySet[Fact], *, is_stale: bool) -> QuerySet[Fact]:
    stale = Q(data_point__stale_after_days__isnull=False, observed_at__lt=timezone.now() - freshness())
    return facts.filter(stale) if is_stale else facts.exclude(stale)


def in_chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk


def flat(value: Any) -> str:
    """A value as a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " | ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def rivals_in_a_cell(rivals: list[Rival]) -> str:
    """`12 (ERP, 2026-03-01); 14 (a survey, 2026-02-01)`: what others say instead, each with its source and the day."""
    said = (f"{flat(rival.value)} ({rival.source}, {rival.observed_at.astimezone(UTC):%Y-%m-%d})" for rival in rivals)
    return "; ".join(said)


def fact_lines(facts: QuerySet[Fact]) -> Iterator[tuple]:
    """One for each fact, under `FACT_COLUMNS`; beside one that stands, what others say instead. Four queries for each two
    thousand."""
    rows = facts.select_related("partner", "contact", "programme", "data_point", "asserted_by", "evidence_file")
    rows = rows.prefetch_related("verdicts__by")
    for chunk in in_chunks(rows.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        points = {fact.data_point_id: fact.data_point for fact in chunk}
        yield from _lines(chunk, rivals_at(sorted({fact.partner_id for fact in chunk}), points.values()))


def _lines(facts: list[Fact], rivals: dict[int, list[Rival]]) -> Iterator[tuple]:
    for fact in facts:
        latest = next(iter(fact.verdicts.all()), None)
        days = fact.data_point.stale_after_days
        is_stale = days is not None and (timezone.now() - fact.observed_at).days >= days
        standing, proof = latest.kind if latest else CLAIM, bool(fact.evidence or fact.evidence_file_id)
        sure = confidence_in(standing, is_stale=is_stale, method=fact.method, has_proof=proof)
        value = "; ".join(map(str, fact.value)) if isinstance(fact.value, list) else fact.value
        yield (
            fact.partner.public_id, fact.partner, fact.data_point.key, fact.data_point, value, fact.data_point.unit,
            standing, rivals_in_a_cell(rivals.get(fact.pk, [])), int(is_stale), sure.level, fact.source, fact.method,
            fact.asserted_by, _utc(fact.observed_at), _utc(fact.recorded_at), latest and latest.by,
            _utc(latest and latest.at), fact.evidence, fact.evidence_file and fact.evidence_file.name,
            fact.programme and fact.programme.key, fact.contact,
        )  # fmt: skip


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
