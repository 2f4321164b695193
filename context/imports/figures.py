"""Performance figures in rows of a file. One is known by its metric and period, and by its programme, region, product, industry
and activity, where an empty one is a figure of its own: that of all of them together."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.numbers import number_below
from activity.refusals import Invalid
from context.imports.days import read_day
from context.imports.ledger_rows import Kind, Said
from context.imports.vocabulary import Vocabulary
from context.periods import check_days, period_in_words, period_meant
from partners.actions.checks import check_line
from partners.models import PerformanceRecord

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,30})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE | re.ASCII)
_PRECISION, _LARGEST = Decimal("0.0001"), Decimal(10) ** 14


def _name(said: Said) -> str:
    words = {"metric": said.called, "period": period_in_words(said.which["period_start"], said.which["period_end"])}
    return _("figure %(metric)s, %(period)s") % words


FIGURES = Kind(
    key="performance",
    model=PerformanceRecord,
    which=("metric", "period_start", "period_end", "programme", "region_id", "product_id", "industry", "activity"),
    blank={"value": None, "unit": ""},
    name_of=_name,
    check=lambda _columns: None,
    twice=gettext_lazy("An earlier row is about the same figure. Keep one of them."),
    narrowed_by=("metric", "period_end"),
    is_alone=True,  # two of one thing would both be summed up
)


def read_figure(given: dict[str, Any], vocabulary: Vocabulary) -> Said:
    if "metric" not in given:
        raise Invalid(_("The row has details of a figure, but no performance_metric."), field="performance_metric")
    metric = vocabulary.metric(given["metric"])
    start, end = _period(given)
    programme = vocabulary.programme(given["programme"]) if "programme" in given else ""
    which = {
        "metric": metric.key,
        "period_start": start,
        "period_end": end,
        "programme": programme,
        "region_id": vocabulary.region(given["region"], "performance_region") if "region" in given else None,
        "product_id": vocabulary.product(given["product"], programme) if "product" in given else None,
        "industry": check_line(given.get("industry"), "performance_industry", longest=60),
        "activity": vocabulary.activity(given["activity"], "performance_activity") if "activity" in given else "",
    }
    unit = check_line(given.get("unit"), "performance_unit", longest=12)
    if unit and unit != metric.unit:
        words = {"label": metric.label, "unit": metric.unit or _("no unit"), "given": unit}
        raise Invalid(_("“%(label)s” is kept in %(unit)s, not in %(given)s.") % words, field="performance_unit")
    values = {"value": _value(given.get("value"))} | ({"unit": unit} if unit else {})
    return Said(FIGURES, which, values, first={"unit": metric.unit}, called=metric.label)


def _period(given: dict[str, Any]) -> tuple[date, date]:
    named = _named_period(given["period"]) if "period" in given else None
    start, end = (read_day(given.get(name), f"performance_{name}") for name in ("from", "to"))
    if named is None and not (start and end):
        sentence = _("Say of which period the figure is: performance_period, or both performance_from and performance_to.")
        raise Invalid(sentence, field="performance_period")
    if named and (start or named[0], end or named[1]) != named:
        raise Invalid(_("performance_period and the days say different periods. Keep one of them."), field="performance_period")
    start, end = named or (start, end)
    check_days(start, end, start_field="performance_period", end_field="performance_to")
    return start, end


def _named_period(value: Any) -> tuple[date, date]:
    found = period_meant(str(value))
    if found is None:
        sentence = _("The period “%(value)s” is none such as 2026, 2026-Q3 or 2026-07.")
        raise Invalid(sentence % {"value": str(value)[:80]}, field="performance_period")
    return found.start, found.end


def _value(value: Any) -> Decimal:
    word = str(value or "").strip()
    if not word:
        raise Invalid(_("The row names a figure, but no performance_value."), field="performance_value")
    number = number_below(_LARGEST, word) if _NUMBER.fullmatch(word) else None
    if number is None:
        sentence = _("The performance value “%(value)s” is not a number such as 1250.5.")
        raise Invalid(sentence % {"value": word[:80]}, field="performance_value")
    return number.quantize(_PRECISION)
