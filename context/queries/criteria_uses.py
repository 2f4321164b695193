"""What tiers and stages use data points and segments for."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from activity.uses import Use
from context.models import DataPoint, Segment, StageCriterion, TierCriterion, TierPolicy
from context.models.criteria import Criterion
from context.queries.criteria import data_points_of
from context.rules.checking import Lookups, read_rule
from context.rules.nodes import leaves_of
from partners.models import Stage

TIER, STAGE = "tier", "stage"


@dataclass(frozen=True)
class Asked:
    """A criterion and where it is: `place` is the public id of a tier policy or the key of a programme, `of` a tier or a stage."""

    kind: str
    rule: dict
    programme: str
    place: str
    of: str

    def as_use(self) -> Use:
        if self.kind == TIER:
            return Use(_("tier"), f"{self.programme} · {self.of}", reverse("admin:context_tierpolicy_page", args=[self.place]))
        address = reverse("admin:context_stagemove_lifecycle") + f"?programme={self.place}"
        return Use(_("stage"), f"{self.programme} · {Stage(self.of).label}", address)


def uses_in_criteria(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    known, lookups = {point.key: point.pk for point in points}, Lookups()
    for asked in _all_asked():
        try:
            keys = data_points_of(asked.rule, lookups)
        except Invalid:
            continue
        yield from ((known[key], asked.as_use()) for key in keys if key in known)


def criteria_that_name(segment: Segment, user=None) -> Iterator[Use]:
    """Tiers and stages whose rules name the segment."""
    lookups = Lookups()
    return (asked.as_use() for asked in _all_asked() if _names(asked, segment, lookups))


def _all_asked() -> Iterator[Asked]:
    """Of tier policies those that are published or drafted; those before them ask nobody any more. One query."""
    live = TierCriterion.objects.exclude(policy__status=TierPolicy.Status.RETIRED)
    of_tiers = _columns(live, TIER, "policy__programme__name", Cast("policy__public_id", CharField()), "tier__name")
    of_stages = _columns(StageCriterion.objects.all(), STAGE, "programme__name", "programme__key", "stage")
    rows = of_tiers.union(of_stages, all=True)
    return (Asked(*row[2:]) for row in sorted(rows, key=lambda row: (row[2] != TIER, row[0], row[1])))


def _columns(criteria: QuerySet[Criterion], kind: str, programme: str, place: str | Cast, of: str) -> QuerySet:
    return criteria.order_by().values_list("position", "pk", Value(kind, output_field=CharField()), "rule", programme, place, of)


def _names(asked: Asked, segment: Segment, lookups: Lookups) -> bool:
    try:
        leaves = leaves_of(read_rule(asked.rule, lookups=lookups))
    except Invalid:
        return False
    return any(named.public_id == str(segment.public_id) for leaf in leaves for named in leaf.segments)


def use_of_tier(criterion: TierCriterion) -> Use:
    policy = criterion.policy
    return Asked(TIER, criterion.rule, policy.programme.name, str(policy.public_id), criterion.tier.name).as_use()


def use_of_stage(criterion: StageCriterion) -> Use:
    return Asked(STAGE, criterion.rule, criterion.programme.name, criterion.programme.key, criterion.stage).as_use()
