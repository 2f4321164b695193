"""Where partners stand: what tiers ask and who is kept by grace, a draft that waits for its publication, what stages ask and
who is stuck there, and scorecards. Of the latest figures a few are claims that nobody has looked at yet."""

import random
from datetime import timedelta

from django.db.models import F, Max

from accounts.models import User
from context.actions.scorecards import add_line, create_scorecard
from context.actions.stages import add_stage_criterion, set_stage_pace
from context.actions.tier_policies import add_tier_criterion, draft_policy, publish_policy
from context.actions.tiers import evaluate_tiers
from context.models import Metric, StageMove, TierChange, TierPolicy, TierStanding
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Enrolment, PartnerKind, PerformanceRecord, Programme

PUBLISHED_DAYS_AGO, GRACE_DAYS = 46, 90
ENGINEERS = ("harbour-engineer", "gate-engineer", "beacon-engineer", "current-engineer")


def _at_least(field: str, value: float, **more) -> dict:
    return {"field": field, "op": "gte", "value": value, **more}


def _one_of(field: str, *values: str) -> dict:
    return {"field": field, "op": "in", "value": list(values)}


def _sold(value: int) -> dict:
    return _at_least("performance.license_revenue", value, within_days=365)


def _sold_or_alliance(value: int, employees: int) -> dict:
    """Alliances sell nothing themselves; there the size of the house counts."""
    alliance = {"all": [_one_of("enrolment.kind", "technology_alliance"), _at_least("fact.employees", employees)]}
    return {"any": [_sold(value), alliance]}


def _certified(*keys: str, alliances: bool = True) -> dict:
    valid = {"field": "certification.expires", "op": "within_days", "value": 3650}
    held = {"all": [_one_of("certification.key", *keys), valid]}
    return {"any": [held, _one_of("enrolment.kind", "technology_alliance")]} if alliances else held


_ON_TIME = {
    "On-time delivery of 95 % over a year": _at_least("performance_average.on_time_delivery", 95, within_days=365),
}
# Programme → tier → label → rule.
TIERS: dict[str, dict[str, dict[str, dict]]] = {
    vendor.PROGRAMME.key: {
        "silver": {
            "Licence revenue of 120,000 EUR in a year": _sold_or_alliance(120_000, 50),
            "A certified engineer": _certified(*ENGINEERS),
        },
        "gold": {
            "Licence revenue of 380,000 EUR in a year": _sold_or_alliance(380_000, 1_000),
            "A certified engineer": _certified(*ENGINEERS),
        },
        "platinum": {
            "Licence revenue of 1,000,000 EUR in a year": _sold(1_000_000),
            "An engineer certified for Harbour or Current": _certified("harbour-engineer", "current-engineer", alliances=False),
        },
    },
    carmaker.PROGRAMME.key: {
        "preferred": {**_ON_TIME, "ISO 9001": _one_of("certification.key", "iso-9001")},
        "strategic": {
            **_ON_TIME,
            "IATF 16949 and ISO 14001": {
                "all": [{"all": [_one_of("certification.key", key)]} for key in ("iatf-16949", "iso-14001")],
            },
        },
    },
}
# Stage, side → label → rule; days after which a partner is stuck.
STAGES: dict[tuple[str, str], dict[str, dict]] = {
    ("recruit", "exit"): {"A responsible manager": {"field": "enrolment.manager", "op": "is_empty", "value": False}},
    ("onboard", "exit"): {
        "A partner admin in the portal": {"field": "contact.is_partner_admin", "op": "eq", "value": True},
        "Somebody for technical questions": _one_of("contact.function", "technical"),
    },
    ("enable", "exit"): {"A certified engineer": _certified(*ENGINEERS)},
    ("market", "entry"): {"A first licence sold": _sold(1)},
    ("sell", "entry"): {"Licence revenue of 50,000 EUR in a year": _sold(50_000)},
    ("accelerate", "entry"): {"Licence revenue of 1,000,000 EUR in a year": _sold(1_000_000)},
}
PACES = {"recruit": 30, "onboard": 45, "enable": 60, "market": 60, "sell": 1_400, "incentivize": 365, "accelerate": 2_000}
# Partner → stage, days there, why.
PLACES = {
    "Honeyguide Analytics": ("recruit", 20, "First talk about a joint offer went well"),
    "Vesperia Solutions": ("onboard", 71, "Agreement signed"),
    "Pelagic AI": ("onboard", 12, "Agreement signed"),
    "Küstenlicht IT": ("enable", 33, "Two people registered for the Harbour course"),
    "Habari Hosting": ("enable", 140, "Wants to run Beacon for its customers"),
    "Bosphorus Bridge Consulting": ("enable", 95, "First project is in sight"),
    "Föhnwind Informatik": ("market", 40, "Campaign for banks agreed"),
    "Skerry Managed Services": ("market", 74, "Works its hospitals anew"),
    "Marram Cloud": ("incentivize", 120, "Joined the growth bonus"),
    "Sierra Verde TI": ("incentivize", 61, "Joined the growth bonus"),
}


