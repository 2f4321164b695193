"""What is known about an organisation, as its own people see it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, Sum
from django.utils.formats import date_format

from context.queries.completeness import Completeness, completeness_of
from context.queries.facts import CurrentFact, current_facts
from partners.models import Enrolment, Partner, PerformanceRecord
from partners.queries.typed_rows import TypedRows, typed_rows_of
from partners.queries.world import map_of
from partners.visibility import sight_of
from partners.world_map import WorldMap
from portal.charts import Trend, draw_trend

PERIODS_SHOWN = 12
METRICS_SHOWN = 4


@dataclass(frozen=True)
class Figure:
    """A metric over its latest periods, old to new. `value` and `change` are of the last one."""

    name: str
    unit: str
    rows: tuple[tuple[str, Decimal], ...]
    trend: Trend

    @property
    def value(self) -> Decimal:
        return self.rows[-1][1]

    @property
    def period(self) -> str:
        return self.rows[-1][0]

    @property
    def change(self) -> Decimal | None:
        return self.value - self.rows[-2][1] if len(self.rows) > 1 else None


@dataclass(frozen=True)
class Organisation:
    partner: Partner
    enrolments: list[Enrolment]
    rows: TypedRows
    figures: list[Figure]
    facts: list[tuple[str, CurrentFact]]
    hidden: frozenset[str]
    complete: Completeness

    @property
    def world(self) -> WorldMap:
        return map_of(self.partner, self.rows, self.hidden)

    @property
    def known_keys(self) -> set[str]:
        return {fact.data_point.key for _label, fact in self.facts}


def organisation_of(partner: Partner, enrolments: list[Enrolment], *, reader) -> Organisation:
    """What `reader`, the one signed in, may see of it in the portal."""
    sight = sight_of(reader, in_portal=True)
    rows = typed_rows_of(partner, sight)
    return Organisation(
        partner=partner,
        enrolments=enrolments,
        rows=rows,
        figures=[] if "performance" in sight.hidden else figures_of(partner),
        facts=[(_label(fact, enrolments), fact) for fact in current_facts(partner, among=sight.data_points)],
        hidden=sight.hidden,
        complete=completeness_of(partner, enrolments, among=sight.data_points, rows=rows),
    )


def _label(fact: CurrentFact, enrolments: list[Enrolment]) -> str:
    """What belongs to one of several programmes names it."""
    programmes = {row.programme_id: row.programme.name for row in enrolments}
    if fact.programme_id in programmes and len(programmes) > 1:
        return f"{fact.data_point.label} · {programmes[fact.programme_id]}"
    return fact.data_point.label


def figures_of(partner: Partner) -> list[Figure]:
    """Records by product, industry or region are put together by period: shares are averaged, amounts are summed."""
    periods = (
        PerformanceRecord.objects.filter(partner=partner)
        .values("metric", "unit", "period_start", "period_end")
        .annotate(total=Sum("value"), mean=Avg("value"))
        .order_by("metric", "unit", "period_end")
    )
    by_metric: dict[tuple[str, str], list[tuple[str, Decimal]]] = {}
    for row in periods:
        label = period_in_words(row["period_start"], row["period_end"])
        value = row["mean"] if row["unit"] == "%" else row["total"]
        by_metric.setdefault((row["metric"], row["unit"]), []).append((label, value))
    return [_figure(metric, unit, rows[-PERIODS_SHOWN:]) for (metric, unit), rows in by_metric.items()][:METRICS_SHOWN]


def _figure(metric: str, unit: str, rows: list[tuple[str, Decimal]]) -> Figure:
    return Figure(metric.replace("_", " ").capitalize(), unit, tuple(rows), draw_trend(rows))


def period_in_words(start: date, end: date) -> str:
    """“Nov 2026”, “Q3 2026”, “2026”, else the days."""
    days = (end - start).days + 1
    if days <= 31 and start.month == end.month:
        return date_format(end, "M Y")
    if 89 <= days <= 92 and start.day == 1:
        return f"Q{(end.month - 1) // 3 + 1} {end.year}"
    if days in (365, 366):
        return str(end.year)
    return f"{date_format(start, 'j M')} – {date_format(end, 'j M Y')}"
