"""What a condition costs the database to ask, as far as that can be told without asking it."""

from collections.abc import Iterable

from context.rules.fields import Subject
from context.rules.nodes import Group, Has, Leaf, Node, leaves_of

_HOLDS_FOR_MOST = ("enrolment.status",)


def costly_last(nodes: Iterable[Node]) -> list[Node]:
    """What stands before decides for many, and only the others are summed up."""
    return sorted(nodes, key=lambda node: any(is_sum(leaf) for leaf in leaves_of(node)))


def is_asked_of_few(node: Node, group: Group) -> bool:
    """Whether `node` is a sum that only has to be formed where something else in its group holds. Forming it partner by partner
    takes almost twice as long as forming everybody's, so this pays where half of them or fewer are left."""
    return group.kind == "all" and is_sum(node) and any(_holds_for_few(other) for other in group.children)


def is_sum(node: Node) -> bool:
    return isinstance(node, Leaf) and node.field.subject == Subject.PERFORMANCE and node.op != "is_empty"


def _holds_for_few(node: Node) -> bool:
    """One or several of many values: countries, tiers, specialties, what a fact says."""
    if isinstance(node, Leaf):
        is_whole = node.field.subject in (Subject.SEGMENT, Subject.PERFORMANCE) or node.field.name in _HOLDS_FOR_MOST
        return node.op in ("eq", "in") and not is_whole
    if isinstance(node, Has) or node.kind == "all":
        return any(_holds_for_few(child) for child in (node.inside if isinstance(node, Has) else node.children))
    return node.kind == "any" and all(_holds_for_few(child) for child in node.children)
