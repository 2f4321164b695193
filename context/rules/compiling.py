"""From a rule to one parametrised query.

Everything is two-valued: a condition holds or it does not. Where a value is missing, only `is_empty`, `ne` and `not_in`
hold; `not` is the exact opposite of what it holds. What users write travels as parameters only, never as the name of a
column, a lookup or an alias."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from context.models import Segment
from context.rules.checking import Lookups, read_rule
from context.rules.columns import EVERYONE, NO_ROW, any_of, column_fits, every, literally, opposite
from context.rules.costs import costly_last, is_asked_of_few
from context.rules.fields import Subject
from context.rules.figures import figures_that_fit, records_of
from context.rules.happenings import rows_of_happening
from context.rules.nodes import Group, Has, Leaf, NamedSegment, Node, bind, changed_leaves, leaves_of
from context.rules.standing import row_stands
from context.rules.stored_facts import enrolment_fact, own_fact
from context.rules.vocabulary import KEPT_BY_ROW, rows_of
from partners.models import (
    Contact,
    Enrolment,
    Headcount,
    Partner,
    PartnerAgreement,
    PartnerCertification,
    PartnerProfile,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
    PeopleKind,
    Site,
)


@dataclass(frozen=True)
class Standpoint:
    """The row a query stands on: what it calls the partner's id, and the path to the partner's columns. `is_narrow` where
    only a few rows are looked at, so that summing up everybody's figures first would be a waste; `is_counted` where a row
    counts the people of one kind at a partner."""

    own: Subject
    partner: str
    path: str
    is_narrow: bool = False
    is_counted: bool = False


FROM_PARTNER = Standpoint(Subject.PARTNER, "pk", "")
FROM_CONTACT = Standpoint(Subject.CONTACT, "partner_id", "partner__")
FROM_HEADCOUNT = replace(FROM_CONTACT, is_counted=True)


@dataclass(frozen=True)
class CompiledSegment:
    partner_condition: Q
    contact_condition: Q
    about_people: Node

    def partners(self) -> QuerySet[Partner]:
        return Partner.objects.unmerged().filter(self.partner_condition).order_by()

    def contacts(self) -> QuerySet[Contact]:
        """Current contacts at those partners, in no order."""
        contacts = Contact.objects.current().filter(self.contact_condition).order_by()
        if self.partner_condition == EVERYONE:
            return contacts
        return contacts.filter(partner__in=self.partners().values("pk"))

    def headcounts(self) -> QuerySet[Headcount] | None:
        """What to add up for the number of people at those partners, where no person has to be looked at."""
        if self.contact_condition == EVERYONE:
            return Headcount.objects.filter(kind=None)
        if not _is_counted(self.about_people):
            return None
        return Headcount.objects.exclude(kind=None).filter(_from_contact(self.about_people, FROM_HEADCOUNT))


def compile_rules(rule, contact_rule=None, *, lookups: Lookups | None = None) -> CompiledSegment:
    """Raises Invalid where one of the rules cannot be asked."""
    lookups = lookups or Lookups()
    return _compiled(*with_rows(read_rule(rule, lookups=lookups), read_rule(contact_rule, about="contact", lookups=lookups)))


def compile_for_few(segments: Iterable[Segment]) -> list[CompiledSegment]:
    """Many segments that a few people at hand are asked about. Words are not looked up first: the planner has no crowd to guess."""
    segments, lookups = list(segments), Lookups()
    lookups.book.look_up(rule for segment in segments for rule in (segment.rule, segment.contact_rule))
    return [
        _compiled(read_rule(each.rule, lookups=lookups), read_rule(each.contact_rule, about="contact", lookups=lookups))
        for each in segments
    ]


def _compiled(about_partner: Node, about_people: Node) -> CompiledSegment:
    partners, people = _from_partner(about_partner, FROM_PARTNER), _from_contact(about_people, FROM_CONTACT)
    return CompiledSegment(partners, people, about_people)


def with_rows(*rules: Node) -> list[Node]:
    """The rules with the words of programmes, kinds, tiers and certificates looked up."""
    rows = rows_of(leaves_of(*rules, deep=True))

    def look_up(leaf: Leaf) -> Leaf:
        if leaf.field.vocabulary not in KEPT_BY_ROW or leaf.op == "is_empty":
            return leaf
        words = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        return replace(leaf, rows=tuple(row for word in words for row in rows.get((leaf.field.vocabulary, str(word)), ())))

    return [changed_leaves(rule, look_up) for rule in rules]


_COUNTED = ("contact.function", "contact.language", "contact.is_partner_admin", "contact.country")
_OF_A_PERSON = (Subject.CONTACT, Subject.CERTIFICATE, Subject.HAPPENING)


def _is_counted(rule: Node) -> bool:
    """Whether all that the rule asks of people themselves is what kinds of people tell apart."""
    for leaf in leaves_of(rule):
        asks_a_person = leaf.field.subject in _OF_A_PERSON and leaf.field.name not in _COUNTED
        if asks_a_person or not all(_is_counted(named.contact_rule) for named in leaf.segments):
            return False
    return True


def _from_partner(rule: Node, standpoint: Standpoint) -> Q:
    return condition_of(bind(rule, Subject.PARTNER), standpoint)


def _from_contact(rule: Node, standpoint: Standpoint) -> Q:
    return condition_of(bind(rule, Subject.CONTACT), standpoint)


def condition_of(node: Node, standpoint: Standpoint) -> Q:
    if isinstance(node, Has):
        inside = [_on_row(child) for child in node.inside]
        here = [Q(programme=node.programme)] if node.programme else []
        return _rows(node.subject, standpoint).filtered(every([*here, *inside])).exist()
    if isinstance(node, Leaf):
        return _leaf(node, standpoint)
    together, apart = _of_one_profile(node)
    parts = [condition_of(child, _standpoint_of(child, node, standpoint)) for child in costly_last(apart)]
    if together:
        on_profile = _combine(node, [_on_profile(leaf) for leaf in together])
        parts.append(_of_partner(PartnerProfile.objects.filter(on_profile), standpoint).exist())
    return _combine(node, parts)


def _standpoint_of(child: Node, group: Group, standpoint: Standpoint) -> Standpoint:
    return replace(standpoint, is_narrow=True) if is_asked_of_few(child, group) else standpoint


def _of_one_profile(group: Group) -> tuple[list[Leaf], list[Node]]:
    """The conditions that can be asked of the partner's profile row at once, since there is just one, and the rest."""
    together = [
        child
        for child in group.children
        if isinstance(child, Leaf)
        and child.op not in ("ne", "not_in", "is_empty")
        and (child.field.subject == Subject.FACT or (child.field.subject == Subject.PROFILE and not child.only))
    ]
    if group.kind == "not" or len(together) < 2:
        return [], list(group.children)
    return together, [child for child in group.children if child not in together]


