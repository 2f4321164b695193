"""A rule in words: a sentence for the usual ones ("Gold resellers in Germany whose Kubernetes certificate expires within
90 days · technical contacts"), an exact phrase for every other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.rules.checking import Lookups, read_rule
from context.rules.fields import VERIFIED, Subject, Type, performance_field, small
from context.rules.nodes import Group, Leaf, NamedSegment, Node, leaves_of
from context.rules.vocabulary import Names, name_of, names_of
from partners.models import Site

SHOWN_VALUES = 4


def in_words(rule, contact_rule=None, *, lookups: Lookups | None = None) -> str:
    """Raises Invalid where one of the rules cannot be asked."""
    lookups = lookups or Lookups()
    return _said(read_rule(rule, lookups=lookups), read_rule(contact_rule, about="contact", lookups=lookups))


def all_in_words(pairs: Iterable[tuple[dict, dict]]) -> list[str]:
    """The same for many, read with few queries; where one cannot be asked, the sentence that says why."""
    pairs, lookups, read = list(pairs), Lookups(), []
    lookups.book.look_up([rule for pair in pairs for rule in pair])
    for rule, contact_rule in pairs:
        try:
            read.append((read_rule(rule, lookups=lookups), read_rule(contact_rule, about="contact", lookups=lookups)))
        except Invalid as refusal:
            read.append(str(refusal))
    names = names_of(leaves_of(*(node for one in read if not isinstance(one, str) for node in one)))
    return [one if isinstance(one, str) else _said(*one, names) for one in read]


def partners_in_words(rules: Iterable[dict]) -> list[str]:
    """What each of these rules asks of partners; where one cannot be asked, the sentence that says why. One query for the names."""
    lookups, read = Lookups(), []
    for rule in rules:
        try:
            read.append(read_rule(rule, lookups=lookups))
        except Invalid as refusal:
            read.append(str(refusal))
    words = Words(names_of(leaves_of(*(one for one in read if not isinstance(one, str)))))
    return [one if isinstance(one, str) else words.of_partners(one) for one in read]


def _said(partners: Node, people: Node, names: Names | None = None) -> str:
    names = names_of(leaves_of(partners, people)) if names is None else names
    return f"{Words(names).of_partners(partners)} · {Words(names, Subject.CONTACT).of_people(people)}"


def joined(words: Iterable[str], last: str) -> str:
    """a, b or c."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


