"""Which criteria hold: for many partners in one query, and for one partner with what it really has."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.models import DataPoint, Side
from context.models.criteria import Criterion
from context.rules.checking import Lookups, read_rule
from context.rules.compiling import FROM_PARTNER, Standpoint, condition_of
from context.rules.explaining import ExplainedNode, explain_places
from context.rules.fields import Subject
from context.rules.mentions import data_point_of
from context.rules.nodes import Node, bind, leaves_of, of_place
from context.rules.vocabulary import names_of
from context.rules.wording import Words
from partners.models import Partner

FEW = 200


@dataclass(frozen=True)
class Outcome:
    """How a criterion came out for one partner. `words` say what is asked, `actual` what the partner has; both are empty where
    the reader may not see the values that it asks for."""

    criterion: Criterion
    holds: bool
    words: str = ""
    actual: str = ""

    @property
    def label(self) -> str:
        return self.criterion.label

    def as_evidence(self) -> dict:
        return {"label": self.label, "words": self.words, "holds": self.holds, "actual": self.actual}


def holding(criteria: Sequence[Criterion], partner_ids: Collection[int]) -> dict[int, set[int]]:
    """By partner, the ids of the criteria that hold. Raises Invalid, naming the criterion, where one cannot be asked."""
    if not criteria:
        return {partner: set() for partner in partner_ids}
    lookups = Lookups()
    standpoint = replace(FROM_PARTNER, is_narrow=len(partner_ids) <= FEW)
    answers = {f"criterion_{criterion.pk}": _holds(criterion, lookups, standpoint) for criterion in criteria}
    rows = Partner.objects.filter(pk__in=partner_ids).order_by().annotate(**answers).values_list("pk", *answers)
    return {
        pk: {criterion.pk for criterion, holds in zip(criteria, found, strict=True) if holds} for pk, *found in rows.iterator(2000)
    }


def outcomes_of(criteria: Iterable[Criterion], partner: Partner, *, is_managers: bool = True) -> list[Outcome]:
    """Each with the values it came from, as managers see them or as the partner's own people do."""
    criteria = list(criteria)
    hidden = set() if is_managers else _not_for_partners(criteria)
    trees = _trees([(criterion.rule, criterion.programme_id) for criterion in criteria], partner)
    return [_outcome(criterion, tree, is_hidden=criterion.pk in hidden) for criterion, tree in zip(criteria, trees, strict=True)]


def _trees(rules: list[tuple[dict, int]], partner: Partner) -> list[ExplainedNode]:
    """All in one go; where they are too large together, one by one."""
    if not rules:
        return []
    try:
        return list(explain_places(rules, partner))
    except Invalid as refusal:
        if refusal.code not in ("too_large", "too_deep"):
            raise
    return [tree for rule in rules for tree in explain_places([rule], partner)]


def _outcome(criterion: Criterion, tree: ExplainedNode, *, is_hidden: bool) -> Outcome:
    if is_hidden:
        return Outcome(criterion, tree.holds)
    leaves = _leaves(tree)
    shown = [leaf for leaf in leaves if leaf.holds == tree.holds] or leaves
    words = "; ".join(dict.fromkeys(leaf.words for leaf in shown))
    return Outcome(criterion, tree.holds, words, "; ".join(dict.fromkeys(leaf.actual for leaf in shown)))


def _leaves(node: ExplainedNode) -> list[ExplainedNode]:
    return [node] if node.kind == "leaf" else [leaf for child in node.children for leaf in _leaves(child)]


def _holds(criterion: Criterion, lookups: Lookups, standpoint: Standpoint) -> Case:
    try:
        bound = bind(read_rule(criterion.rule, lookups=lookups), Subject.PARTNER)
        condition = condition_of(of_place(bound, criterion.programme_id), standpoint)
    except Invalid as refusal:
        raise Invalid(
            _("“%(label)s” can no longer be asked: %(why)s") % {"label": criterion.label, "why": refusal}, code=refusal.code
        ) from None
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _not_for_partners(criteria: list[Criterion]) -> set[int]:
    """Criteria that ask for values which only managers may see."""
    lookups = Lookups()
    asked = {criterion.pk: data_points_of(criterion.rule, lookups) for criterion in criteria}
    keys = {key for keys in asked.values() for key in keys}
    hidden = set(DataPoint.objects.filter(key__in=keys, seen_by=Side.MANAGERS).values_list("key", flat=True)) if keys else set()
    return {pk for pk, keys in asked.items() if keys & hidden}


def data_points_of(rule, lookups: Lookups | None = None) -> set[str]:
    """Those of facts, and those that stand for columns and typed rows, those of the segments it names included."""
    return {data_point_of(leaf.field) for leaf in leaves_of(read_rule(rule, lookups=lookups), deep=True)} - {""}


def words_of(criteria: Iterable[Criterion]) -> dict[int, str]:
    """What each criterion asks, said in words, or why it can no longer be asked; one query for the names of all."""
    nodes: dict[int, Node] = {}
    said: dict[int, str] = {}
    lookups = Lookups()
    for criterion in criteria:
        try:
            nodes[criterion.pk] = read_rule(criterion.rule, lookups=lookups)
        except Invalid as refusal:
            said[criterion.pk] = str(refusal)
    words = Words(names_of(leaves_of(*nodes.values())))
    return said | {pk: words.of_node(node) for pk, node in nodes.items()}
