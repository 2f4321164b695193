"""What rules speak of by name: data points, also those that stand for columns and typed rows, and segments."""

from collections.abc import Iterable

from context.rules.fields import Field, Subject
from context.rules.nodes import Node, leaves_of


def data_points_in(nodes: Iterable[Node]) -> set[str]:
    """The keys of the data points that the conditions of these rules ask for, not those of the segments they name."""
    return {key for leaf in leaves_of(*nodes) if (key := data_point_of(leaf.field))}


def segments_in(nodes: Iterable[Node]) -> set[str]:
    """The public ids of the segments that these rules name themselves."""
    return {named.public_id for leaf in leaves_of(*nodes) for named in leaf.segments}


def data_point_of(field: Field) -> str:
    """The key of the data point that a field asks for, or nothing."""
    if field.is_fact:
        return field.column
    if field.subject == Subject.CERTIFICATE:
        return "certifications"
    if field.is_performance:
        return "performance"
    if field.subject == Subject.CONTACT:
        return "contact_" + field.column.partition("__")[0] if not field.column.startswith("partner__") else "country"
    if field.subject in (Subject.PARTNER, Subject.PROFILE, Subject.ENROLMENT):
        return field.column.partition("__")[0]
    return ""