@dataclass(frozen=True)
class Words:
    """Phrases with the names of one set of keys at hand. `own` is whom the rule is about: partners or people."""

    names: Names
    own: Subject = Subject.PARTNER

    def of_partners(self, rule: Node) -> str:
        parts = _Parts(rule)
        status = self._values(parts.take("enrolment.status"))
        tier = self._values(parts.take("enrolment.tier"))
        noun = self._kinds(parts.take("enrolment.kind")) or _("partners")
        programme, places = parts.take("enrolment.programme"), (parts.take("partner.region"), parts.take("partner.country"))
        words = [status, tier, noun]
        words += [_("of %(programme)s") % {"programme": self._values(programme)}] if programme else []
        words += [_("in %(place)s") % {"place": self._values(place)} for place in places if place]
        if len(words) == 3 and not (status or tier) and noun == _("partners") and not parts.rest:
            return _("All partners")
        return capfirst(" ".join(word for word in [*words, *self._certificates(parts), self._where(parts)] if word))

    def of_people(self, rule: Node) -> str:
        parts = _Parts(rule)
        functions = parts.take("contact.function")
        if not functions and not parts.rest:
            return _("everyone there")
        said = joined([small(name) for name in self._value_list(functions)], _("or")) if functions else ""
        noun = _("%(functions)s contacts") % {"functions": said} if said else _("contacts")
        return " ".join(word for word in [noun, *self._certificates(parts), self._where(parts)] if word)

    def of_node(self, node: Node) -> str:
        """Any part of a rule, exactly."""
        if isinstance(node, Leaf):
            return self.of_leaf(node)
        if node.kind == "not":
            return self.of_opposite(node.children[0])
        if not node.children:
            return _("anything")
        parts = [self._enclosed(child) for child in node.children]
        return joined(parts, _("and") if node.kind == "all" else _("or"))

    def of_opposite(self, node: Node) -> str:
        """What `not` means, as one would say it."""
        if isinstance(node, Leaf):
            row = self._row_spoken_of(node)
            return (
                _("there is no %(row)s where %(condition)s") % {"row": row, "condition": self.of_leaf(node)}
                if row
                else self.of_leaf(node, opposite=True)
            )
        if node.kind == "not":
            return self.of_node(node.children[0])
        if len(node.children) == 1:
            return self.of_opposite(node.children[0])
        if not node.children:
            return _("nobody")
        if node.kind == "any" and all(isinstance(child, Leaf) for child in node.children):
            return joined([self.of_opposite(child) for child in node.children], _("and"))
        parts = "; ".join(self._enclosed(child) for child in node.children)
        return (_("none of: %(parts)s") if node.kind == "any" else _("not all of: %(parts)s")) % {"parts": parts}

    def _row_spoken_of(self, leaf: Leaf) -> str:
        """Of these there may be many, and the opposite of “one is so” is that none is, not that one is not."""
        if leaf.field.subject == self.own or (leaf.field.names_row and leaf.op == "is_empty"):
            return ""
        words = {
            Subject.ENROLMENT: _("enrolment"), Subject.CERTIFICATE: _("certificate"), Subject.AGREEMENT: _("agreement"),
            Subject.SITE: _("site"), Subject.CONTACT: _("person"),
        }  # fmt: skip
        return words.get(leaf.field.subject, "")

    def of_leaf(self, leaf: Leaf, *, opposite: bool = False) -> str:
        field = self._figure(leaf) if leaf.field.is_performance else str(leaf.field.label)
        asked = {"field": field, "value": self._values(leaf)}
        phrase = (_opposites(leaf) if opposite else _phrases(leaf))[leaf.op] % asked
        return f"{phrase} {_only(leaf)}" if leaf.only else phrase

    def _figure(self, leaf: Leaf) -> str:
        """What is summed up: EMEA license revenue over the last 4 quarters."""
        figures = leaf.figures
        words = [name_of("region", figures.region, self.names) if figures.region else "", self._metric(leaf)]
        words += [_("with %(product)s") % {"product": figures.product}] if figures.product else []
        words += [_("in the industry “%(industry)s”") % {"industry": figures.industry}] if figures.industry else []
        words += (
            [_("in %(programme)s") % {"programme": name_of("programme", figures.programme, self.names)}]
            if figures.programme
            else []
        )
        if figures.activity:
            words.append(_("(%(activity)s)") % {"activity": Site.Activity(figures.activity).label})
        return " ".join([*(word for word in words if word), _period(leaf)])

    def _metric(self, leaf: Leaf) -> str:
        """As managers named it, else as its key reads."""
        named = performance_field(leaf.field.name, self.names.get(("metric", leaf.field.column), ""))
        return small(str(named.label)) if named else str(leaf.field.label)

    def _enclosed(self, node: Node) -> str:
        inner = node
        while isinstance(inner, Group) and len(inner.children) == 1:
            inner = inner.children[0]
        is_long = isinstance(inner, Group) and len(inner.children) > 1
        return f"({self.of_node(node)})" if is_long else self.of_node(node)

    def _where(self, parts: "_Parts") -> str:
        if not parts.rest:
            return ""
        said = self.of_node(parts.rest[0]) if len(parts.rest) == 1 else self.of_node(Group("all", tuple(parts.rest)))
        return _("where %(conditions)s") % {"conditions": said}

    def _kinds(self, leaf: Leaf | None) -> str:
        if not leaf:
            return ""
        return joined([_plural(name) for name in self._value_list(leaf)], _("or"))

    def _certificates(self, parts: "_Parts") -> list[str]:
        """What is said of one certificate, as one clause."""
        which, expiry = parts.take("certification.key"), parts.take("certification.expires", *_EXPIRY)
        name = self._values(which)
        if expiry:
            ends = self._expiry(expiry)
            if not name:
                return [_("with a certificate that %(ends)s") % {"ends": ends}]
            return [_("whose %(name)s certificate %(ends)s") % {"name": name, "ends": ends}]
        return [_("with a %(name)s certificate") % {"name": name}] if name else []

    def _expiry(self, leaf: Leaf) -> str:
        if leaf.op != "within_days":
            return _EXPIRY[leaf.op]() % {"day": self._values(leaf)}
        if leaf.value < 0:
            return ngettext("expired within the last %(days)d day", "expired within the last %(days)d days", -leaf.value) % {
                "days": -leaf.value
            }
        return ngettext("expires within %(days)d day", "expires within %(days)d days", leaf.value) % {"days": leaf.value}

    def _values(self, leaf: Leaf | None) -> str:
        return joined(self._value_list(leaf), _("or")) if leaf else ""

    def _value_list(self, leaf: Leaf) -> list[str]:
        if leaf.segments:
            return _counted([_segment_name(one) for one in leaf.segments])
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        said = [self.of_value(leaf, value) for value in values[:SHOWN_VALUES]]
        return _counted(said, len(values))

    def of_value(self, leaf: Leaf, value) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, date):
            return date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(value, Decimal):
            return number_format(value.normalize(), use_l10n=True, force_grouping=True)
        if not isinstance(value, str):
            return str(abs(value))
        if leaf.field.choices:
            return str(dict(leaf.field.choices).get(value, value))
        name = name_of(leaf.field.vocabulary, value, self.names)
        return f"“{name}”" if leaf.field.type in (Type.TEXT, Type.CODE) else name


