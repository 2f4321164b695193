"""From what somebody sent to a rule that can be asked, or a sentence that says what is wrong with it."""

import difflib
from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.models import ROWS, DataPoint, Segment, Side
from context.rules.fields import AVERAGE, ENROLMENT_FACT, FACT, FIELDS, FRESH, PERFORMANCE, Field, fact_fields, field_named
from context.rules.mentions import data_point_of
from context.rules.named_segments import COPIES, SegmentBook, StoredRules
from context.rules.nodes import Group, Leaf, NamedSegment, Node, leaves_of
from context.rules.options import OPTIONS, read_figures, read_only
from context.rules.values import read_value
from context.rules.vocabulary import refuse_unknown_words

MAX_NODES = 200
MAX_NODES_IN_ALL = 1000
MAX_DEPTH = 12
MAX_LEVELS = 5

GROUPS = ("all", "any", "not")
LEAF_KEYS = {"field", "op", "value", COPIES, *OPTIONS}


class Lookups:
    """What rules are read with, looked up once and shared by all rules that are read together."""

    def __init__(self):
        self.book = SegmentBook()

    @cached_property
    def facts(self) -> dict[str, Field]:
        return fact_fields()

    @cached_property
    def days_fresh(self) -> dict[str, int]:
        """By the key of its data point, for how many days a typed row stays fresh, where it ages."""
        ageing = DataPoint.objects.filter(key__in=ROWS, stale_after_days__gt=0).order_by()
        return dict(ageing.values_list("key", "stale_after_days"))


def check_rule(rule, *, about: str = "partner", of: Segment | None = None) -> Node:
    """Before a rule is kept or tried. Raises Invalid, with `field` naming the part of the segment, where the rule cannot be asked,
    asks for typed rows that only partners may see, names a choice that is not there, or would make the segment `of` a part of
    itself."""
    read = read_rule(rule, about=about, of=of, may_hold_copies=False)
    try:
        _refuse_hidden_rows(leaves_of(read))
        refuse_unknown_words(leaves_of(read))
    except Invalid as refusal:
        raise _about(refusal, about) from None
    return read


def _refuse_hidden_rows(leaves: list[Leaf]) -> None:
    """Rules are managers', so they ask for no rows that only the partner may see. One query, where a rule asks for rows."""
    asked = {key: leaf.field for leaf in leaves if (key := data_point_of(leaf.field)) in ROWS}
    points = DataPoint.objects.filter(key__in=asked, seen_by=Side.PARTNER) if asked else DataPoint.objects.none()
    for key, label in points.order_by("key").values_list("key", "label"):
        raise Invalid(
            _("“%(field)s” cannot be asked: only partners may see “%(label)s”. Let managers see that data point, or leave it out.")
            % {"field": asked[key].name, "label": label},
            code="hidden",
        )


def read_rule(
    rule, *, about: str = "partner", of: Segment | None = None, lookups: Lookups | None = None, may_hold_copies: bool = True
) -> Node:
    """The rule as a tree with values of their own types. None and {} mean everyone."""
    try:
        reader = _Reader(lookups or Lookups(), may_hold_copies=may_hold_copies)
        return reader.read_whole(rule, ((str(of.public_id), of.name),) if of and of.pk else ())
    except Invalid as refusal:
        raise _about(refusal, about) from None


def _about(refusal: Invalid, about: str) -> Invalid:
    refusal.field = "rule" if about == "partner" else "contact_rule"
    return refusal


Path = tuple[tuple[str, str], ...]  # the segments we are inside of: id and name, the outermost first


