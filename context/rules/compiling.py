"""From a rule to one parametrised query.

Everything is two-valued: a condition holds or it does not. Where a value is missing, only `is_empty`, `ne` and `not_in`
hold; `not` is the exact opposite of what it holds. What users write travels as parameters only, never as the name of a
column, a lookup or an alias. Dates are UTC's, so that a segment is the same whoever asks."""

import functools
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    JSONField,
    Lookup,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.utils import timezone

from context.rules.checking import read_rule
from context.rules.fields import AVERAGE, DEFAULT_PERFORMANCE_DAYS, Field, Subject, Type
from context.rules.nodes import Group, Has, Leaf, Node, bind
from partners.models import Contact, Enrolment, Partner, PartnerCertification, PartnerProfile, PartnerRelation, PerformanceRecord

EVERYONE = Q(pk__isnull=False)


@dataclass(frozen=True)
class Standpoint:
    """The row a query stands on: what it calls the partner's id, and the path to the partner's columns."""

    own: Subject
    partner: str
    path: str


FROM_PARTNER = Standpoint(Subject.PARTNER, "pk", "")
FROM_CONTACT = Standpoint(Subject.CONTACT, "partner_id", "partner__")


@dataclass(frozen=True)
class CompiledSegment:
    partner_condition: Q
    contact_condition: Q

    def partners(self) -> QuerySet[Partner]:
        return Partner.objects.unmerged().filter(self.partner_condition).order_by()

    def contacts(self) -> QuerySet[Contact]:
        """Current contacts at those partners, in no order."""
        contacts = Contact.objects.current().filter(self.contact_condition).order_by()
        if self.partner_condition == EVERYONE:
            return contacts
        return contacts.filter(partner__in=self.partners().values("pk"))


def compile_rules(rule, contact_rule=None) -> CompiledSegment:
    """Raises Invalid where one of the rules cannot be asked."""
    return CompiledSegment(
        condition_of(bind(read_rule(rule), Subject.PARTNER), FROM_PARTNER),
        condition_of(bind(read_rule(contact_rule, about="contact"), Subject.CONTACT), FROM_CONTACT),
    )


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def condition_of(node: Node, standpoint: Standpoint) -> Q:
    if isinstance(node, Has):
        inside = (_on_row(child) for child in node.inside)
        return Q(Exists(_rows(node.subject, standpoint).filter(_every(inside))))
    if isinstance(node, Leaf):
        return _leaf(node, standpoint)
    return _combine(node, [condition_of(child, standpoint) for child in node.children])


def _on_row(node: Node) -> Q:
    """A condition inside `Has`, where every leaf is a column of that row."""
    if isinstance(node, Leaf):
        return _positive(node, lambda leaf: _enrolment_fact(leaf) if leaf.field.is_fact else _column(leaf, leaf.field.column))
    return _combine(node, [_on_row(child) for child in node.children])


def _combine(group: Group, parts: list[Q]) -> Q:
    if group.kind == "not":
        return ~parts[0]
    return _any(parts) if group.kind == "any" else _every(parts)


def _every(parts: Iterable[Q]) -> Q:
    return functools.reduce(operator.and_, parts, EVERYONE)


def _any(parts: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, parts)


def _rows(subject: Subject, standpoint: Standpoint) -> QuerySet:
    """The rows that count: current enrolments, people who have not left, certificates that one of them or the
    organisation holds. Seen from a person, a certificate is one that this person holds."""
    if subject == Subject.CERTIFICATE and standpoint.own == Subject.CONTACT:
        return PartnerCertification.objects.filter(contact=OuterRef("pk"))
    if subject == Subject.CERTIFICATE:
        rows = PartnerCertification.objects.filter(Q(contact=None) | Q(contact__left_on=None))
    else:
        rows = (Enrolment if subject == Subject.ENROLMENT else Contact).objects.current()
    return rows.filter(partner=OuterRef(standpoint.partner))


# --- One condition ---------------------------------------------------------------------------------------------------


def _leaf(leaf: Leaf, standpoint: Standpoint) -> Q:
    return _positive(leaf, lambda positive: _ASK[leaf.field.subject](positive, standpoint))


