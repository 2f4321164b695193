"""Why a partner, or a person there, is in a segment or out of it.

Each part of the rule is asked of the database by the same compiler that finds the segment, all parts in one query."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import BooleanField, Case, Model, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from context.rules.actual_values import ActualValues
from context.rules.checking import Lookups, read_rule
from context.rules.compiling import FROM_CONTACT, FROM_PARTNER, Standpoint, at_partners_where, condition_of
from context.rules.fields import Subject
from context.rules.nodes import Group, Has, Leaf, Node, bind, leaves_of, of_place
from context.rules.vocabulary import names_of
from context.rules.wording import Words, subject_in_words
from partners.models import Contact, Partner

MAX_PEOPLE = 50
FEW = 200


@dataclass(frozen=True)
class ExplainedNode:
    """`actual` is what the partner has where a condition asks, empty for groups. `kind`: all, any, not, same, segment or leaf."""

    kind: str
    words: str
    holds: bool
    actual: str = ""
    children: tuple["ExplainedNode", ...] = ()


@dataclass(frozen=True)
class ExplainedPerson:
    contact: Contact
    holds: bool
    because: str
    tree: ExplainedNode


@dataclass(frozen=True)
class Explanation:
    """People are in only where their partner is, too."""

    partner: Partner
    holds: bool
    because: str
    tree: ExplainedNode
    people: tuple[ExplainedPerson, ...]


def explain(rule, contact_rule, partner: Partner) -> Explanation:
    """Raises Invalid where one of the rules cannot be asked."""
    lookups = Lookups()
    about_partner = read_rule(rule, lookups=lookups)
    about_people = read_rule(contact_rule, about="contact", lookups=lookups)
    leaves = leaves_of(about_partner, about_people, deep=True)
    words, values = Words(names_of(leaves)), ActualValues(partner, tuple(leaves))
    plan = _plan(bind(about_partner, Subject.PARTNER), words)
    [(_row, answers)] = _ask(plan, Partner.objects.filter(pk=partner.pk), _ONE_PARTNER)
    tree = _told(plan, answers, values, None)
    people = _people(about_people, words, values, partner_holds=tree.holds)
    return Explanation(partner, tree.holds, reason_of(tree), tree, people)


def explain_partner(rule, partner: Partner) -> ExplainedNode:
    """The same of the partner alone, without asking about its people."""
    about_partner = read_rule(rule, lookups=Lookups())
    return _explained(about_partner, bind(about_partner, Subject.PARTNER), partner)


def explain_places(rules: Sequence[tuple[dict, int]], partner: Partner) -> tuple[ExplainedNode, ...]:
    """The same of several rules at once, each of the partner's place in one programme (a primary key). A nested `all` speaks
    afresh, so none binds another."""
    together = read_rule({"all": [{"all": [rule]} for rule, _programme in rules]}, lookups=Lookups())
    parts = zip(bind(together, Subject.PARTNER).children, rules, strict=True)
    bound = replace(together, children=tuple(of_place(part, programme) for part, (_rule, programme) in parts))
    return _explained(together, bound, partner).children


def _explained(read: Node, bound: Node, partner: Partner) -> ExplainedNode:
    leaves = leaves_of(read, deep=True)
    plan = _plan(bound, Words(names_of(leaves)))
    [(_row, answers)] = _ask(plan, Partner.objects.filter(pk=partner.pk), _ONE_PARTNER)
    return _told(plan, answers, ActualValues(partner, tuple(leaves)), None)


def ask_many(rule, partner_ids: Collection[int]) -> dict[int, list[bool]]:
    """What comes of each part of the rule for each of these partners, in one query: the first answer is that of the whole. `retold`
    tells them in words."""
    about_partner = read_rule(rule, lookups=Lookups())
    plan = _plan(bind(about_partner, Subject.PARTNER), Words(names_of(leaves_of(about_partner, deep=True))))
    standpoint = replace(FROM_PARTNER, is_narrow=len(partner_ids) <= FEW)
    rows = Partner.objects.filter(pk__in=partner_ids).order_by()
    return {row.pk: answers for row, answers in _ask(plan, rows, standpoint)}


def retold(rule, answers: Sequence[bool]) -> ExplainedNode | None:
    """What `ask_many` was answered some time ago. None where these are no answers to this rule."""
    about_partner = read_rule(rule, lookups=Lookups())
    plan = _plan(bind(about_partner, Subject.PARTNER), Words(names_of(leaves_of(about_partner, deep=True))))
    return _told(plan, list(answers), None, None) if len(answers) == len(list(_walk(plan))) else None


def deciding(node: ExplainedNode) -> list[ExplainedNode]:
    """The conditions that made it come out as it did."""
    if not node.children:
        return [node] if node.kind == "leaf" else []
    wanted = node.holds != (node.kind == "not")
    decided = [leaf for child in node.children if child.holds == wanted for leaf in deciding(child)]
    return decided or [leaf for child in node.children for leaf in deciding(child)]


def _people(rule: Node, words: Words, values: ActualValues, *, partner_holds: bool) -> tuple[ExplainedPerson, ...]:
    plan = _plan(bind(rule, Subject.CONTACT), replace(words, own=Subject.CONTACT))
    contacts = Contact.objects.current().filter(partner=values.partner).select_related("partner").order_by("name", "pk")
    people = []
    for contact, answers in _ask(plan, contacts[:MAX_PEOPLE], _FEW_PEOPLE):
        tree = _told(plan, answers, values, contact)
        because = reason_of(tree) if partner_holds or not tree.holds else _("Fits, but the partner is out.")
        people.append(ExplainedPerson(contact, tree.holds and partner_holds, because, tree))
    return tuple(people)


_ONE_PARTNER = replace(FROM_PARTNER, is_narrow=True)
_FEW_PEOPLE = replace(FROM_CONTACT, is_narrow=True)


# --- What to ask -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Question:
    kind: str
    words: str
    node: "Node | _OfTheirPartner"
    leaf: Leaf | None = None
    children: tuple["_Question", ...] = ()


def _plan(node: Node, words: Words) -> _Question:
    if isinstance(node, Leaf):
        return _plan_segments(node, words) if node.segments else _Question("leaf", words.of_leaf(node), node, node)
    if isinstance(node, Group):
        return _plan_opposite(node, words) if node.kind == "not" else _plan_group(node, node.children, words)
    if len(node.inside) == 1:
        return _plan_one(node, node.inside[0], words)
    parts = tuple(_plan_one(node, child, words) for child in node.inside)
    return _Question("same", subject_in_words(node.subject), node, None, parts)


def _plan_group(node: Group, children: tuple[Node, ...], words: Words) -> _Question:
    return _Question(node.kind, _group_in_words(node.kind), node, None, tuple(_plan(child, words) for child in children))


def _plan_opposite(node: Group, words: Words) -> _Question:
    """A single condition is turned round in words; “none of” needs no “any of” below it."""
    [child] = node.children
    if (leaf := _single(child)) and not leaf.segments:
        return _Question("leaf", words.of_opposite(leaf), node, leaf)
    return _plan_group(node, child.children if isinstance(child, Group) and child.kind == "any" else node.children, words)


def _single(node: Node) -> Leaf | None:
    inside = node.inside[0] if isinstance(node, Has) and len(node.inside) == 1 else node
    return inside if isinstance(inside, Leaf) else None


@dataclass(frozen=True)
class _OfTheirPartner:
    """Asked of the partner of the person on whom the question stands."""

    node: Node


def _plan_segments(leaf: Leaf, words: Words) -> _Question:
    """Each segment that is named, with its own conditions below it."""
    each = tuple(
        _plan_segment(replace(leaf, op="in", value=(named.public_id,), segments=(named,)), words) for named in leaf.segments
    )
    if leaf.op in ("ne", "not_in"):
        return _Question("not", _group_in_words("not"), leaf, None, each)
    return each[0] if len(each) == 1 else _Question("any", _group_in_words("any"), leaf, None, each)


def _plan_segment(leaf: Leaf, words: Words) -> _Question:
    """What it asks of partners and, where people are asked about, what it asks of them."""
    [named] = leaf.segments
    about_partner = _plan(bind(named.rule, Subject.PARTNER), replace(words, own=Subject.PARTNER))
    parts = [about_partner]
    if words.own == Subject.CONTACT:
        parts = [_lifted(about_partner), _plan(bind(named.contact_rule, Subject.CONTACT), words)]
    asking = tuple(inner for part in parts for inner in (part.children if part.kind == "all" else (part,)))
    return _Question("segment", words.of_leaf(leaf), leaf, None, asking)


def _lifted(question: _Question) -> _Question:
    return replace(question, node=_OfTheirPartner(question.node), children=tuple(_lifted(child) for child in question.children))


def _plan_one(row: Has, child: Node, words: Words) -> _Question:
    """A single condition on such a row. Its parts are asked one by one, so that it shows which of them fails."""
    node = replace(row, inside=(child,))
    if isinstance(child, Leaf):
        return _Question("leaf", words.of_leaf(child), node, child)
    parts = tuple(_plan_one(row, part, words) for part in child.children)
    kind = "same" if child.kind == "all" and len(parts) > 1 else child.kind
    return _Question(kind, subject_in_words(row.subject) if kind == "same" else _group_in_words(kind), node, None, parts)


def _group_in_words(kind: str) -> str:
    return {"all": _("all of"), "any": _("any of"), "not": _("none of")}[kind]


def _ask(plan: _Question, rows: QuerySet, standpoint: Standpoint) -> Iterator[tuple[Model, list[bool]]]:
    """Each row with its answers in the order of `_walk`."""
    questions = list(_walk(plan))
    answers = {
        f"answer_{nth}": Case(
            When(_condition(question.node, standpoint), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for nth, question in enumerate(questions)
    }
    for row in rows.annotate(**answers):
        yield row, [getattr(row, name) for name in answers]


def _condition(node: "Node | _OfTheirPartner", standpoint: Standpoint) -> Q:
    if isinstance(node, _OfTheirPartner):
        return at_partners_where(node.node, standpoint)
    return condition_of(node, standpoint)


def _walk(question: _Question) -> Iterator[_Question]:
    yield question
    for child in question.children:
        yield from _walk(child)


# --- What came out ---------------------------------------------------------------------------------------------------


def _told(plan: _Question, answers: list[bool], values: ActualValues | None, contact: Contact | None) -> ExplainedNode:
    remaining = iter(answers)

    def tell(question: _Question) -> ExplainedNode:
        holds = next(remaining)
        children = tuple(tell(child) for child in question.children)
        actual = values.of(question.leaf, contact, _place_of(question.node)) if question.leaf and values else ""
        return ExplainedNode(question.kind, question.words, holds, actual, children)

    return tell(plan)


def _place_of(node: "Node | _OfTheirPartner") -> int | None:
    """The programme whose place a single condition is about, where it is about one."""
    if isinstance(node, Has):
        return node.programme
    return _place_of(node.children[0]) if isinstance(node, Group) and node.kind == "not" else None


def reason_of(tree: ExplainedNode) -> str:
    """One sentence: in because all holds, or out because of the condition that fails."""
    if tree.holds:
        return _("In: every condition holds.") if tree.children or tree.kind == "leaf" else _("In: everyone is.")
    return _("Out: %(reason)s.") % {"reason": _failure(tree)}


def _failure(node: ExplainedNode) -> str:
    if node.kind == "leaf":
        return _("“%(words)s” does not hold, here it is %(actual)s") % {"words": node.words, "actual": node.actual}
    failing = [child for child in node.children if not child.holds]
    if node.kind == "not":
        excluded = next((child for child in node.children if child.holds), node.children[0])
        return _("“%(words)s” holds and is excluded") % {"words": _in_short(excluded)}
    if node.kind == "segment":
        inner = _failure(failing[0]) if failing else _("its conditions do not hold")
        return _("not %(segment)s, because there %(reason)s") % {"segment": node.words, "reason": inner}
    if node.kind == "same" and not failing:
        return _("each of “%(words)s” holds, but not for %(subject)s") % {"words": _in_short(node), "subject": node.words}
    if node.kind == "any":
        return _("none of these holds: %(words)s") % {"words": "; ".join(_in_short(child) for child in failing)}
    return _failure(failing[0])


def _in_short(node: ExplainedNode) -> str:
    if node.kind == "leaf":
        return f"{node.words} ({node.actual})"
    if node.kind == "segment":
        return node.words
    glue = f" {_('or')} " if node.kind == "any" else f" {_('and')} "
    inner = glue.join(_in_short(child) for child in node.children)
    return _("none of: %(parts)s") % {"parts": inner} if node.kind == "not" else inner