def _on_profile(leaf: Leaf) -> Q:
    return own_fact(leaf) if leaf.field.is_fact else column_fits(leaf, leaf.field.column)


def _on_row(node: Node) -> Q:
    """A condition inside `Has`, where every leaf is a column of that row."""
    if isinstance(node, Leaf):
        return _positive(node, _of_row)
    return _combine(node, [_on_row(child) for child in node.children])


def _of_row(leaf: Leaf) -> Q:
    if leaf.field.is_fact:
        return enrolment_fact(leaf)
    condition, stands = column_fits(leaf, leaf.field.column), row_stands(leaf)
    if not stands:
        return condition
    return opposite(stands) | condition if leaf.op == "is_empty" else stands & condition


def _combine(group: Group, parts: list[Q]) -> Q:
    if group.kind == "not":
        return ~parts[0]
    return any_of(parts) if group.kind == "any" else every(parts)


@dataclass(frozen=True)
class Rows:
    """Rows that belong to ours by `column`. Asked of everybody, they are found once and ours looked up among them, since a
    search for each of ours costs more; of few, each has its own search."""

    rows: QuerySet
    column: str
    ours: str
    is_narrow: bool

    def filtered(self, condition: Q) -> "Rows":
        return replace(self, rows=self.rows.filter(condition))

    def exist(self) -> Q:
        if self.is_narrow:
            return Q(Exists(self.rows.filter(**{self.column: OuterRef(self.ours)})))
        return Q(**{f"{self.ours}__in": self.rows.order_by().values(self.column)})


def _of_partner(rows: QuerySet, standpoint: Standpoint) -> Rows:
    return Rows(rows, "partner", standpoint.partner, standpoint.is_narrow)