def _counted(said: list[str], count: int | None = None) -> list[str]:
    others = (count or len(said)) - SHOWN_VALUES
    if others <= 0:
        return said
    return [*said[:SHOWN_VALUES], ngettext("%(count)d other", "%(count)d others", others) % {"count": others}]


def _segment_name(segment: NamedSegment) -> str:
    if segment.version is None:
        return f"“{segment.name}”"
    return _("“%(name)s” (version %(version)d)") % {"name": segment.name, "version": segment.version}


def _period(leaf: Leaf) -> str:
    if quarters := leaf.figures.quarters:
        return ngettext("over the last quarter", "over the last %(count)d quarters", quarters) % {"count": quarters}
    days = leaf.figures.within_days or 0
    return ngettext("over the last day", "over the last %(count)d days", days) % {"count": days}


def _only(leaf: Leaf) -> str:
    if len(leaf.only) > 1:
        return _("(only verified and fresh)")
    return _("(only verified)") if VERIFIED in leaf.only else _("(only fresh)")


class _Parts:
    """The conditions of a rule's outermost `all`, handed out one by one; `rest` is what nobody took."""

    def __init__(self, rule: Node):
        self.rest = list(rule.children) if isinstance(rule, Group) and rule.kind == "all" else [rule]

    def take(self, name: str, *operators: str) -> Leaf | None:
        for part in self.rest:
            is_plain = isinstance(part, Leaf) and part.field.name == name and not part.only
            if is_plain and part.op in (operators or ("eq", "in", "contains")):
                self.rest.remove(part)
                return part
        return None


_EXPIRY = {
    "within_days": lambda: "",
    "lt": lambda: _("expires before %(day)s"),
    "lte": lambda: _("expires by %(day)s"),
    "gt": lambda: _("expires after %(day)s"),
    "gte": lambda: _("expires on %(day)s or later"),
    "eq": lambda: _("expires on %(day)s"),
}


