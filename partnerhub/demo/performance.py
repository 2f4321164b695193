"""Figures: licence sales of two years by product and industry, and a year of deliveries month by month."""

import random
from datetime import date

from partnerhub.demo import dates, vendor
from partnerhub.demo.places import PLACES
from partnerhub.demo.plans import PartnerPlan
from partnerhub.demo.worlds import World
from partners.models import Method, PerformanceRecord, Region, Site

QUARTERS, MONTHS = 8, 12
DEAL_WEEKS = 20
SALES_PER_EMPLOYEE = 700  # EUR a quarter: sellers of the demo are small and sell much else besides
SEASON = {1: 0.92, 2: 1.0, 3: 0.94, 4: 1.16}
LATE = {"Yelken Otomotiv": 91.5, "Rio Largo Carga": 92.4, "Pyrène Transport": 93.6}
NEW_PRODUCT = "Current"
NEIGHBOURS = {"dach": "central_europe", "nordics": "western_europe", "western_europe": "dach"}


def make_performance(world: World) -> None:
    chance = random.Random(f"{world.programme.key} figures")  # noqa: S311 - a story, not a secret
    figures_of = _sales if world.programme.key == vendor.PROGRAMME.key else _deliveries
    PerformanceRecord.objects.bulk_create(
        [row for name in world.partners for row in figures_of(world, name, chance)], batch_size=1000
    )


def _sales(world: World, name: str, chance: random.Random) -> list[PerformanceRecord]:
    plan = world.plans[name]
    periods = dates.quarters(QUARTERS)
    shares = _shares(plan)
    rows = []
    own = Region.objects.get(key=PLACES[plan.country].region)
    elsewhere = Region.objects.get(key=NEIGHBOURS.get(own.key, own.key))
    for nth, (start, end) in enumerate(periods):
        is_latest = nth == len(periods) - 1
        for place, (product, industry, share) in enumerate(shares):
            if product == NEW_PRODUCT and not is_latest:
                continue
            activity = Site.Activity.INSTALLS if place % 3 == 2 else Site.Activity.SELLS
            season = SEASON[(end.month - 1) // 3 + 1] * (1 + plan.trend) ** nth * chance.uniform(0.92, 1.08)
            value = round(plan.employees * SALES_PER_EMPLOYEE * share * season, -2)
            rows.append(_record(world, name, "license_revenue", value, "EUR", start, end, "licence orders",
                                product=world.products[product], industry=industry, activity=activity,
                                region=elsewhere if place % 4 == 3 else own))  # fmt: skip
    return [*rows, *_deals(world, name, chance)]


def _deals(world: World, name: str, chance: random.Random) -> list[PerformanceRecord]:
    """Registered in each of the latest weeks that are over, as the sales system tells on Sunday."""
    plan = world.plans[name]
    rows = []
    for start, end in dates.weeks(DEAL_WEEKS):
        count = round(chance.expovariate(1.6) * (1 + plan.trend) * min(plan.employees, 400) / 200)
        if count:
            rows.append(_record(world, name, "registered_deals", count, "", start, end, "deal desk"))
    return rows


def _shares(plan: PartnerPlan) -> list[tuple[str, str, float]]:
    """The first product and the first industry sell most."""
    products, industries = plan.products.split(), plan.industries.split()
    weights = [
        (product, industry, 1 / (1 + rank) / (1 + place * 0.6))
        for rank, product in enumerate(products)
        for place, industry in enumerate(industries)
    ]
    total = sum(weight for _product, _industry, weight in weights)
    return [(product, industry, weight / total) for product, industry, weight in weights]


def _deliveries(world: World, name: str, chance: random.Random) -> list[PerformanceRecord]:
    on_time, ppm = LATE.get(name, chance.uniform(95.5, 99.2)), chance.randrange(20, 220)
    rows = []
    for start, end in dates.months(MONTHS):
        share = min(round(on_time + chance.uniform(-1.2, 1.2), 1), 100)
        rows.append(_record(world, name, "on_time_delivery", share, "%", start, end, "goods-in system"))
        if world.plans[name].kind == "supplier":
            ppm = max(5, round(ppm * chance.uniform(0.82, 1.14)))
            rows.append(_record(world, name, "defects", ppm, "ppm", start, end, "incoming inspection"))
    return rows


def _record(
    world: World, name: str, metric: str, value: float, unit: str, start: date, end: date, source: str, **more
) -> PerformanceRecord:
    return PerformanceRecord(
        partner=world.partners[name], programme=world.programme, metric=metric, value=value, unit=unit, period_start=start,
        period_end=end, source=source, method=Method.IMPORT, observed_at=dates.at(end, 18), recorded_at=dates.at(end, 18), **more,
    )  # fmt: skip
