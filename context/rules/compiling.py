"""From a rule to one parametrised query.

Everything is two-valued: a condition holds or it does not. Where a value is missing, only `is_empty`, `ne` and `not_in`
hold; `not` is the exact opposite of what it holds. What users write travels as parameters only, never as the name of a
column, a lookup or an alias."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from context.rules.checking import Lookups, read_rule
from context.rules.columns import EVERYONE, any_of, column_fits, every, literally, opposite
from context.rules.fields import VERIFIED, Subject
from context.rules.figures import figures_that_fit, records_of
from context.rules.nodes import Group, Has, Leaf, NamedSegment, Node, bind
from context.rules.stored_facts import enrolment_fact, own_fact
from partners.models import (
    Contact,
    Enrolment,
    Partner,
    PartnerCertification,
    PartnerProfile,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
)


@dataclass(frozen=True)
class Standpoint:
    """The row a query stands on: what it calls the partner's id, and the path to the partner's columns. `is_narrow` where
    only a few rows are looked at, so that summing up everybody's figures first would be a waste."""

    own: Subject
    partner: str
    path: str
    is_narrow: bool = False


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
    lookups = Lookups()
    return CompiledSegment(
        _from_partner(read_rule(rule, lookups=lookups), FROM_PARTNER),
        _from_contact(read_rule(contact_rule, about="contact", lookups=lookups), FROM_CONTACT),
    )


def _from_partner(rule: Node, standpoint: Standpoint) -> Q:
    return condition_of(bind(rule, Subject.PARTNER), standpoint)


def _from_contact(rule: Node, standpoint: Standpoint) -> Q:
    return condition_of(bind(rule, Subject.CONTACT), standpoint)


def condition_of(node: Node, standpoint: Standpoint) -> Q:
    if isinstance(node, Has):
        inside = (_on_row(child) for child in node.inside)
        return Q(Exists(_rows(node.subject, standpoint).filter(every(inside))))
    if isinstance(node, Leaf):
        return _leaf(node, standpoint)
    return _combine(node, [condition_of(child, standpoint) for child in node.children])


def _on_row(node: Node) -> Q:
    """A condition inside `Has`, where every leaf is a column of that row."""
    if isinstance(node, Leaf):
        return _positive(node, _of_row)
    return _combine(node, [_on_row(child) for child in node.children])


def _of_row(leaf: Leaf) -> Q:
    if leaf.field.is_fact:
        return enrolment_fact(leaf)
    condition = column_fits(leaf, leaf.field.column)
    if VERIFIED not in leaf.only:
        return condition
    is_verified = Q(verified_at__isnull=False)
    return opposite(is_verified) | condition if leaf.op == "is_empty" else is_verified & condition


def _combine(group: Group, parts: list[Q]) -> Q:
    if group.kind == "not":
        return ~parts[0]
    return any_of(parts) if group.kind == "any" else every(parts)


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
        return opposite(ask(replace(leaf, op="eq" if leaf.op == "ne" else "in")))
    if leaf.op == "is_empty" and not leaf.value:
        return opposite(ask(replace(leaf, value=True)))
    return ask(leaf)


def _ask_partner(leaf: Leaf, standpoint: Standpoint) -> Q:
    return column_fits(leaf, standpoint.path + leaf.field.column)


def _ask_row(leaf: Leaf, standpoint: Standpoint) -> Q:
    """Our own row, or whether there is any row at all: the rest has been bound into `Has`."""
    if leaf.field.subject == standpoint.own:
        return column_fits(leaf, leaf.field.column)
    rows = _rows(leaf.field.subject, standpoint)
    return ~Q(Exists(rows.filter(verified_at__isnull=False) if leaf.only else rows))


def _ask_profile(leaf: Leaf, standpoint: Standpoint) -> Q:
    if leaf.only:
        return _ask_verified_rows(leaf, standpoint)
    profiles = PartnerProfile.objects.filter(partner=OuterRef(standpoint.partner))
    if leaf.op == "is_empty":
        return ~Q(Exists(profiles.exclude(column_fits(leaf, leaf.field.column))))
    return Q(Exists(profiles.filter(column_fits(leaf, leaf.field.column))))


