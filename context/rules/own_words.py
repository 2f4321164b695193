"""What of a rule may be said to the people whom it finds: that which their own data shows them, and no more.

Only conditions that each of them meets are said, the outermost ones; of these only those on values that partners see. What a rule
compares with, where it is not the reader's own value, and the other ways into it stay with those who wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass

from context.models import DataPoint, Side
from context.rules.checking import Lookups, read_rule
from context.rules.fields import Subject
from context.rules.nodes import Group, Leaf, Node
from context.rules.vocabulary import names_of
from context.rules.wording import Words

# Fields that partners see of themselves, each with the data point that decides whether they do.
_OWN = {
    "partner.country": "country",
    "partner.region": "regions",
    "partner.specialty": "specialties",
    "partner.product": "",
    "enrolment.programme": "",
    "enrolment.kind": "kind",
    "enrolment.tier": "tier",
    "certification.key": "certifications",
    "certification.name": "certifications",
    "certification.expires": "certifications",
    "contact.function": "contact_functions",
    "contact.language": "contact_language",
    "contact.is_partner_admin": "",
}


@dataclass(frozen=True)
class OwnWords:
    """`data_point` is the key of the one that decides who may read the words; empty for what everybody sees of themselves."""

    data_point: str
    words: str


def own_words(rule, contact_rule) -> list[OwnWords]:
    lookups = Lookups()
    about_partner = read_rule(rule, lookups=lookups)
    about_people = read_rule(contact_rule, about="contact", lookups=lookups)
    partners, people = list(_met_by_all(about_partner)), list(_met_by_all(about_people))
    names = names_of([*partners, *people])
    said = [
        OwnWords(key, _said(leaf, words))
        for leaves, words in ((partners, Words(names)), (people, Words(names, Subject.CONTACT)))
        for leaf in leaves
        if (key := _data_point(leaf)) is not None
    ]
    hidden = hidden_from_partners([one.data_point for one in said])
    return [one for one in dict.fromkeys(said) if one.data_point not in hidden]


def hidden_from_partners(keys: list[str]) -> set[str]:
    """Of these data points, the ones that partners may not see; one query, none where there is nothing to ask."""
    asked = [key for key in keys if key]
    rows = DataPoint.objects.filter(key__in=asked, seen_by=Side.MANAGERS) if asked else DataPoint.objects.none()
    return set(rows.values_list("key", flat=True))


def _met_by_all(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group) and node.kind == "all":
        for child in node.children:
            yield from _met_by_all(child)


def _data_point(leaf: Leaf) -> str | None:
    """None for what is not said at all: what is not so, what is unknown, and values that partners are not shown."""
    if leaf.op in ("ne", "not_in", "is_empty"):
        return None
    return leaf.field.column if leaf.field.is_fact else _OWN.get(leaf.field.name)


def _said(leaf: Leaf, words: Words) -> str:
    """With its value where that is the reader's own, else only what was looked at."""
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    is_own_value = leaf.op in ("eq", "in", "contains") and len(values) == 1
    return words.of_leaf(leaf) if is_own_value else str(leaf.field.label)
