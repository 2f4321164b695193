"""What is known about partners. Everything was verified in a review, but for one claim that contradicts what was verified;
and one value has gone stale."""

import random
from datetime import datetime

from accounts.models import User
from context.actions.facts import rebuild_profile_facts, record_fact, record_facts
from context.models import DataPoint, Fact, Verdict
from context.typed_values import typed_value
from partnerhub.demo import dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact, Method, PartnerKind

_T, _P = DataPoint.Type, DataPoint.Topic
CLOUD = ["public cloud", "hybrid", "own data centre"]
DATA_POINTS = {
    "employees": {"label": "Employees", "question": "How many people work for you?", "type": _T.NUMBER,
                  "stale_after_days": 365, "purpose": "Sizes plans and support."},
    "annual_revenue": {"label": "Annual revenue", "question": "What was your revenue last year?", "type": _T.MONEY, "unit": "EUR",
                       "stale_after_days": 450, "purpose": "Shows what our share of the business is."},
    "cloud_focus": {"label": "Cloud focus", "question": "Where do your customers run their systems?", "type": _T.CHOICE,
                    "choices": CLOUD, "stale_after_days": 540, "topic": _P.FOCUS,
                    "purpose": "Chooses between editions and training."},
    "main_challenge": {"label": "Main challenge", "question": "What holds you back most at present?", "type": _T.TEXT,
                       "topic": _P.CHALLENGES, "stale_after_days": 180, "purpose": "Tells the manager where help is worth most."},
    "certified_engineers": {"label": "Certified engineers", "question": "How many certified engineers do you have?",
                            "type": _T.NUMBER, "topic": _P.TECHNICAL, "stale_after_days": 365,
                            "purpose": "Plans places in courses."},
    "capacity_use": {"label": "Use of capacity", "question": "How much of your capacity is in use?", "type": _T.NUMBER, "unit": "%",
                     "stale_after_days": 200, "purpose": "Warns of bottlenecks before a ramp-up."},
}  # fmt: skip
VENDOR_CHALLENGES = (
    "Finding engineers who know identity", "Customers delay projects into next year", "Quotes take too long",
    "Too little material in our language", "Competition from hyperscalers' own services",
)  # fmt: skip
CARMAKER_CHALLENGES = (
    "Prices of energy", "Short-notice changes of call-offs", "Finding drivers and shift leaders",
    "Returnable packaging comes back late", "Two audits in the same month",
)  # fmt: skip
# Of these kinds; all of it is known, so that how complete a profile is depends on its age.
REQUIRED = {
    "main_challenge": ("reseller", "distributor", "supplier"),
    "cloud_focus": ("reseller", "distributor"),
    "certified_engineers": ("reseller", "integrator"),
    "capacity_use": ("supplier",),
}
STALE = (vendor.RESELLER, "main_challenge", 410)
CLAIM = (vendor.RESELLER, "employees", 148)


def make_data_points() -> None:
    points = [DataPoint(key=key, **columns) for key, columns in DATA_POINTS.items()]
    DataPoint.objects.bulk_create(points, ignore_conflicts=True)
    for key, kinds in REQUIRED.items():
        DataPoint.objects.get(key=key).required_kinds.set(PartnerKind.objects.filter(key__in=kinds))


def make_facts(world: World, managers: dict[str, User]) -> None:
    chance = random.Random(f"{world.programme.key} facts")  # noqa: S311 - a story, not a secret
    points = {point.key: point for point in DataPoint.objects.all()}
    facts = [
        _fact(world, name, points[key], value, managers, observed_at=_observed(name, key, chance))
        for name in world.partners
        for key, value in _known_of(world, name, chance)
    ]
    record_facts(facts)
    verdicts = [Verdict(fact=fact, kind=Verdict.Kind.VERIFIED, by=fact.asserted_by, at=fact.observed_at) for fact in facts]
    Verdict.objects.bulk_create(verdicts)
    rebuild_profile_facts(partner.pk for partner in world.partners.values())


def claim_otherwise(world: World) -> Fact:
    """Somebody at the partner says another number than the one that was verified; nobody has looked at it yet."""
    name, key, value = CLAIM
    said_by = Contact.objects.get(partner=world.partners[name], is_partner_admin=True)
    observed = dates.days_ago(6, 14)
    with as_of(observed):
        return record_fact(
            world.partners[name], key, value, source=f"survey, answered by {said_by}", method=Method.SURVEY, by=said_by.user,
            observed_at=observed,
        )  # fmt: skip


def _known_of(world: World, name: str, chance: random.Random) -> list[tuple[str, object]]:
    plan = world.plans[name]
    is_vendor = world.programme.key == vendor.PROGRAMME.key
    common = [
        ("employees", plan.employees),
        ("annual_revenue", round(plan.employees * chance.randrange(110, 240), -2) * 1000),
        ("main_challenge", chance.choice(VENDOR_CHALLENGES if is_vendor else CARMAKER_CHALLENGES)),
    ]
    if not is_vendor:
        return [*common, ("capacity_use", chance.randrange(62, 97))]
    engineers = max(len(plan.certificates.split()), plan.employees // 30)
    return [*common, ("cloud_focus", chance.choice(CLOUD)), ("certified_engineers", engineers)]


def _observed(name: str, key: str, chance: random.Random) -> datetime:
    days = chance.randrange(15, 120)
    return dates.days_ago(STALE[2] if (name, key) == STALE[:2] else days, 13)


def _fact(world: World, name: str, point: DataPoint, value, managers: dict[str, User], *, observed_at: datetime) -> Fact:
    return Fact(
        partner=world.partners[name], data_point=point, value=typed_value(point, value), source="annual partner review",
        method=Method.REVIEW, asserted_by=managers[world.plans[name].manager], observed_at=observed_at, recorded_at=observed_at,
    )  # fmt: skip
