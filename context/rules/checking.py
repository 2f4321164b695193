"""From what somebody sent to a rule that can be asked, or a sentence that says what is wrong with it."""

import difflib
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.rules.fields import AVERAGE, ENROLMENT_FACT, FACT, FIELDS, PERFORMANCE, Field, Type, fact_fields, field_named
from context.rules.nodes import Group, Leaf, Node, Value

MAX_NODES = 200
MAX_DEPTH = 12
MAX_VALUES = 1000
MAX_TEXT = 200
MAX_DAYS = 36_500
MAX_NUMBER = 10**14

GROUPS = ("all", "any", "not")
LEAF_KEYS = {"field", "op", "value", "within_days"}


def check_rule(rule, *, about: str = "partner") -> None:
    """Raises Invalid, with `field` naming the part of the segment, where the rule cannot be asked."""
    read_rule(rule, about=about)


def read_rule(rule, *, about: str = "partner") -> Node:
    """The rule as a tree with values of their own types. None and {} mean everyone."""
    try:
        return _Reader().read(rule if rule not in (None, {}) else {"all": []}, depth=1)
    except Invalid as refusal:
        refusal.field = "rule" if about == "partner" else "contact_rule"
        raise


class _Reader:
    """Counts as it goes, so that a tree of ten thousand nodes is refused before it costs anything."""

    def __init__(self):
        self.nodes = 0
        self.facts: dict[str, Field] | None = None

    def read(self, node, depth: int) -> Node:
        self._count(depth)
        if not isinstance(node, dict):
            raise Invalid(_("Each part of a rule is an object with “all”, “any”, “not” or “field”."), code="shape")
        kinds = [kind for kind in GROUPS if kind in node]
        if not kinds:
            return self._read_leaf(node)
        if len(node) > 1:
            raise Invalid(
                _("A group has nothing beside “%(kind)s”; put the rest into a group of its own.") % {"kind": kinds[0]}, code="shape"
            )
        return self._read_group(kinds[0], node[kinds[0]], depth)

    def _count(self, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Invalid(_("This rule has more than %(limit)d parts; make it smaller.") % {"limit": MAX_NODES}, code="too_large")
        if depth > MAX_DEPTH:
            raise Invalid(
                _("This rule is nested more than %(limit)d levels deep; make it flatter.") % {"limit": MAX_DEPTH}, code="too_deep"
            )

    def _read_group(self, kind: str, content, depth: int) -> Group:
        if kind == "not":
            if not isinstance(content, dict):
                raise Invalid(_("“not” takes one condition or one group."), code="shape")
            return Group("not", (self.read(content, depth + 1),))
        if not isinstance(content, list):
            raise Invalid(_("“%(kind)s” takes a list of conditions.") % {"kind": kind}, code="shape")
        if kind == "any" and not content:
            raise Invalid(_("An “any of” group needs at least one condition."), code="empty_group")
        return Group(kind, tuple(self.read(child, depth + 1) for child in content))

    def _read_leaf(self, leaf: dict) -> Leaf:
        if strange := sorted(str(key) for key in leaf if key not in LEAF_KEYS):
            raise Invalid(
                _("A condition has “field”, “op” and “value”; “%(key)s” is not known.") % {"key": strange[0][:60]}, code="shape"
            )
        field = self._field(leaf.get("field"))
        op = leaf.get("op", "eq")
        if not isinstance(op, str) or op not in field.operators:
            raise Invalid(_unknown_operator(field, op), code="unknown_operator")
        return Leaf(field, op, _read_value(field, op, leaf), _read_window(field, leaf))

    def _field(self, name) -> Field:
        if not isinstance(name, str):
            raise Invalid(_("A condition needs a “field”, such as “partner.country”."), code="shape")
        if self.facts is None and name.startswith((FACT, ENROLMENT_FACT)):
            self.facts = fact_fields()
        field = field_named(name, self.facts or {})
        if field is None:
            raise Invalid(_unknown_field(name, self.facts or {}), code="unknown_field")
        return field


def _unknown_field(name: str, facts: dict[str, Field]) -> str:
    known = [*FIELDS, *facts]
    sentence = _("There is no field “%(name)s”.") % {"name": name[:60]}
    if nearest := difflib.get_close_matches(name[:60], known, n=1, cutoff=0.6):
        sentence += " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}
    families = [f"{PERFORMANCE}<metric>", f"{AVERAGE}<metric>", f"{FACT}<data point>", f"{ENROLMENT_FACT}<data point>"]
    return sentence + " " + _("Known fields: %(names)s.") % {"names": ", ".join([*known[:60], *families])}


def _unknown_operator(field: Field, op) -> str:
    sentence = _("“%(field)s” cannot be asked with “%(op)s”.") % {"field": field.name, "op": str(op)[:60]}
    if nearest := difflib.get_close_matches(str(op)[:60], field.operators, n=1, cutoff=0.5):
        sentence += " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}
    return sentence + " " + _("It knows: %(names)s.") % {"names": ", ".join(field.operators)}


def _read_window(field: Field, leaf: dict) -> int | None:
    if leaf.get("within_days") is None:
        return None
    if not field.is_performance:
        raise Invalid(
            _("Only performance takes “within_days” beside its value; for a date write it as the operator."), code="shape"
        )
    days = _days(field, leaf["within_days"])
    if days <= 0:
        raise Invalid(_("“within_days” of “%(field)s” is a number of days above 0.") % {"field": field.name}, code="wrong_type")
    return days


def _read_value(field: Field, op: str, leaf: dict) -> Value:
    value = leaf.get("value")
    if op == "is_empty":
        return _yes_no(field, True if value is None else value)
    if op == "within_days":
        return _days(field, value)
    if op not in ("in", "not_in"):
        return _READ[field.type](field, value)
    if not isinstance(value, list) or not value:
        raise _wrong(field, _("a list with at least one value"))
    if len(value) > MAX_VALUES:
        raise Invalid(
            _("“%(field)s” lists more than %(limit)d values.") % {"field": field.name, "limit": MAX_VALUES}, code="too_large"
        )
    return tuple(_READ[field.type](field, one) for one in value)


def _text(field: Field, value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(field, _("a text; to find those without one, use “is_empty”"))
    if len(value) > MAX_TEXT:
        raise _wrong(field, _("a text of at most %(limit)d characters") % {"limit": MAX_TEXT})
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _wrong(field, _("a text without control characters"))
    return value.strip()


def _choice(field: Field, value) -> str:
    text = _text(field, value)
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


def _days(field: Field, value) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_DAYS:
        raise _wrong(field, _("a whole number of days"))
    return value


def _yes_no(field: Field, value) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, _("true or false"))
    return value


def _wrong(field: Field, wanted: str) -> Invalid:
    return Invalid(_("“%(field)s” needs %(wanted)s.") % {"field": field.name, "wanted": wanted}, code="wrong_type")


_READ: dict[Type, Callable[[Field, object], Value]] = {
    Type.TEXT: _text,
    Type.CODE: _text,
    Type.CHOICE: _choice,
    Type.SET: _choice,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.YES_NO: _yes_no,
}
