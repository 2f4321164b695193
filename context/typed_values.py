"""Whether a value is one that a data point can have. Values are kept as JSON: dates as ISO 8601, money as a number in the
data point's unit, sets as lists."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.models import DataPoint
from partners.models import Region

_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LONGEST = 20_000
MAX_NUMBER = 10**14  # what rules can compare
_LONGEST_NUMBER = 60
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def typed_value(data_point: DataPoint, value: Any) -> Any:
    """The value in the form that is kept; `Invalid` with a sentence when it is none of this data point."""
    return _CHECKS[data_point.type](data_point, value)


def _rows(data_point: DataPoint, value: Any) -> None:
    raise Invalid(
        _("“%(label)s” are rows of their own: add one to the partner's profile.") % {"label": data_point.label},
        field=data_point.key,
    )


def _text(data_point: DataPoint, value: Any) -> str:
    text = str(value).strip()
    if len(text) > _LONGEST:
        raise _not(data_point, value, _("a text of at most %(most)s characters") % {"most": f"{_LONGEST:,}"})
    if not text or isinstance(value, dict | list | bool) or "\0" in text:
        raise _not(data_point, value, _("a text"))
    return text


def _number(data_point: DataPoint, value: Any) -> int | float:
    """May be followed by the data point's own unit; any other one is refused."""
    text, unit = str(value).replace(" ", ""), data_point.unit.replace(" ", "")
    wanted = _("a number such as 1250.5 in %(unit)s") % {"unit": data_point.unit} if unit else _("a number such as 1250.5")
    try:
        number = Decimal(text.removesuffix(unit) if unit else text)
    except InvalidOperation:
        raise _not(data_point, value, wanted) from None
    if not number.is_finite() or isinstance(value, bool) or len(text) > _LONGEST_NUMBER:
        raise _not(data_point, value, wanted)
    if not -MAX_NUMBER <= number <= MAX_NUMBER:
        raise _not(data_point, value, _("a number of at most 14 digits"))
    return int(number) if number == number.to_integral_value() else float(number)


def _date(data_point: DataPoint, value: Any) -> str:
    """A moment means its day."""
    text = str(value).strip()
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise _not(data_point, value, _("a date such as 2025-03-31")) from None


def _yes_no(data_point: DataPoint, value: Any) -> bool:
    answer = _YES_NO.get(str(value).strip().lower())
    if answer is None:
        raise _not(data_point, value, _("yes or no"))
    return answer


def _choice(data_point: DataPoint, value: Any) -> str:
    """By its word, or by what people read for it."""
    labelled = data_point.labelled_choices
    known = {label.lower(): choice for choice, label in labelled} | {choice.lower(): choice for choice, _label in labelled}
    choice = known.get(str(value).strip().lower())
    if choice is None:
        raise _not(data_point, value, _("one of: %(known)s") % {"known": ", ".join(label for _choice, label in labelled)})
    return choice


def _choices(data_point: DataPoint, value: Any) -> list[str]:
    return list(dict.fromkeys(_choice(data_point, item) for item in _items(data_point, value)))


def _regions(data_point: DataPoint, value: Any) -> list[str]:
    """By key."""
    keys = list(dict.fromkeys(_text(data_point, item) for item in _items(data_point, value)))
    if len(keys) != Region.objects.filter(key__in=keys).count():
        known = ", ".join(Region.objects.order_by("key").values_list("key", flat=True))
        raise _not(data_point, value, _("some of these regions: %(known)s") % {"known": known})
    return keys


def _items(data_point: DataPoint, value: Any) -> list:
    items = value if isinstance(value, list) else [part for part in str(value).split(",") if part.strip()]
    if not items:
        raise _not(data_point, value, _("one value at least"))
    return items


def _not(data_point: DataPoint, value: Any, wanted: str) -> Invalid:
    words = {"value": str(value)[:80], "label": data_point.label, "wanted": wanted}
    return Invalid(_("“%(value)s” is no value of “%(label)s”: it has to be %(wanted)s.") % words, field=data_point.key)


_CHECKS: dict[str, Callable[[DataPoint, Any], Any]] = {
    DataPoint.Type.TEXT: _text,
    DataPoint.Type.NUMBER: _number,
    DataPoint.Type.MONEY: _number,
    DataPoint.Type.DATE: _date,
    DataPoint.Type.YES_NO: _yes_no,
    DataPoint.Type.CHOICE: _choice,
    DataPoint.Type.CHOICES: _choices,
    DataPoint.Type.REGIONS: _regions,
    DataPoint.Type.ROWS: _rows,
}