class _Reader:
    """Counts as it goes, so that a tree of ten thousand nodes is refused before it costs anything."""

    def __init__(self, lookups: Lookups, *, may_hold_copies: bool):
        self.lookups = lookups
        self.may_hold_copies = may_hold_copies
        self.nodes = self.nodes_in_all = 0
        self.path: Path = ()

    def read_whole(self, rule, path: Path) -> Node:
        """One rule from its root, counted by itself and with all others."""
        before = self.nodes, self.path
        self.nodes, self.path = 0, path
        read = self.read(rule if rule not in (None, {}) else {"all": []}, depth=1)
        self.nodes, self.path = before
        return read

    def read(self, node, depth: int) -> Node:
        self._count(depth)
        if not isinstance(node, dict):
            raise Invalid(_("Each part of a rule is an object with “all”, “any”, “not” or “field”."), code="shape")
        kinds = [kind for kind in GROUPS if kind in node]
        if not kinds:
            return self._read_leaf(node)
        if len(node) > 1:
            raise Invalid(
                _("A group has nothing beside “%(kind)s”; put the rest into a group of its own.") % {"kind": kinds[0]}, code="shape"
            )
        return self._read_group(kinds[0], node[kinds[0]], depth)

    def _count(self, depth: int) -> None:
        self.nodes += 1
        self.nodes_in_all += 1
        if self.nodes > MAX_NODES:
            raise Invalid(_("This rule has more than %(limit)d parts; make it smaller.") % {"limit": MAX_NODES}, code="too_large")
        if self.nodes_in_all > MAX_NODES_IN_ALL:
            raise Invalid(
                _("With the segments it names, this rule has more than %(limit)d parts; name fewer of them.")
                % {"limit": MAX_NODES_IN_ALL},
                code="too_large",
            )
        if depth > MAX_DEPTH:
            raise Invalid(
                _("This rule is nested more than %(limit)d levels deep; make it flatter.") % {"limit": MAX_DEPTH}, code="too_deep"
            )

    def _read_group(self, kind: str, content, depth: int) -> Group:
        if kind == "not":
            if not isinstance(content, dict):
                raise Invalid(_("“not” takes one condition or one group."), code="shape")
            return Group("not", (self.read(content, depth + 1),))
        if not isinstance(content, list):
            raise Invalid(_("“%(kind)s” takes a list of conditions.") % {"kind": kind}, code="shape")
        if kind == "any" and not content:
            raise Invalid(_("An “any of” group needs at least one condition."), code="empty_group")
        return Group(kind, tuple(self.read(child, depth + 1) for child in content))

    def _read_leaf(self, leaf: dict) -> Leaf:
        if strange := sorted(str(key) for key in leaf if key not in LEAF_KEYS):
            raise Invalid(
                _("A condition has “field”, “op” and “value”; “%(key)s” is not known.") % {"key": strange[0][:60]}, code="shape"
            )
        field = self._field(leaf.get("field"))
        op = leaf.get("op", "eq")
        if not isinstance(op, str) or op not in field.operators:
            raise Invalid(_unknown_operator(field, op), code="unknown_operator")
        value = read_value(field, op, leaf.get("value"))
        only = read_only(field, leaf)
        read = Leaf(field, op, value, read_figures(field, leaf), only, days_fresh=self._days_fresh(field, only))
        return replace(read, segments=self._read_segments(read, leaf)) if field.is_segment else self._without_copies(read, leaf)

    def _days_fresh(self, field: Field, only: tuple[str, ...]) -> int | None:
        """A value of a data point carries with it until when it is fresh; a typed row ages by its data point."""
        return self.lookups.days_fresh.get(data_point_of(field)) if FRESH in only and not field.is_fact else None

    def _field(self, name) -> Field:
        if not isinstance(name, str):
            raise Invalid(_("A condition needs a “field”, such as “partner.country”."), code="shape")
        facts = self.lookups.facts if name.startswith((FACT, ENROLMENT_FACT)) else {}
        field = field_named(name, facts)
        if field is None:
            raise Invalid(_unknown_field(name, facts), code="unknown_field")
        return field

    # --- Segments that a condition names -------------------------------------------------------------------------------

    def _without_copies(self, read: Leaf, leaf: dict) -> Leaf:
        if COPIES in leaf:
            raise Invalid(_("Only a condition on segments holds copies of them."), code="shape")
        return read

    def _read_segments(self, read: Leaf, leaf: dict) -> tuple[NamedSegment, ...]:
        names = read.value if isinstance(read.value, tuple) else (str(read.value),)
        copies = self._copies(leaf)
        if copies is None:
            self.lookups.book.look_up([leaf])
        return tuple(self._read_segment(name, self._stored(name, copies)) for name in dict.fromkeys(names))

    def _copies(self, leaf: dict) -> dict | None:
        copies = leaf.get(COPIES)
        if copies is None:
            return None
        if not self.may_hold_copies:
            raise Invalid(_("“as_of” is written when an announcement is submitted; leave it out here."), code="shape")
        if not isinstance(copies, dict):
            raise Invalid(_("“as_of” holds the copies of segments by their ids."), code="shape")
        return copies

    def _stored(self, public_id: str, copies: dict | None) -> StoredRules:
        if copies is None:
            stored = self.lookups.book.of(public_id)
        else:
            copy = copies.get(public_id)
            stored = _as_stored(public_id, copy) if isinstance(copy, dict) else None
        if stored is None:
            raise Invalid(
                _("There is no segment with the id “%(id)s”; it may have been deleted.") % {"id": public_id}, code="unknown_value"
            )
        return stored

    def _read_segment(self, public_id: str, stored: StoredRules) -> NamedSegment:
        path = (*self.path, (public_id, stored.name))
        if public_id in dict(self.path):
            names = [name for _id, name in path[[one for one, _name in path].index(public_id) :]]
            raise Invalid(
                _("A segment cannot be part of itself: %(circle)s.") % {"circle": " → ".join(f"“{name}”" for name in names)},
                code="circle",
            )
        if len(path) > MAX_LEVELS:
            raise Invalid(
                _("Segments name each other more than %(limit)d levels deep, down to “%(name)s”; name fewer on the way.")
                % {"limit": MAX_LEVELS, "name": stored.name},
                code="too_deep",
            )
        rule, contact_rule = self.read_whole(stored.rule, path), self.read_whole(stored.contact_rule, path)
        return NamedSegment(public_id, stored.name, rule, contact_rule, stored.version)


def _as_stored(public_id: str, copy: dict) -> StoredRules:
    version = copy.get("version")
    return StoredRules(
        public_id,
        str(copy.get("name", ""))[:200],
        copy.get("rule", {}),
        copy.get("contact_rule", {}),
        version if isinstance(version, int) else None,
    )


def _unknown_field(name: str, facts: dict[str, Field]) -> str:
    known = [*FIELDS, *facts]
    sentence = _("There is no field “%(name)s”.") % {"name": name[:60]}
    if nearest := difflib.get_close_matches(name[:60], known, n=1, cutoff=0.6):
        sentence += " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}
    families = [f"{PERFORMANCE}<metric>", f"{AVERAGE}<metric>", f"{FACT}<data point>", f"{ENROLMENT_FACT}<data point>"]
    return sentence + " " + _("Known fields: %(names)s.") % {"names": ", ".join([*known[:60], *families])}


def _unknown_operator(field: Field, op) -> str:
    sentence = _("“%(field)s” cannot be asked with “%(op)s”.") % {"field": field.name, "op": str(op)[:60]}
    if nearest := difflib.get_close_matches(str(op)[:60], field.operators, n=1, cutoff=0.5):
        sentence += " " + _("Did you mean “%(name)s”?") % {"name": nearest[0]}
    return sentence + " " + _("It knows: %(names)s.") % {"names": ", ".join(field.operators)}
