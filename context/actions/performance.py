"""Figures of a partner: each a row of the ledger, followed by another when it changes. What it counts is a metric that is known."""

from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.numbers import number_below
from activity.refusals import Invalid, Refused
from context.models import Metric
from context.periods import check_days, period_in_words
from context.queries.typed_rows import same_things
from partners.actions.changes import check_fields
from partners.actions.checks import check_choice, check_line, unknown
from partners.actions.typed_rows import (
    PROVEN,
    answer_one_at_a_time,
    check_day,
    save_typed_row,
    says_nothing_new,
    withdraw_typed_row,
)
from partners.models import Method, Partner, PerformanceRecord, Product, Programme, Region, Site

_PRECISION, _LARGEST = Decimal("0.0001"), Decimal(10) ** 14


@transaction.atomic
def add_figure(
    partner: Partner, *, by, metric: Metric | str, source: str = "manual entry", method: str = Method.MANUAL, **fields
) -> PerformanceRecord:
    """`metric` is a row or its key, `value` is in its unit. Of one period, programme, product, industry, region and activity there
    is one figure: a second one is refused, since both would be summed up."""
    metric = _metric(metric)
    row = PerformanceRecord(partner=partner, metric=metric.key, observed_at=timezone.now())
    return _save(row, {"unit": metric.unit, "source": source, "method": method, **fields}, by=by)


@transaction.atomic
def change_figure(row: PerformanceRecord, *, by, **fields) -> PerformanceRecord:
    """The row is followed by one with these values, which is a claim until someone verifies it; nothing new changes nothing."""
    if says_nothing_new(row, check_fields(CHECKS, fields)):
        return row
    return _save(row, {"observed_at": timezone.now(), **fields}, by=by)


def withdraw_figure(row: PerformanceRecord, *, by) -> None:
    """It counts no longer; it stays in the ledger with the day."""
    withdraw_typed_row(row, by=by)


def _save(row: PerformanceRecord, fields: dict, *, by) -> PerformanceRecord:
    for name, value in check_fields(CHECKS, fields).items():
        setattr(row, name, value)
    check_figure(row)
    answer_one_at_a_time(row)
    check_is_alone(row)
    return save_typed_row(row, by=by)


def check_figure(row: PerformanceRecord) -> None:
    """As far as the row itself tells; whether it is the only one of its kind is asked by `check_is_alone`."""
    if row.value is None:
        raise Invalid(_("Give the value, a number such as 1250.5."), field="value")
    if row.period_start is None or row.period_end is None:
        raise Invalid(_("Say of which period the figure is: its first and its last day."), field="period_start")
    check_days(row.period_start, row.period_end, start_field="period_start", end_field="period_end")
    if row.product and row.programme and row.product.programme_id != row.programme_id:
        words = {"product": row.product, "programme": row.programme}
        raise Invalid(_("“%(product)s” is no product of “%(programme)s”.") % words, field="product")
    metric = Metric.objects.filter(key=row.metric).first()
    if metric and row.unit != metric.unit:
        words = {"label": metric, "unit": metric.unit or _("no unit"), "given": row.unit or _("no unit")}
        raise Invalid(_("“%(label)s” is kept in %(unit)s, not in %(given)s.") % words, field="unit")


def check_is_alone(row: PerformanceRecord) -> None:
    if same_things("performance", row).exists():
        words = {"metric": row.metric, "period": period_in_words(row.period_start, row.period_end)}
        sentence = _("There is a figure %(metric)s, %(period)s already, and both would be summed up. Change or withdraw that one.")
        raise Refused(sentence % words, code="duplicate", field="metric")


def check_typed_figure(row: PerformanceRecord) -> None:
    """Both, of a row that somebody typed beside others of a partner."""
    row.unit = row.unit or _metric(row.metric).unit
    check_figure(row)
    if row.partner_id:
        check_is_alone(row)


def _metric(metric: Metric | str) -> Metric:
    if isinstance(metric, Metric):
        return metric
    found = Metric.objects.filter(key=metric).first()
    if found is None:
        raise unknown(metric, Metric.objects.order_by("key").values_list("key", flat=True), "metric")
    return found


def _value(value) -> Decimal:
    number = number_below(_LARGEST, str(value))
    if number is None:
        raise Invalid(_("Give the value, a number such as 1250.5."), field="value")
    return number.quantize(_PRECISION)


def _row_of(model, value, field: str):
    """A row, or None for all of them together."""
    if value is None or isinstance(value, model):
        return value
    raise Invalid(_("There is no such %(noun)s.") % {"noun": model._meta.verbose_name}, field=field)


CHECKS = {
    **{name: partial(check_day, field=name) for name in ("period_start", "period_end")},
    **{
        name: partial(_row_of, model, field=name)
        for name, model in {"programme": Programme, "product": Product, "region": Region}.items()
    },
    "industry": partial(check_line, field="industry", longest=60),
    "activity": partial(check_choice, choices=Site.Activity, field="activity", required=False),
    "value": _value,
    "unit": partial(check_line, field="unit", longest=12),
    **PROVEN,
}
