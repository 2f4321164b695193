"""A partner's figures over time, and one period of them by region and activity; one query for both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from context.models import Metric
from context.periods import period_in_words
from context.trends import Bar, draw_bars
from partners.models import Partner, PerformanceRecord, Site

PERIODS_SHOWN = 12
METRICS_SHOWN = 20
YEARS_READ = 3
WIDTH, HEIGHT = 640, 140


@dataclass(frozen=True)
class Point:
    """A metric in one period: what is verified, what is claimed, and both put together."""

    label: str
    verified: Decimal | None
    claimed: Decimal | None
    value: Decimal


@dataclass(frozen=True)
class Figure:
    """A metric over its latest periods, old to new. `value` and `change` are of the last one."""

    name: str
    unit: str
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def value(self) -> Decimal:
        return self.points[-1].value

    @property
    def period(self) -> str:
        return self.points[-1].label

    @property
    def change(self) -> Decimal | None:
        return self.value - self.points[-2].value if len(self.points) > 1 else None

    @property
    def has_claims(self) -> bool:
        return any(point.claimed is not None for point in self.points)


@dataclass(frozen=True)
class Cell:
    """`share` is how much of a bar is filled, in percent of the largest cell."""

    value: Decimal | None
    share: int
    is_claim: bool


@dataclass(frozen=True)
class Split:
    """One metric of one period: a row for each region, a column for each activity, and a total where there are several."""

    name: str
    unit: str
    activities: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Choice:
    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Performance:
    """`splits` are of the chosen one among `periods`, those in which anything was told by region or activity, new to old."""

    figures: tuple[Figure, ...] = ()
    splits: tuple[Split, ...] = ()
    periods: tuple[Choice, ...] = ()


Row = dict[str, Any]


def performance_of(partner: Partner, *, period: str = "") -> Performance:
    """`period` is the key of one of `periods`; without one, or with one that is none, it is the latest."""
    rows = list(_grouped(partner))
    by_metric: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_metric.setdefault((row["metric"], row["unit"]), []).append(row)
    told = {_key(row): _label(row) for row in reversed(rows) if row["activity"] or row["place"]}
    chosen = period if period in told else next(iter(told), "")
    shown = list(by_metric.values())[:METRICS_SHOWN]
    splits = [_split([row for row in of_metric if _key(row) == chosen]) for of_metric in shown]
    return Performance(
        figures=tuple(_figure(of_metric) for of_metric in shown),
        splits=tuple(split for split in splits if split),
        periods=tuple(Choice(key, label, key == chosen) for key, label in list(told.items())[:PERIODS_SHOWN]),
    )


def parts_of_figure(record: PerformanceRecord) -> list[PerformanceRecord]:
    """Of a figure that is summed up: those on record of parts of its period, or by product, region and the like, of its programme
    or of none. Shares and what is no sum have no parts."""
    metric = Metric.objects.filter(key=record.metric).first()
    if not _is_sum({"unit": record.unit, "summing": metric and metric.summing}):
        return []
    inside = {"period_start__gte": record.period_start, "period_end__lte": record.period_end}
    here = Q(programme=None) | Q(programme=record.programme_id)
    found = PerformanceRecord.objects.filter(here, partner=record.partner_id, metric=record.metric, **inside)
    return list(found.order_by("period_start", "pk"))


def _grouped(partner: Partner) -> Iterable[Row]:
    """By metric, unit, period, region and activity, what is verified apart from what is claimed; old to new."""
    metrics = Metric.objects.filter(key=OuterRef("metric"))
    first = timezone.localdate().replace(month=1, day=1)
    rows = PerformanceRecord.objects.filter(partner=partner, period_end__gte=first.replace(year=first.year - YEARS_READ)).annotate(
        called=Subquery(metrics.values("label")[:1]),
        summing=Subquery(metrics.values("summing")[:1]),
        place=F("region__name"),
        holds=ExpressionWrapper(Q(verified_at__isnull=False, disputed_at=None), output_field=BooleanField()),
    )
    groups = rows.values(
        "metric", "unit", "called", "summing", "period_start", "period_end", "place", "activity", "holds"
    )  # fmt: skip
    seen_last = (F("observed_at").desc(), F("pk").desc())
    together = groups.annotate(
        total=Sum("value"), count=Count("pk"), seen=Max("observed_at"), latest=ArrayAgg("value", order_by=seen_last)
    )
    return together.order_by("period_end", "period_start", "metric", "unit")


def _figure(rows: list[Row]) -> Figure:
    """Records by product, industry, region or activity are put together by period."""
    by_period: dict[str, list[Row]] = {}
    for row in rows:
        by_period.setdefault(_label(row), []).append(row)
    points = tuple(_point(label, of_period) for label, of_period in list(by_period.items())[-PERIODS_SHOWN:])
    drawn = [(point.label, point.verified, point.claimed) for point in points]
    bars = draw_bars(drawn, stacked=_is_sum(rows[0]), width=WIDTH, height=HEIGHT, widest=56)
    return Figure(_name(rows[0]), rows[0]["unit"], points, bars)


def _point(label: str, rows: list[Row]) -> Point:
    verified, claimed = ([row for row in rows if row["holds"] == holds] for holds in (True, False))
    return Point(label, _together(verified), _together(claimed), _together(rows) or Decimal(0))


def _together(rows: list[Row]) -> Decimal | None:
    if not rows:
        return None
    if rows[0]["summing"] == Metric.Summing.LAST:
        return max(rows, key=lambda row: row["seen"])["latest"][0]
    total = sum((row["total"] for row in rows), Decimal(0))
    return total if _is_sum(rows[0]) else total / sum(row["count"] for row in rows)


def _is_sum(row: Row) -> bool:
    """Shares are averaged, and so is what its metric says; of others the latest figure counts."""
    return row["unit"] != "%" and row["summing"] in (None, Metric.Summing.SUM)


def _split(rows: list[Row]) -> Split | None:
    if not any(row["activity"] or row["place"] for row in rows):
        return None
    names = {**dict(Site.Activity.choices), "": _("not said")}
    activities = [activity for activity in names if any(row["activity"] == activity for row in rows)]
    places = sorted({row["place"] for row in rows}, key=lambda place: (place is None, place or ""))
    amounts = {(place, activity): _of(rows, place, activity) for place in places for activity in activities}
    largest = max((_together(found) or Decimal(0) for found in amounts.values()), default=Decimal(0)) or Decimal(1)
    lines = []
    for place in places:
        cells = [_cell(amounts[place, activity], largest) for activity in activities]
        if len(activities) > 1:
            cells.append(_cell([row for activity in activities for row in amounts[place, activity]], largest, is_total=True))
        lines.append((place or _("no region"), tuple(cells)))
    return Split(_name(rows[0]), rows[0]["unit"], tuple(str(names[activity]) for activity in activities), tuple(lines))


def _of(rows: list[Row], place: str | None, activity: str) -> list[Row]:
    return [row for row in rows if (row["place"], row["activity"]) == (place, activity)]


def _cell(rows: list[Row], largest: Decimal, *, is_total: bool = False) -> Cell:
    value = _together(rows)
    share = 0 if value is None or is_total else max(0, min(100, round(100 * value / largest)))
    return Cell(value, share, is_claim=bool(rows) and not any(row["holds"] for row in rows))


def _name(row: Row) -> str:
    return row["called"] or row["metric"].replace("_", " ").capitalize()


def _label(row: Row) -> str:
    return period_in_words(row["period_start"], row["period_end"])


def _key(row: Row) -> str:
    start, end = (row[name] for name in ("period_start", "period_end"))
    return f"{_day(start)}-{_day(end)}"


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")
