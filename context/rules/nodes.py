"""A rule once it has been read: a tree of leaves and groups.

Reading binds what is said about one row. In an `all`, its leaves about enrolments, and each `any` in it that speaks of
enrolments only, mean one and the same current enrolment, so that gold in programme A is not matched by gold in B.
A nested `all` or `not` speaks afresh. The same goes for certificates, agreements, sites and, seen from a partner, for people."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from context.rules.fields import ROWS, Field, Subject

Value = str | bool | int | Decimal | date | tuple


@dataclass(frozen=True)
class Figures:
    """Which figures of performance count: those of periods that ended within so many days, or in the last so many calendar
    quarters that are over; of everything, or of one programme, region, product, industry and activity. What is of no programme
    counts for each."""

    within_days: int | None = None
    quarters: int | None = None
    programme: str = ""
    region: str = ""
    product: str = ""
    industry: str = ""
    activity: str = ""


@dataclass(frozen=True)
class NamedSegment:
    """A segment that a rule names, with its own rules. `version` is set where they are a copy that was kept, not what it says
    today."""

    public_id: str
    name: str
    rule: "Node"
    contact_rule: "Node"
    version: int | None = None


@dataclass(frozen=True)
class Leaf:
    """A value that is not as `only` asks counts as missing. `segments` are those that a condition on segments names; `rows` the
    primary keys of the words that it holds, once these were looked up. `days_fresh` is for how many days a typed row stays fresh
    where that is asked; None where it never ages."""

    field: Field
    op: str
    value: Value
    figures: Figures = Figures()
    only: tuple[str, ...] = ()
    segments: tuple[NamedSegment, ...] = ()
    rows: tuple[int, ...] | None = None
    days_fresh: int | None = None


@dataclass(frozen=True)
class Group:
    """`kind` is all, any or not; a `not` has one child."""

    kind: str
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Has:
    """There is one row of `subject` for which all of `inside` holds; of an enrolment, in `programme` where one is given."""

    subject: Subject
    inside: tuple["Node", ...]
    programme: int | None = None


Node = Leaf | Group | Has


def bind(node: Node, own: Subject) -> Node:
    """The tree as seen from a row of `own` (a partner or a contact), with `Has` wherever another row is spoken of."""
    if isinstance(node, Leaf):
        subject = _row_spoken_of(node, own)
        return Has(subject, (node,)) if subject else node
    if node.kind == "all":
        return Group("all", _bind_together(node.children, own))
    return Group(node.kind, tuple(bind(child, own) for child in node.children))


def _bind_together(children: tuple[Node, ...], own: Subject) -> tuple[Node, ...]:
    bound: list[Node] = []
    places: dict[Subject, int] = {}
    for child in children:
        subject = _row_spoken_of(child, own)
        if subject is None or (isinstance(child, Group) and child.kind == "all"):
            bound.append(bind(child, own))
        elif subject in places:
            known = bound[places[subject]]
            bound[places[subject]] = Has(subject, (*known.inside, child))
        else:
            places[subject] = len(bound)
            bound.append(Has(subject, (child,)))
    return tuple(bound)


def _row_spoken_of(node: Node, own: Subject) -> Subject | None:
    """The one kind of row that all of this is about, if there is one and it is not our own."""
    if isinstance(node, Leaf):
        subject = node.field.subject
        asks_for_any_row = node.field.names_row and node.op == "is_empty"
        return subject if subject in ROWS and subject != own and not asks_for_any_row else None
    if node.kind == "not" or not node.children:
        return None
    subjects = {_row_spoken_of(child, own) for child in node.children}
    return subjects.pop() if len(subjects) == 1 else None


def of_place(node: Node, programme: int) -> Node:
    """The bound tree, in which all that is said of an enrolment is said of the one in this programme (a primary key), unless it
    names a programme itself."""
    if isinstance(node, Has):
        is_of_any = node.subject != Subject.ENROLMENT or any(leaf.field.names_row for leaf in leaves_of(node))
        return node if is_of_any else replace(node, programme=programme)
    if isinstance(node, Group):
        return replace(node, children=tuple(of_place(child, programme) for child in node.children))
    return node


def leaves_of(*nodes: Node, deep: bool = False) -> list[Leaf]:
    """The conditions of these rules; `deep` adds those of the segments that they name."""
    found: list[Leaf] = []
    for node in nodes:
        if isinstance(node, Leaf):
            found.append(node)
            if deep:
                found += leaves_of(*(part for one in node.segments for part in (one.rule, one.contact_rule)), deep=True)
        else:
            found += leaves_of(*(node.inside if isinstance(node, Has) else node.children), deep=deep)
    return found


def changed_leaves(node: Node, change: Callable[[Leaf], Leaf]) -> Node:
    """The same tree with each of its conditions changed, also those of the segments it names."""
    if isinstance(node, Leaf):
        inside = tuple(
            replace(one, rule=changed_leaves(one.rule, change), contact_rule=changed_leaves(one.contact_rule, change))
            for one in node.segments
        )
        return change(replace(node, segments=inside))
    if isinstance(node, Has):
        return replace(node, inside=tuple(changed_leaves(child, change) for child in node.inside))
    return replace(node, children=tuple(changed_leaves(child, change) for child in node.children))