def _positive(leaf: Leaf, ask: Callable[[Leaf], Q]) -> Q:
    """Negative operators are the exact opposite of their positive ones."""
    if leaf.op in ("ne", "not_in"):
        return _opposite(ask(replace(leaf, op="eq" if leaf.op == "ne" else "in")))
    if leaf.op == "is_empty" and not leaf.value:
        return _opposite(ask(replace(leaf, value=True)))
    return ask(leaf)


def _opposite(condition: Q) -> Q:
    """True wherever `condition` is not, also where a value is missing. SQL's own NOT leaves unknown unknown, and whether a
    negated Q mends that depends on which of several conditions joined the other table first."""
    return ~Q(Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()))


def _ask_partner(leaf: Leaf, standpoint: Standpoint) -> Q:
    return _column(leaf, standpoint.path + leaf.field.column)


def _ask_row(leaf: Leaf, standpoint: Standpoint) -> Q:
    """Our own row, or whether there is any row at all: the rest has been bound into `Has`."""
    if leaf.field.subject == standpoint.own:
        return _column(leaf, leaf.field.column)
    return ~Q(Exists(_rows(leaf.field.subject, standpoint)))


def _ask_profile(leaf: Leaf, standpoint: Standpoint) -> Q:
    profiles = PartnerProfile.objects.filter(partner=OuterRef(standpoint.partner))
    if leaf.op == "is_empty":
        return ~Q(Exists(profiles.exclude(_column(leaf, leaf.field.column))))
    return Q(Exists(profiles.filter(_column(leaf, leaf.field.column))))


def _ask_distributor(leaf: Leaf, standpoint: Standpoint) -> Q:
    """A distributor is named by its external id or its name."""
    relations = PartnerRelation.objects.filter(
        partner=OuterRef(standpoint.partner), kind=PartnerRelation.Kind.DISTRIBUTED_BY, ends_on=None
    )
    if leaf.op == "is_empty":
        return ~Q(Exists(relations))
    names = leaf.value if leaf.op == "in" else (leaf.value,)
    return Q(Exists(relations.filter(_any(Q(other__external_id=name) | Q(other__name__ilike=_literally(name)) for name in names))))


def _ask_performance(leaf: Leaf, standpoint: Standpoint) -> Q:
    records = PerformanceRecord.objects.filter(
        partner=OuterRef(standpoint.partner), metric=leaf.field.column, period_end__gt=first_day_that_counts(leaf)
    )
    if leaf.op == "is_empty":
        return ~Q(Exists(records))
    figures = records.order_by().values("partner").annotate(figure=aggregate_of(leaf.field)("value"))
    return Q(Exists(figures.filter(_column(leaf, "figure"))))


def aggregate_of(field: Field) -> type[Sum] | type[Avg]:
    return Avg if field.name.startswith(AVERAGE) else Sum


def first_day_that_counts(leaf: Leaf) -> date:
    """Figures count whose period ended after this day."""
    return today() - timedelta(days=leaf.within_days or DEFAULT_PERFORMANCE_DAYS)


# --- Columns ---------------------------------------------------------------------------------------------------------


def _column(leaf: Leaf, column: str) -> Q:
    """A positive condition on a column. `column` comes from the registry, only the value from users."""
    kind, op, value = leaf.field.type, leaf.op, leaf.value
    if op == "is_empty":
        return _is_empty(kind, column)
    if op == "within_days":
        low, high = days_meant(leaf)
        return _days(leaf.field, "gte", column, low) & _days(leaf.field, "lte", column, high)
    if kind == Type.SET:
        return Q(**{f"{column}__overlap": list(value if op == "in" else (value,))})
    if kind == Type.TEXT or op in ("contains", "starts_with"):
        values = value if op == "in" else (value,)
        return _any(Q(**{f"{column}__ilike": _pattern(op, one)}) for one in values)
    if kind == Type.DATE:
        return _any(_days(leaf.field, "eq" if op == "in" else op, column, day) for day in (value if op == "in" else (value,)))
    return Q(**{f"{column}__{_LOOKUPS[op]}": list(value) if op == "in" else value})