def make_standings(worlds: dict[str, World], managers: dict[str, User]) -> None:
    by = managers["manager"]
    _verify_most_figures(by)
    for world in worlds.values():
        _make_stages(world, managers)
    with as_of(dates.days_ago(PUBLISHED_DAYS_AGO + 20)):
        _make_criteria(worlds[vendor.PROGRAMME.key].programme, by)
        set_stage_pace(worlds[carmaker.PROGRAMME.key].programme, "sell", PACES["sell"], by=by)
        _make_scorecards(worlds, by)
    _publish_tiers(worlds[vendor.PROGRAMME.key].programme, by)
    with as_of(dates.days_ago(3)):
        _draft_tiers(worlds[carmaker.PROGRAMME.key].programme, by)


def _verify_most_figures(by: User) -> None:
    """Those of the latest period are claims where they came last."""
    records = PerformanceRecord.objects.all()
    latest = dict(records.order_by().values_list("metric").annotate(Max("period_end")))
    rows = records.order_by("partner", "metric", "-period_end", "-pk").values_list("pk", "metric", "period_end", "industry")
    claims = [pk for nth, (pk, metric, end, industry) in enumerate(rows) if industry and end == latest[metric] and nth % 3 == 0]
    records.exclude(pk__in=claims).update(verified_by=by, verified_at=F("observed_at") + timedelta(days=3))


def _make_stages(world: World, managers: dict[str, User]) -> None:
    chance = random.Random(f"{world.programme.key} stages")  # noqa: S311 - a story, not a secret
    moves = []
    for enrolment in Enrolment.objects.filter(programme=world.programme).select_related("partner"):
        plan = world.plans[enrolment.partner.name]
        usual = (plan.stage, min(chance.randrange(100, 900), int(plan.years * 365)), "")
        stage, days, reason = PLACES.get(plan.name, usual)
        Enrolment.objects.filter(pk=enrolment.pk).update(stage=stage)
        by = managers[plan.manager]
        moves.append(StageMove(enrolment=enrolment, to_stage=stage, reason=reason, by=by, at=dates.days_ago(days)))
    StageMove.objects.bulk_create(moves)


def _make_criteria(programme: Programme, by: User) -> None:
    for (stage, side), criteria in STAGES.items():
        for label, rule in criteria.items():
            add_stage_criterion(programme, stage, side, by=by, label=label, rule=rule)
    for stage, days in PACES.items():
        set_stage_pace(programme, stage, days, by=by)


def _draft_tiers(programme: Programme, by: User) -> TierPolicy:
    policy = draft_policy(programme, by=by)
    tiers = {tier.key: tier for tier in programme.tiers.all()}
    for key, criteria in TIERS[programme.key].items():
        for label, rule in criteria.items():
            add_tier_criterion(policy, tiers[key], by=by, label=label, rule=rule)
    return policy


def _publish_tiers(programme: Programme, by: User) -> None:
    published = dates.days_ago(PUBLISHED_DAYS_AGO)
    with as_of(published):
        policy = publish_policy(_draft_tiers(programme, by), by=by)
        evaluate_tiers(policy)
    TierPolicy.objects.filter(pk=policy.pk).update(published_at=published, created_at=published, evaluated_at=dates.days_ago(0, 6))
    TierChange.objects.filter(policy=policy).update(at=published)
    standings = TierStanding.objects.filter(policy=policy)
    standings.update(earned_since=published)
    standings.filter(grace_until__isnull=False).update(grace_until=published.date() + timedelta(days=GRACE_DAYS))


def _make_scorecards(worlds: dict[str, World], by: User) -> None:
    metrics = {metric.key: metric for metric in Metric.objects.all()}
    sellers, makers = worlds[vendor.PROGRAMME.key], worlds[carmaker.PROGRAMME.key]
    sales = create_scorecard(
        by=by, programme=sellers.programme, name="Sales", kind=PartnerKind.objects.get(key="reseller"), period="quarter",
        is_shared=True,
    )  # fmt: skip
    add_line(sales, by=by, metric=metrics["license_revenue"], target=110_000, position=1)
    for position, name in enumerate(("Harbour", "Gate", "Current"), 2):
        line = {"label": f"Lumenvale {name}", "product": sellers.products[name], "position": position}
        add_line(sales, by=by, metric=metrics["license_revenue"], **line)
    delivery = create_scorecard(by=by, programme=makers.programme, name="Delivery", period="month", is_shared=True)
    add_line(delivery, by=by, metric=metrics["on_time_delivery"], target=97, position=1)
    add_line(delivery, by=by, metric=metrics["defects"], target=100, position=2)
