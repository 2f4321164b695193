"""A rule once it has been read: a tree of leaves and groups.

Reading binds what is said about one row. In an `all`, its leaves about enrolments, and each `any` in it that speaks of
enrolments only, mean one and the same current enrolment, so that gold in programme A is not matched by gold in B.
A nested `all` or `not` speaks afresh. The same goes for certificates and, seen from a partner, for people."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from context.rules.fields import ROWS, Field, Subject

Value = str | bool | int | Decimal | date | tuple


@dataclass(frozen=True)
class Leaf:
    """`within_days` is how far back figures of performance count."""

    field: Field
    op: str
    value: Value
    within_days: int | None = None


@dataclass(frozen=True)
class Group:
    """`kind` is all, any or not; a `not` has one child."""

    kind: str
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Has:
    """There is one row of `subject` for which all of `inside` holds."""

    subject: Subject
    inside: tuple["Node", ...]


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


def leaves_of(*nodes: Node) -> list[Leaf]:
    found: list[Leaf] = []
    for node in nodes:
        if isinstance(node, Leaf):
            found.append(node)
        else:
            found += leaves_of(*(node.inside if isinstance(node, Has) else node.children))
    return found
