"""A condition on a sum or an average over performance: which records count, and what it is of each partner."""

from datetime import date, timedelta

from django.db.models import Avg, Q, QuerySet, Sum

from context.rules.columns import column_fits, literally, today
from context.rules.fields import AVERAGE, Field
from context.rules.nodes import Leaf
from context.rules.standing import row_stands
from partners.models import PerformanceRecord


def records_of(leaf: Leaf) -> QuerySet[PerformanceRecord]:
    return PerformanceRecord.objects.filter(records_that_count(leaf)).order_by()


def records_that_count(leaf: Leaf) -> Q:
    figures = leaf.figures
    after, until = period_of(leaf)
    condition = Q(metric=leaf.field.column, period_end__gt=after)
    if until:
        condition &= Q(period_end__lte=until)
    if figures.programme:
        condition &= Q(programme=None) | Q(programme__key=figures.programme)
    if figures.region:
        condition &= Q(region__key=figures.region)
    if figures.product:
        condition &= Q(product__name=figures.product)
    if figures.industry:
        condition &= Q(industry__ilike=literally(figures.industry))
    if figures.activity:
        condition &= Q(activity=figures.activity)
    return condition & row_stands(leaf)


def figures_that_fit(leaf: Leaf, records: QuerySet[PerformanceRecord]) -> QuerySet:
    """The partners, by id, whose figure is as asked."""
    figures = records.values("partner").annotate(figure=aggregate_of(leaf.field)("value"))
    return figures.filter(column_fits(leaf, "figure")).values("partner")


def aggregate_of(field: Field) -> type[Sum] | type[Avg]:
    return Avg if field.name.startswith(AVERAGE) else Sum


def period_of(leaf: Leaf) -> tuple[date, date | None]:
    """Figures count whose period ended after the first day and, for quarters that are over, no later than the second."""
    if quarters := leaf.figures.quarters:
        until = _first_of_quarter(today(), 0) - timedelta(days=1)
        return _first_of_quarter(today(), quarters) - timedelta(days=1), until
    return today() - timedelta(days=leaf.figures.within_days or 0), None


def _first_of_quarter(day: date, back: int) -> date:
    """The first day of the calendar quarter of `day`, or of one so many quarters before."""
    year, quarter = divmod(day.year * 4 + (day.month - 1) // 3 - back, 4)
    return date(year, quarter * 3 + 1, 1)
