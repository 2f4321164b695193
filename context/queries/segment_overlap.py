"""Two segments beside each other: whom only one of them finds, and whom both."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from context.models import Segment
from context.rules import compile_rules
from context.rules.compiling import CompiledSegment
from partners.models import Contact, Partner

NAMED = 20


@dataclass(frozen=True)
class Group:
    """`key` is only_first, both or only_second."""

    key: str
    partners: int
    people: int
    names: tuple[Partner, ...]


@dataclass(frozen=True)
class Overlap:
    first: Segment
    second: Segment
    groups: tuple[Group, ...]

    @property
    def partners(self) -> int:
        return sum(group.partners for group in self.groups)

    @property
    def people(self) -> int:
        return sum(group.people for group in self.groups)


def overlap_of(first: Segment, second: Segment, *, visible_to=None) -> Overlap:
    """Raises Invalid where a rule of one of them cannot be asked."""
    one, other = (compile_rules(segment.rule, segment.contact_rule) for segment in (first, second))
    groups = [
        _group("only_first", one, other, visible_to),
        _both(one, other, visible_to),
        _group("only_second", other, one, visible_to),
    ]
    return Overlap(first, second, tuple(groups))


def _group(key: str, inside: CompiledSegment, outside: CompiledSegment, user) -> Group:
    """Of one and not of the other. Rows are told apart by their ids, so that nothing is in two groups or in none."""
    partners = _seen(inside.partners(), user).exclude(_among(outside.partners()))
    return _named(key, partners, _seen(inside.contacts(), user).exclude(_among(outside.contacts())))


def _both(one: CompiledSegment, other: CompiledSegment, user) -> Group:
    partners = _seen(one.partners(), user).filter(_among(other.partners()))
    return _named("both", partners, _seen(one.contacts(), user).filter(_among(other.contacts())))


def _among(rows: QuerySet) -> Q:
    return Q(pk__in=rows.values("pk"))


def _seen(rows: QuerySet, user) -> QuerySet:
    if user is None:
        return rows
    return rows.filter(pk__in=rows.model.objects.visible_to(user).order_by().values("pk"))


def _named(key: str, partners: QuerySet[Partner], people: QuerySet[Contact]) -> Group:
    return Group(key, partners.count(), people.count(), tuple(partners.order_by("name", "pk")[:NAMED]))