def _ask_verified_rows(leaf: Leaf, standpoint: Standpoint) -> Q:
    """The profile names regions and specialties but not how each of them stands; their own rows do."""
    model, column = _TYPED_ROWS[leaf.field.column]
    rows = model.objects.filter(partner=OuterRef(standpoint.partner), verified_at__isnull=False)
    if leaf.op == "is_empty":
        return ~Q(Exists(rows))
    keys = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return Q(Exists(rows.filter(**{f"{column}__in": list(keys)})))


_TYPED_ROWS = {"regions": (PartnerRegion, "region__key"), "specialties": (PartnerSpecialty, "specialty__key")}


def _ask_distributor(leaf: Leaf, standpoint: Standpoint) -> Q:
    """A distributor is named by its external id or its name."""
    relations = PartnerRelation.objects.filter(
        partner=OuterRef(standpoint.partner), kind=PartnerRelation.Kind.DISTRIBUTED_BY, ends_on=None
    )
    if leaf.op == "is_empty":
        return ~Q(Exists(relations))
    names = leaf.value if isinstance(leaf.value, tuple) else (str(leaf.value),)
    return Q(Exists(relations.filter(any_of(Q(other__external_id=name) | Q(other__name__ilike=literally(name)) for name in names))))


def _ask_performance(leaf: Leaf, standpoint: Standpoint) -> Q:
    records = records_of(leaf)
    if leaf.op == "is_empty":
        return ~Q(Exists(records.filter(partner=OuterRef(standpoint.partner))))
    if standpoint.is_narrow:
        return Q(Exists(figures_that_fit(leaf, records.filter(partner=OuterRef(standpoint.partner)))))
    return Q(**{f"{standpoint.partner}__in": figures_that_fit(leaf, records)})


def _ask_fact(leaf: Leaf, standpoint: Standpoint) -> Q:
    profiles = PartnerProfile.objects.filter(partner=OuterRef(standpoint.partner))
    if leaf.op == "is_empty":
        return ~Q(Exists(profiles.filter(opposite(own_fact(leaf)))))
    return Q(Exists(profiles.filter(own_fact(leaf))))


def _ask_segments(leaf: Leaf, standpoint: Standpoint) -> Q:
    return any_of(in_segment(named, standpoint) for named in leaf.segments)


def in_segment(named: NamedSegment, standpoint: Standpoint) -> Q:
    """Of a partner it asks whether the segment finds it, of a person whether the segment reaches this person there."""
    if standpoint.own == Subject.PARTNER:
        return _from_partner(named.rule, standpoint)
    at_them = at_partners_where(bind(named.rule, Subject.PARTNER), standpoint)
    return at_them & _from_contact(named.contact_rule, standpoint)


def at_partners_where(node: Node, standpoint: Standpoint) -> Q:
    """What a bound rule asks of partners, as a condition on other rows that belong to one. Of few rows it is asked one by one."""
    partners = (
        Partner.objects.unmerged().filter(condition_of(node, replace(FROM_PARTNER, is_narrow=standpoint.is_narrow))).order_by()
    )
    if standpoint.is_narrow:
        return Q(Exists(partners.filter(pk=OuterRef(standpoint.partner))))
    return Q(**{f"{standpoint.partner}__in": partners.values("pk")})


_ASK: dict[Subject, Callable[[Leaf, Standpoint], Q]] = {
    Subject.PARTNER: _ask_partner,
    Subject.ENROLMENT: _ask_row,
    Subject.CERTIFICATE: _ask_row,
    Subject.CONTACT: _ask_row,
    Subject.PROFILE: _ask_profile,
    Subject.DISTRIBUTOR: _ask_distributor,
    Subject.PERFORMANCE: _ask_performance,
    Subject.FACT: _ask_fact,
    Subject.SEGMENT: _ask_segments,
}
