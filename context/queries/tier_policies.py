"""A tier policy as its page shows it: each tier with what it asks in words, and how many hold it now."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from context.models import TierCriterion, TierPolicy, TierStanding
from context.queries.criteria import words_of
from context.queries.tiers import enrolments_under, rules_of
from partners.models import Tier

SHOWN_IN_GRACE = 50


@dataclass(frozen=True)
class Step:
    """`is_everybodys` is the lowest tier where it asks for nothing; another tier that asks for nothing is given by hand only."""

    tier: Tier
    criteria: tuple[tuple[TierCriterion, str], ...]
    holders: int
    is_everybodys: bool


@dataclass(frozen=True)
class PolicyPage:
    """`steps` from the highest tier to the lowest. `in_grace` are the first by the day on which they would fall."""

    steps: tuple[Step, ...]
    versions: tuple[TierPolicy, ...]
    in_grace: tuple[TierStanding, ...]
    fixed: int


def policy_page(policy: TierPolicy) -> PolicyPage:
    rules = rules_of(policy)
    words = words_of(rules.criteria)
    holders = dict(enrolments_under(policy).order_by().values_list("tier").annotate(Count("pk")))
    steps = [
        Step(
            rules.tiers[rung.tier],
            tuple((criterion, words[criterion.pk]) for criterion in rules.of_tier(rung.tier)),
            holders.get(rung.tier, 0),
            is_everybodys=at == 0 and not rung.criteria,
        )
        for at, rung in enumerate(rules.ladder.rungs)
    ]
    standings = TierStanding.objects.filter(enrolment__in=enrolments_under(policy))
    in_grace = standings.filter(grace_until__isnull=False).select_related("enrolment__partner", "enrolment__tier", "earned")
    versions = TierPolicy.objects.filter(programme=policy.programme_id).select_related("published_by").order_by("-number")
    return PolicyPage(
        tuple(reversed(steps)),
        tuple(versions[:10]),
        tuple(in_grace.order_by("grace_until", "pk")[:SHOWN_IN_GRACE]) if policy.published_at else (),
        standings.filter(fixed_until__gte=timezone.localdate()).count(),
    )
