"""What tiers and stages use data points and segments for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from activity.uses import Use
from context.models import DataPoint, Segment, StageCriterion, TierCriterion, TierPolicy
from context.models.criteria import Criterion
from context.queries.criteria import data_points_of
from context.rules.checking import read_rule
from context.rules.nodes import leaves_of


def uses_in_tiers(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """Policies that are published or drafted; those before them ask nobody any more."""
    rows = TierCriterion.objects.exclude(policy__status=TierPolicy.Status.RETIRED).select_related("policy__programme", "tier")
    for criterion, point in _asking(rows, points):
        yield point, use_of_tier(criterion)


def uses_in_stages(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    for criterion, point in _asking(StageCriterion.objects.select_related("programme"), points):
        yield point, use_of_stage(criterion)


def criteria_that_name(segment: Segment, user=None) -> Iterator[Use]:
    """Tiers and stages whose rules name the segment."""
    rows = TierCriterion.objects.exclude(policy__status=TierPolicy.Status.RETIRED).select_related("policy__programme", "tier")
    for criterion in [*rows, *StageCriterion.objects.select_related("programme")]:
        if _names(criterion, segment):
            is_tier = isinstance(criterion, TierCriterion)
            yield use_of_tier(criterion) if is_tier else use_of_stage(criterion)


def _names(criterion: Criterion, segment: Segment) -> bool:
    try:
        leaves = leaves_of(read_rule(criterion.rule))
    except Invalid:
        return False
    return any(named.public_id == str(segment.public_id) for leaf in leaves for named in leaf.segments)


def use_of_tier(criterion: TierCriterion) -> Use:
    address = reverse("admin:context_tierpolicy_page", args=[criterion.policy.public_id])
    return Use(_("tier"), f"{criterion.policy.programme} · {criterion.tier}", address)


def use_of_stage(criterion: StageCriterion) -> Use:
    address = reverse("admin:context_stagemove_lifecycle") + f"?programme={criterion.programme.key}"
    return Use(_("stage"), f"{criterion.programme} · {criterion.get_stage_display()}", address)


def _asking(criteria, points: list[DataPoint]) -> Iterator[tuple[Criterion, int]]:
    known = {point.key: point.pk for point in points}
    for criterion in criteria:
        try:
            keys = data_points_of(criterion.rule)
        except Invalid:
            continue
        yield from ((criterion, known[key]) for key in keys if key in known)
