"""A condition on a data point: its current value is JSON in the profile row, beside whether it is verified and until when it
is fresh."""

from datetime import UTC, date
from decimal import Decimal

from django.db.models import BooleanField, CharField, F, Func, JSONField, Q, TextField, Value
from django.db.models.functions import Concat

from context.rules.columns import ILike, any_of, days_meant, opposite, pattern
from context.rules.fields import FRESH, VERIFIED, Type
from context.rules.moment import moment
from context.rules.nodes import Leaf

PROFILE = "partner__profile__"
Name = Value | Concat  # the key in the JSON


def own_fact(leaf: Leaf) -> Q:
    """A condition on a profile row."""
    name = Value(leaf.field.column)
    if leaf.op == "is_empty":
        return opposite(_says_something("", name) & _is_as_asked(leaf, "", name))
    return _own_value(leaf, name) & _is_as_asked(leaf, "", name)


def enrolment_fact(leaf: Leaf) -> Q:
    """A condition on an enrolment: in the profile its value goes by the key of its programme, too."""
    name = Concat(Value(f"{leaf.field.column}@"), F("programme__key"))
    if leaf.op == "is_empty":
        return opposite(_says_something(PROFILE, name) & _is_as_asked(leaf, PROFILE, name))
    return _json_fits(leaf, PROFILE, name) & _is_as_asked(leaf, PROFILE, name)


def _is_as_asked(leaf: Leaf, path: str, name: Name) -> Q:
    condition = Q()
    if VERIFIED in leaf.only:
        condition &= Q(_Holds(F(f"{path}verified"), name))
    if FRESH in leaf.only:
        now = moment().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        until = Func(F(f"{path}stale_at"), name, function="jsonb_extract_path_text", output_field=CharField())
        condition &= Q(_Later(until, Value(now)))
    return condition


class _Holds(Func):
    """Whether an array of keys holds one."""

    template = "(%(expressions)s)"
    arg_joiner = " @> ARRAY["
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **extra):
        array, array_parameters = compiler.compile(self.source_expressions[0])
        key, key_parameters = compiler.compile(self.source_expressions[1])
        return f"(({key})::varchar = ANY({array}))", [*key_parameters, *array_parameters]


class _Later(Func):
    """Moments as the profile writes them, compared letter by letter; what never ages is always later."""

    output_field = BooleanField()

    def as_sql(self, compiler, connection, **extra):
        until, until_parameters = compiler.compile(self.source_expressions[0])
        now, now_parameters = compiler.compile(self.source_expressions[1])
        return f"(coalesce({until}, '9') COLLATE \"C\" > {now})", [*until_parameters, *now_parameters]


def _own_value(leaf: Leaf, name: Name) -> Q:
    if leaf.field.type in (Type.CHOICE, Type.SET, Type.YES_NO):
        # Containment is quicker than taking the value out and comparing it.
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        is_set = leaf.field.type == Type.SET
        return any_of(Q(facts__contains={leaf.field.column: [one] if is_set else one}) for one in values)
    return _json_fits(leaf, "", name)


def _json_fits(leaf: Leaf, path: str, name: Name) -> Q:
    op = leaf.op
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if op == "within_days":
        low, high = days_meant(leaf)
        return _json_holds(path, name, "$ ? (@ >= $low && @ <= $high)", {"low": low.isoformat(), "high": high.isoformat()})
    if leaf.field.type == Type.TEXT:
        text = Func(F(f"{path}facts"), name, function="jsonb_extract_path_text", output_field=TextField())
        return any_of(Q(ILike(text, pattern(op, str(one)))) for one in values)
    if leaf.field.type == Type.NUMBER and op in _SIGNS:
        return Q(_Compared(F(f"{path}facts"), name, Value(_as_json(leaf.value), output_field=JSONField()), sign=_SIGNS[op]))
    return _json_holds(path, name, _JSON_PATHS[op], {"value": [_as_json(one) for one in values]})


_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "="}


class _Compared(Func):
    """A number in JSON beside another: quicker than a path, and no other kind of value passes for a number."""

    output_field = BooleanField()

    def as_sql(self, compiler, connection, **extra):
        facts, facts_parameters = compiler.compile(self.source_expressions[0])
        name, name_parameters = compiler.compile(self.source_expressions[1])
        value, value_parameters = compiler.compile(self.source_expressions[2])
        found, parameters = f"({facts} -> ({name})::text)", [*facts_parameters, *name_parameters]
        sql = f"({found} {self.extra['sign']} ({value})::jsonb AND jsonb_typeof({found}) = 'number')"
        return sql, [*parameters, *value_parameters, *parameters]


def _says_something(path: str, name: Name) -> Q:
    return _json_holds(path, name, '$ ? (!(@.type() == "null" || (@.type() == "string" && @ == "")))', {})


_JSON_PATHS = {
    "eq": "$ ? (@ == $value[*])",
    "contains": "$ ? (@ == $value[*])",
    "in": "$ ? (@ == $value[*])",
    "lt": "$ ? (@ < $value[0])",
    "lte": "$ ? (@ <= $value[0])",
    "gt": "$ ? (@ > $value[0])",
    "gte": "$ ? (@ >= $value[0])",
}


def _json_holds(path: str, name: Name, json_path: str, variables: dict) -> Q:
    """A path of ours with the user's values as variables; values of another type simply do not match."""
    found = Func(F(f"{path}facts"), name, function="jsonb_extract_path", output_field=JSONField())
    return Q(
        Func(
            found,
            Value(json_path),
            Value(variables, output_field=JSONField()),
            template="jsonb_path_exists(%(expressions)s)",
            arg_joiner=", ",
            output_field=BooleanField(),
        )
    )


def _as_json(value: Decimal | date | str | bool | int) -> float | int | str | bool:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if value == int(value) else float(value)
