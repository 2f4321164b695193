"""A tier policy and what partners did for it: gold takes revenue and a certificate, silver is everybody's."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from context.actions.scorecards import add_line, create_scorecard
from context.actions.stages import add_stage_criterion
from context.actions.tier_policies import add_tier_criterion, change_policy, draft_policy
from context.models import Metric, ScorecardLine, StageCriterion, TierCriterion, TierPolicy
from partners.models import Certification, Enrolment, Partner, PartnerCertification, PerformanceRecord, Tier

REVENUE = {"field": "performance.license_revenue", "op": "gte", "value": 100_000, "within_days": 365}
CERTIFICATE = {"field": "certification.key", "op": "eq", "value": "gate"}


def draft(cast) -> TierPolicy:
    make_certification()
    rank_tiers(cast)
    policy = draft_policy(cast.programme, by=cast.maria)
    change_policy(policy, by=cast.maria, grace_days=30)
    gold = Tier.objects.get(programme=cast.programme, key="gold")
    add_tier_criterion(policy, gold, by=cast.maria, label="Licence revenue of 100,000 in a year", rule=REVENUE)
    add_tier_criterion(policy, gold, by=cast.maria, label="Gate certificate", rule=CERTIFICATE)
    return policy


def rank_tiers(cast) -> None:
    Tier.objects.filter(programme=cast.programme, key="silver").update(rank=1)
    Tier.objects.filter(programme=cast.programme, key="gold").update(rank=2)


def sells(partner: Partner, value, *, metric: str = "license_revenue", days_ago: int = 20, **more) -> PerformanceRecord:
    end = timezone.localdate() - timedelta(days=days_ago)
    period = {"period_start": end - timedelta(days=27), "period_end": end}
    return PerformanceRecord.objects.create(partner=partner, metric=metric, value=value, unit="EUR", **{**period, **more})


@dataclass(frozen=True)
class OneOfEach:
    policy: TierPolicy
    tier_criterion: TierCriterion
    stage_criterion: StageCriterion
    enrolment: Enrolment
    line: ScorecardLine


def one_of_each(cast) -> OneOfEach:
    """Of everything about standing that an address can name; the enrolment is Alpenglow's."""
    policy = draft(cast)
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Seller", is_shared=True)
    return OneOfEach(
        policy,
        policy.criteria.first(),
        add_stage_criterion(cast.programme, "onboard", "exit", by=cast.maria, label="Gate certificate", rule=CERTIFICATE),
        Enrolment.objects.get(partner=cast.alpenglow),
        add_line(card, by=cast.maria, metric=Metric.objects.get(key="license_revenue"), target=100),
    )


def make_certification(key: str = "gate") -> Certification:
    return Certification.objects.get_or_create(key=key, defaults={"name": key})[0]


def certify(partner: Partner, key: str) -> PartnerCertification:
    certification = make_certification(key)
    return PartnerCertification.objects.create(partner=partner, certification=certification)
