"""What rules speak of by name: data points, also those that stand for columns and typed rows, segments, and words."""

from collections.abc import Iterable, Iterator

from context.rules.fields import Field, Subject, field_named
from context.rules.named_segments import COPIES, leaves_in
from context.rules.nodes import Node, leaves_of


def data_points_in(nodes: Iterable[Node]) -> set[str]:
    """The keys of the data points that the conditions of these rules ask for, not those of the segments they name."""
    return {key for leaf in leaves_of(*nodes) if (key := data_point_of(leaf.field))}


def segments_in(nodes: Iterable[Node]) -> set[str]:
    """The public ids of the segments that these rules name themselves."""
    return {named.public_id for leaf in leaves_of(*nodes) for named in leaf.segments}


def fields_named(*rules) -> set[str]:
    """The fields in rules as JSON, whether they can be asked or not, those of the copies of segments inside included."""
    return {str(leaf.get("field", "")) for leaf in _leaves_of_json(rules)}


def values_named(field: str, *rules) -> set[str]:
    """The texts that rules as JSON compare this field with, those of the copies of segments inside included."""
    values = [leaf.get("value") for leaf in _leaves_of_json(rules) if leaf.get("field") == field]
    return {one for value in values for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}


def words_named(*rules, facts: dict[str, Field]) -> set[tuple[str, str]]:
    """(list, key) of every word in rules as JSON; `facts` are the fields of data points."""
    found: set[tuple[str, str]] = set()
    for leaf in _leaves_of_json(rules):
        field = field_named(str(leaf.get("field", "")), facts)
        value = leaf.get("value")
        if field and field.vocabulary:
            found |= {(field.vocabulary, one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
        found |= {(name, leaf[name]) for name in ("programme", "region", "product") if isinstance(leaf.get(name), str)}
    return found


def _leaves_of_json(rules: Iterable) -> Iterator[dict]:
    for rule in rules:
        for leaf in leaves_in(rule):
            yield leaf
            copies = leaf.get(COPIES)
            for copy in copies.values() if isinstance(copies, dict) else ():
                yield from _leaves_of_json([copy.get("rule"), copy.get("contact_rule")])


_OF_ROWS = {
    Subject.CERTIFICATE: "certifications",
    Subject.AGREEMENT: "agreements",
    Subject.SITE: "sites",
    Subject.PERFORMANCE: "performance",
}


def data_point_of(field: Field) -> str:
    """The key of the data point that a field asks for, or nothing."""
    if field.is_fact:
        return field.column
    if field.subject in _OF_ROWS:
        return _OF_ROWS[field.subject]
    if field.subject == Subject.CONTACT:
        return "contact_" + field.column.partition("__")[0] if not field.column.startswith("partner__") else "country"
    if field.subject in (Subject.PARTNER, Subject.PROFILE, Subject.ENROLMENT):
        return field.column.partition("__")[0]
    return ""