def _phrases(leaf: Leaf) -> dict[str, str]:
    by_op = {
        "eq": _("%(field)s is %(value)s"),
        "ne": _("%(field)s is not %(value)s"),
        "in": _("%(field)s is %(value)s"),
        "not_in": _("%(field)s is not %(value)s"),
        "lt": _("%(field)s is below %(value)s"),
        "lte": _("%(field)s is at most %(value)s"),
        "gt": _("%(field)s is above %(value)s"),
        "gte": _("%(field)s is at least %(value)s"),
        "contains": _("%(field)s contains %(value)s"),
        "starts_with": _("%(field)s begins with %(value)s"),
        "is_empty": _("%(field)s is unknown") if leaf.value else _("%(field)s is known"),
    }
    if leaf.field.type == Type.SET:
        by_op |= {op: _("%(field)s includes %(value)s") for op in ("eq", "in", "contains")}
        by_op |= {op: _("%(field)s does not include %(value)s") for op in ("ne", "not_in")}
        by_op["is_empty"] = _("no %(field)s is known") if leaf.value else _("some %(field)s is known")
    if leaf.field.names_row:
        by_op["is_empty"] = _("there is no %(field)s") if leaf.value else _("there is a %(field)s")
    if leaf.field.type == Type.DATE:
        by_op |= _date_phrases(leaf)
    if leaf.field.is_segment:
        by_op |= {op: _("in %(value)s") for op in ("eq", "in")} | {op: _("not in %(value)s") for op in ("ne", "not_in")}
    return by_op


def _opposites(leaf: Leaf) -> dict[str, str]:
    """Of each phrase. Where a value is missing, the opposite of a comparison holds, so it is never said as another comparison."""
    if leaf.op == "is_empty":
        return _phrases(replace(leaf, value=not leaf.value))
    said = _phrases(leaf)
    by_op = {
        "eq": said["ne"],
        "ne": said["eq"],
        "in": said["not_in"],
        "not_in": said["in"],
        "lt": _("%(field)s is not below %(value)s"),
        "lte": _("%(field)s is not at most %(value)s"),
        "gt": _("%(field)s is not above %(value)s"),
        "gte": _("%(field)s is not at least %(value)s"),
        "contains": _("%(field)s does not contain %(value)s"),
        "starts_with": _("%(field)s does not begin with %(value)s"),
    }
    if leaf.field.type == Type.SET:
        by_op["contains"] = said["ne"]
    if leaf.field.type == Type.DATE:
        is_past = _is_past(leaf)
        by_op |= {
            "lt": _("%(field)s is not before %(value)s"),
            "lte": _("%(field)s is not %(value)s or before"),
            "gt": _("%(field)s is not after %(value)s"),
            "gte": _("%(field)s is not %(value)s or after"),
            "within_days": _("%(field)s was not within the last %(value)s days")
            if is_past
            else _("%(field)s is not within %(value)s days"),
        }
    return by_op


def _is_past(leaf: Leaf) -> bool:
    return leaf.field.is_past or (leaf.op == "within_days" and leaf.value < 0)


def _date_phrases(leaf: Leaf) -> dict[str, str]:
    is_past = _is_past(leaf)
    return {
        "lt": _("%(field)s is before %(value)s"),
        "lte": _("%(field)s is %(value)s or before"),
        "gt": _("%(field)s is after %(value)s"),
        "gte": _("%(field)s is %(value)s or after"),
        "within_days": _("%(field)s was within the last %(value)s days") if is_past else _("%(field)s is within %(value)s days"),
    }


def _plural(name: str) -> str:
    """The plural of a kind as managers named it; only English can be guessed."""
    name = small(name)
    if not (get_language() or "en").startswith("en") or name.endswith("s"):
        return name
    return name[:-1] + "ies" if name.endswith("y") and name[-2:-1] not in tuple("aeiou") else name + "s"


def subject_in_words(subject: Subject) -> str:
    return {
        Subject.ENROLMENT: _("one and the same enrolment"),
        Subject.CERTIFICATE: _("one and the same certificate"),
        Subject.AGREEMENT: _("one and the same agreement"),
        Subject.SITE: _("one and the same site"),
        Subject.CONTACT: _("one and the same person"),
    }[subject]