_LOOKUPS = {"eq": "exact", "in": "in", "lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}


def _is_empty(kind: Type, column: str) -> Q:
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


def _days(field: Field, op: str, column: str, day: date) -> Q:
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


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _pattern(op: str, text: str) -> str:
    literal = _literally(text)
    return {"contains": f"%{literal}%", "starts_with": f"{literal}%"}.get(op, literal)


# --- Facts: the current values as JSON in the profile row ----------------------------------------------------------------


_Place = tuple[F, Value | Concat]  # the JSON, and the key in it


def _own(leaf: Leaf) -> _Place:
    return F("facts"), Value(leaf.field.column)


def _ask_fact(leaf: Leaf, standpoint: Standpoint) -> Q:
    profiles = PartnerProfile.objects.filter(partner=OuterRef(standpoint.partner))
    if leaf.op == "is_empty":
        return ~Q(Exists(profiles.filter(_json_holds(_own(leaf), _SAYS_SOMETHING, {}))))
    return Q(Exists(profiles.filter(_fact(leaf))))


def _fact(leaf: Leaf) -> Q:
    if leaf.field.type in (Type.CHOICE, Type.SET, Type.YES_NO):
        # Containment is what the GIN index of facts serves.
        values = leaf.value if leaf.op == "in" else (leaf.value,)
        is_set = leaf.field.type == Type.SET
        return _any(Q(facts__contains={leaf.field.column: [one] if is_set else one}) for one in values)
    return _json_fits(leaf, _own(leaf))


def _enrolment_fact(leaf: Leaf) -> Q:
    """The value that belongs to this enrolment: in the profile it goes by the key of its programme, too."""
    place = (F("partner__profile__facts"), Concat(Value(f"{leaf.field.column}@"), F("programme__key")))
    if leaf.op == "is_empty":
        return _opposite(_json_holds(place, _SAYS_SOMETHING, {}))
    return _json_fits(leaf, place)


def _json_fits(leaf: Leaf, place: _Place) -> Q:
    op, value = leaf.op, leaf.value
    values = value if op == "in" else (value,)
    if op == "within_days":
        low, high = days_meant(leaf)
        return _json_holds(place, "$ ? (@ >= $low && @ <= $high)", {"low": low.isoformat(), "high": high.isoformat()})
    if leaf.field.type == Type.TEXT:
        text = Func(*place, function="jsonb_extract_path_text", output_field=TextField())
        return _any(Q(ILike(text, _pattern(op, one))) for one in values)
    return _json_holds(place, _JSON_PATHS[op], {"value": [_as_json(one) for one in values]})


_SAYS_SOMETHING = '$ ? (!(@.type() == "null" || (@.type() == "string" && @ == "")))'
_JSON_PATHS = {
    "eq": "$ ? (@ == $value[*])",
    "contains": "$ ? (@ == $value[*])",
    "in": "$ ? (@ == $value[*])",
    "lt": "$ ? (@ < $value[0])",
    "lte": "$ ? (@ <= $value[0])",
    "gt": "$ ? (@ > $value[0])",
    "gte": "$ ? (@ >= $value[0])",
}


def _json_holds(place: _Place, path: str, variables: dict) -> Q:
    """A path of ours with the user's values as variables; values of another type simply do not match."""
    found = Func(*place, function="jsonb_extract_path", output_field=JSONField())
    return Q(
        Func(
            found,
            Value(path),
            Value(variables, output_field=JSONField()),
            template="jsonb_path_exists(%(expressions)s)",
            arg_joiner=", ",
            output_field=BooleanField(),
        )
    )


def _as_json(value: Decimal | date | str | bool) -> float | int | str | bool:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if value == value.to_integral_value() else float(value)


_ASK: dict[Subject, Callable[[Leaf, Standpoint], Q]] = {
    Subject.PARTNER: _ask_partner,
    Subject.ENROLMENT: _ask_row,
    Subject.CERTIFICATE: _ask_row,
    Subject.CONTACT: _ask_row,
    Subject.PROFILE: _ask_profile,
    Subject.DISTRIBUTOR: _ask_distributor,
    Subject.PERFORMANCE: _ask_performance,
    Subject.FACT: _ask_fact,
}
