"""The values of conditions, each of its own type, or a sentence that says what is wrong with one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.rules.fields import Field, Type
from context.rules.named_segments import id_of
from context.rules.nodes import Value
from context.typed_values import MAX_NUMBER

MAX_VALUES = 1000
MAX_TEXT = 200
MAX_DAYS = 36_500


def read_value(field: Field, op: str, value) -> Value:
    if op == "is_empty":
        return _yes_no(field, True if value is None else value)
    if op == "within_days":
        return read_days(field, value)
    if op not in ("in", "not_in"):
        return _READ[field.type](field, value)
    if not isinstance(value, list) or not value:
        raise _wrong(field, _("a list with at least one value"))
    if len(value) > MAX_VALUES:
        raise Invalid(
            _("“%(field)s” lists more than %(limit)d values.") % {"field": field.name, "limit": MAX_VALUES}, code="too_large"
        )
    return tuple(_READ[field.type](field, one) for one in value)


def read_text(field: Field, value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(field, _("a text; to find those without one, use “is_empty”"))
    if len(value) > MAX_TEXT:
        raise _wrong(field, _("a text of at most %(limit)d characters") % {"limit": MAX_TEXT})
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _wrong(field, _("a text without control characters"))
    return value.strip()


def _choice(field: Field, value) -> str:
    text = read_text(field, value)
    if field.vocabulary == "country":
        if len(text) != 2 or not text.isascii() or not text.isalpha():
            raise _wrong(field, _("a country by its two letters, such as DE"))
        return text.upper()
    if field.choices and text not in dict(field.choices):
        known = ", ".join(key for key, _label in field.choices)
        raise Invalid(
            _("“%(field)s” has no value “%(value)s”. Known values: %(known)s.")
            % {"field": field.name, "value": text[:60], "known": known},
            code="unknown_value",
        )
    return text


def _number(field: Field, value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _wrong(field, _("a number"))
    if not abs(value) <= MAX_NUMBER:  # so that “not a number” is caught as well
        raise _wrong(field, _("a number of at most 14 digits"))
    return round(Decimal(str(value)), 4)


def _date(field: Field, value) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(field, _("a date such as 2026-03-31")) from None
    if not 1900 <= day.year <= 2200:
        raise _wrong(field, _("a date between 1900 and 2200"))
    return day


def read_days(field: Field, value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_DAYS:
        raise _wrong(field, _("a whole number of days"))
    return value


def _yes_no(field: Field, value) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, _("true or false"))
    return value


def _wrong(field: Field, wanted: str) -> Invalid:
    return Invalid(_("“%(field)s” needs %(wanted)s.") % {"field": field.name, "wanted": wanted}, code="wrong_type")


def _segment(field: Field, value) -> str:
    public_id = id_of(value)
    if public_id is None:
        raise _wrong(field, _("the id of a segment"))
    return public_id


_READ: dict[Type, Callable[[Field, object], Value]] = {
    Type.TEXT: read_text,
    Type.CODE: read_text,
    Type.CHOICE: _choice,
    Type.SET: _choice,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.YES_NO: _yes_no,
    Type.SEGMENT: _segment,
}
