"""A condition on a column of a row. Dates are UTC's, so that a segment is the same whoever asks."""

import functools
import operator
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import BooleanField, Case, CharField, Lookup, Q, TextField, Value, When

from context.rules.fields import Field, Type
from context.rules.moment import moment
from context.rules.nodes import Leaf

EVERYONE = Q(pk__isnull=False)
NO_ROW = 0


def today() -> date:
    return moment().astimezone(UTC).date()


def every(parts: Iterable[Q]) -> Q:
    return functools.reduce(operator.and_, parts, EVERYONE)


def any_of(parts: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, parts)


def opposite(condition: Q) -> Q:
    """True wherever `condition` is not, also where a value is missing. SQL's own NOT leaves unknown unknown, and whether a
    negated Q mends that depends on which of several conditions joined the other table first."""
    return ~Q(Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()))


def column_fits(leaf: Leaf, column: str) -> Q:
    """A positive condition on a column. `column` comes from the registry, only the value from users."""
    kind, op, value = leaf.field.type, leaf.op, leaf.value
    if leaf.rows is not None and op in ("eq", "in"):
        return Q(**{f"{column.removesuffix('__key')}__in": list(leaf.rows) or [NO_ROW]})
    if op == "is_empty":
        return is_empty(kind, column)
    if op == "within_days":
        low, high = days_meant(leaf)
        return days_fit(leaf.field, "gte", column, low) & days_fit(leaf.field, "lte", column, high)
    if kind == Type.SET:
        return Q(**{f"{column}__overlap": list(value if op == "in" else (value,))})
    if kind == Type.TEXT or op in ("contains", "starts_with"):
        values = value if op == "in" else (value,)
        return any_of(Q(**{f"{column}__ilike": pattern(op, one)}) for one in values)
    if kind == Type.DATE:
        return any_of(days_fit(leaf.field, "eq" if op == "in" else op, column, day) for day in (value if op == "in" else (value,)))
    return Q(**{f"{column}__{_LOOKUPS[op]}": list(value) if op == "in" else value})


_LOOKUPS = {"eq": "exact", "in": "in", "lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}


def is_empty(kind: Type, column: str) -> Q:
    if kind in (Type.DATE, Type.NUMBER, Type.YES_NO):
        return Q(**{f"{column}__isnull": True})
    if kind == Type.SET:
        return Q(**{column: []})
    return Q(**{f"{column}__isnull": True}) | Q(**{column: ""})


def days_meant(leaf: Leaf) -> tuple[date, date]:
    """Both ends included: 90 is today and the 90 days ahead, -90 the 90 days past; a date that lies in the past
    by its nature, such as when a partner was added, is always looked for backwards."""
    days = -abs(leaf.value) if leaf.field.is_past else leaf.value
    return min(today(), today() + timedelta(days=days)), max(today(), today() + timedelta(days=days))


def days_fit(field: Field, op: str, column: str, day: date) -> Q:
    if not field.is_moment:
        return Q(**{f"{column}__{_LOOKUPS[op]}": day})
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    return {
        "eq": Q(**{f"{column}__gte": start, f"{column}__lt": end}),
        "lt": Q(**{f"{column}__lt": start}),
        "lte": Q(**{f"{column}__lt": end}),
        "gt": Q(**{f"{column}__gte": end}),
        "gte": Q(**{f"{column}__gte": start}),
    }[op]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


@CharField.register_lookup
@TextField.register_lookup
class ILike(Lookup):
    """ILIKE, which the trigram indexes serve; Django's icontains compares UPPER() of both and cannot use them."""

    lookup_name = "ilike"

    def as_sql(self, compiler, connection):
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} ILIKE {right}", [*left_parameters, *right_parameters]


def literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def pattern(op: str, text: str) -> str:
    literal = literally(text)
    return {"contains": f"%{literal}%", "starts_with": f"{literal}%"}.get(op, literal)