def _rows(subject: Subject, standpoint: Standpoint) -> Rows:
    """The rows that count: current enrolments, people who have not left, certificates that one of them or the
    organisation holds, agreements, sites. Seen from a person, a certificate is one that this person holds."""
    if subject == Subject.CERTIFICATE and standpoint.own == Subject.CONTACT:
        return Rows(PartnerCertification.objects.exclude(contact=None), "contact", "pk", standpoint.is_narrow)
    if subject == Subject.CERTIFICATE:
        rows = PartnerCertification.objects.counting()
    elif subject in (Subject.AGREEMENT, Subject.SITE):
        rows = (PartnerAgreement if subject == Subject.AGREEMENT else Site).objects.all()
    else:
        rows = (Enrolment if subject == Subject.ENROLMENT else Contact).objects.current()
    return _of_partner(rows, standpoint)


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
        return _kinds_that_fit(leaf) if standpoint.is_counted else column_fits(leaf, leaf.field.column)
    return ~_rows(leaf.field.subject, standpoint).filtered(row_stands(leaf)).exist()


def _kinds_that_fit(leaf: Leaf) -> Q:
    """Kinds are few, so they are looked up first: with their numbers, the headcounts are read from an index alone."""
    if leaf.field.column.startswith(FROM_HEADCOUNT.path):
        return column_fits(leaf, leaf.field.column)
    return Q(
        kind__in=list(PeopleKind.objects.filter(column_fits(leaf, leaf.field.column)).values_list("pk", flat=True)) or [NO_ROW]
    )


def _ask_profile(leaf: Leaf, standpoint: Standpoint) -> Q:
    if leaf.only:
        return _ask_typed_rows(leaf, standpoint)
    if leaf.op == "is_empty":
        return ~_of_partner(PartnerProfile.objects.exclude(column_fits(leaf, leaf.field.column)), standpoint).exist()
    return _of_partner(PartnerProfile.objects.filter(column_fits(leaf, leaf.field.column)), standpoint).exist()


def _ask_typed_rows(leaf: Leaf, standpoint: Standpoint) -> Q:
    """The profile names regions and specialties but not how each of them stands; their own rows do."""
    model, column = _TYPED_ROWS[leaf.field.column]
    rows = _of_partner(model.objects.filter(row_stands(leaf)), standpoint)
    if leaf.op == "is_empty":
        return ~rows.exist()
    keys = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return rows.filtered(Q(**{f"{column}__in": list(keys)})).exist()


_TYPED_ROWS = {"regions": (PartnerRegion, "region__key"), "specialties": (PartnerSpecialty, "specialty__key")}


def _ask_distributor(leaf: Leaf, standpoint: Standpoint) -> Q:
    """A distributor is named by its external id or its name."""
    held = PartnerRelation.objects.filter(kind=PartnerRelation.Kind.DISTRIBUTED_BY, ends_on=None)
    relations = _of_partner(held, standpoint)
    if leaf.op == "is_empty":
        return ~relations.exist()
    names = leaf.value if isinstance(leaf.value, tuple) else (str(leaf.value),)
    named = any_of(Q(other__external_id=name) | Q(other__name__ilike=literally(name)) for name in names)
    return relations.filtered(named).exist()


def _ask_performance(leaf: Leaf, standpoint: Standpoint) -> Q:
    records = records_of(leaf)
    if leaf.op == "is_empty":
        return ~_of_partner(records, standpoint).exist()
    if standpoint.is_narrow:
        return Q(Exists(figures_that_fit(leaf, records.filter(partner=OuterRef(standpoint.partner)))))
    return Q(**{f"{standpoint.partner}__in": figures_that_fit(leaf, records)})


def _ask_fact(leaf: Leaf, standpoint: Standpoint) -> Q:
    if leaf.op == "is_empty":
        return ~_of_partner(PartnerProfile.objects.filter(opposite(own_fact(leaf))), standpoint).exist()
    return _of_partner(PartnerProfile.objects.filter(own_fact(leaf)), standpoint).exist()


def _ask_happening(leaf: Leaf, standpoint: Standpoint) -> Q:
    is_person = standpoint.own == Subject.CONTACT
    column, ours = ("contact", "pk") if is_person else ("contact__partner", standpoint.partner)
    words = None if leaf.op == "is_empty" else leaf.value if isinstance(leaf.value, tuple) else (str(leaf.value),)
    rows = Rows(rows_of_happening(leaf.field, words), column, ours, standpoint.is_narrow)
    return ~rows.exist() if leaf.op == "is_empty" else rows.exist()


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
    Subject.AGREEMENT: _ask_row,
    Subject.SITE: _ask_row,
    Subject.CONTACT: _ask_row,
    Subject.PROFILE: _ask_profile,
    Subject.DISTRIBUTOR: _ask_distributor,
    Subject.PERFORMANCE: _ask_performance,
    Subject.FACT: _ask_fact,
    Subject.SEGMENT: _ask_segments,
    Subject.HAPPENING: _ask_happening,
}
