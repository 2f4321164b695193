"""The segments that rules name: read with what they name in turn, level by level, and copied where a rule is to stay as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from context.models import Segment

SEGMENT = "segment"
COPIES = "as_of"
MOST_LOOKED_AT = 2000
MOST_LEVELS = 6


@dataclass(frozen=True)
class StoredRules:
    """What a segment says, as JSON; `version` only for a copy."""

    public_id: str
    name: str
    rule: dict
    contact_rule: dict
    version: int | None = None


class SegmentBook:
    """Looks up segments by their id. One query a level, whatever the number of rules that are read with it."""

    def __init__(self):
        self._known: dict[str, StoredRules | None] = {}
        self._latest: dict[str, int] = {}

    def look_up(self, rules: Iterable) -> None:
        """Have at hand what these rules name, directly or not."""
        wanted = {name for rule in rules for name in ids_named(rule)}
        for _level in range(MOST_LEVELS):
            wanted -= self._known.keys()
            if not wanted:
                return
            found = Segment.objects.filter(public_id__in=wanted).values_list("public_id", "name", "rule", "contact_rule", "version")
            self._known |= dict.fromkeys(wanted)
            for public_id, name, rule, contact_rule, version in found:
                self._known[str(public_id)] = StoredRules(str(public_id), name, rule, contact_rule)
                self._latest[str(public_id)] = version
            wanted = {one for row in found for rule in (row[2], row[3]) for one in ids_named(rule)}

    def of(self, public_id: str) -> StoredRules | None:
        if public_id not in self._known:
            self.look_up([{"field": SEGMENT, "value": public_id}])
        return self._known[public_id]

    def version_of(self, public_id: str) -> int:
        return self._latest[public_id]


def ids_named(rule) -> set[str]:
    """The ids in a rule as JSON, whatever else it is. It looks at no more than a rule may hold."""
    found: set[str] = set()
    for leaf in leaves_in(rule):
        if leaf.get("field") == SEGMENT and COPIES not in leaf:
            value = leaf.get("value")
            found |= {name for one in (value if isinstance(value, list) else [value]) if (name := id_of(one))}
    return found


def leaves_in(rule) -> Iterator[dict]:
    """The conditions of a rule as JSON, whatever else it is."""
    waiting, seen = [rule], 0
    while waiting and seen < MOST_LOOKED_AT:
        seen += 1
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        if "field" in node:
            yield node
        for kind in ("all", "any"):
            if isinstance(node.get(kind), list):
                waiting += node[kind][:MOST_LOOKED_AT]
        if "not" in node:
            waiting.append(node["not"])


def id_of(value) -> str | None:
    """The id in its usual spelling, or None where it is none."""
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def with_copies(rule, book: SegmentBook) -> dict:
    """The rule with a copy of every segment that it names inside, so that it means the same whatever becomes of them.
    The rule must be one that can be asked."""
    if not isinstance(rule, dict):
        return rule
    for kind in ("all", "any"):
        if kind in rule:
            return {kind: [with_copies(child, book) for child in rule[kind]]}
    if "not" in rule:
        return {"not": with_copies(rule["not"], book)}
    if rule.get("field") != SEGMENT or COPIES in rule:
        return rule
    copies = {name: _copy(stored, book) for name in sorted(ids_named(rule)) if (stored := book.of(name))}
    return {**rule, COPIES: copies}


def _copy(stored: StoredRules, book: SegmentBook) -> dict:
    return {
        "name": stored.name,
        "version": book.version_of(stored.public_id),
        "rule": with_copies(stored.rule, book),
        "contact_rule": with_copies(stored.contact_rule, book),
    }
