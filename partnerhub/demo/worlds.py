"""A programme with its words, products and partners, made from what a world lists."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import ModuleType

from accounts.models import User
from context.models import Fact
from partnerhub.demo import dates
from partnerhub.demo.history import as_of
from partnerhub.demo.names import in_ascii
from partnerhub.demo.places import PLACES, REGIONS
from partnerhub.demo.plans import PartnerPlan, ProgrammePlan
from partners.actions.partners import create_partner
from partners.actions.products import create_product
from partners.actions.programmes import save_programme
from partners.actions.relations import relate_partners
from partners.models import (
    Certification,
    Enrolment,
    Method,
    Partner,
    PartnerRegion,
    PartnerRelation,
    PartnerSpecialty,
    Product,
    Programme,
    Region,
    Site,
    Specialty,
    Tier,
)


@dataclass
class World:
    """`partners` by name, `products` by the last word of theirs: the version on sale."""

    programme: Programme
    plans: dict[str, PartnerPlan]
    partners: dict[str, Partner] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)

    def founded(self, name: str) -> date:
        return dates.today() - timedelta(days=int(self.plans[name].years * 365))


def make_regions() -> None:
    countries = {key: " ".join(code for code, place in PLACES.items() if place.region == key) for key in REGIONS}
    Region.objects.bulk_create(
        [Region(key=key, name=name, countries=countries[key]) for key, name in REGIONS.items()], ignore_conflicts=True
    )


def make_world(lists: ModuleType, managers: dict[str, User]) -> World:
    """`lists` is the module of a world: its PROGRAMME, PRODUCTS and PARTNERS."""
    by = managers["manager"]
    with as_of(dates.days_ago(12 * 365)):
        world = World(_make_programme(lists.PROGRAMME, by), {plan.name: plan for plan in lists.PARTNERS})
        _make_products(world, lists, by)
    for plan in lists.PARTNERS:
        _make_partner(world, plan, managers)
    _make_typed_rows(world, managers)
    return world


def _make_programme(plan: ProgrammePlan, by: User) -> Programme:
    programme = Programme(
        key=plan.key, name=plan.name, brand=plan.brand, hue=plan.hue, sender_name=plan.sender,
        sender_email=f"partners@{plan.domain}", reply_to=f"answers@{plan.domain}", time_zone=plan.time_zone,
        is_default=plan.is_default,
    )  # fmt: skip
    save_programme(programme, by=by)
    Tier.objects.bulk_create(
        [Tier(programme=programme, key=key, name=name, rank=rank * 10) for rank, (key, name) in enumerate(plan.tiers.items(), 1)]
    )
    Specialty.objects.bulk_create([Specialty(key=key, name=name) for key, name in plan.specialties.items()], ignore_conflicts=True)
    Certification.objects.bulk_create(
        [Certification(key=key, name=name) for key, name in plan.certifications.items()], ignore_conflicts=True
    )
    return programme


def _make_products(world: World, lists: ModuleType, by: User) -> None:
    for plan in lists.PRODUCTS:
        ends = None if plan.end_of_sale is None else dates.days_after(dates.today(), plan.end_of_sale)
        product = create_product(
            by=by, line=plan.line, name=plan.name, version=plan.version, status=plan.status, end_of_sale=ends,
            programme=world.programme,
        )  # fmt: skip
        world.products.setdefault(plan.name.split()[-1], product)
        Certification.objects.filter(key=plan.certification).update(product=product)


def _make_partner(world: World, plan: PartnerPlan, managers: dict[str, User]) -> None:
    place, founded = PLACES[plan.country], world.founded(plan.name)
    manager = managers[plan.manager]
    with as_of(dates.at(founded)):
        partner = create_partner(
            by=manager, name=plan.name, country=plan.country, website=f"https://{in_ascii(plan.name)}.example",
            external_id=f"{world.programme.key[:2].upper()}-{1001 + len(world.partners)}", time_zone=place.time_zone,
            language=place.language, description=plan.says, programme=world.programme, kind=plan.kind, tier=plan.tier,
            manager=manager,
        )  # fmt: skip
        if plan.distributed_by:
            kind = PartnerRelation.Kind.DISTRIBUTED_BY
            relate_partners(partner, kind, world.partners[plan.distributed_by], by=manager, starts_on=founded)
    Enrolment.objects.filter(partner=partner).update(stage=plan.stage, starts_on=founded)
    Partner.objects.filter(pk=partner.pk).update(created_at=dates.at(founded))
    Fact.objects.filter(partner=partner).update(observed_at=dates.at(founded), recorded_at=dates.at(founded))
    world.partners[plan.name] = partner


def _make_typed_rows(world: World, managers: dict[str, User]) -> None:
    chance = random.Random(f"{world.programme.key} rows")  # noqa: S311 - a story, not a secret
    regions, specialties = _by_key(Region), _by_key(Specialty)
    rows: dict[type, list] = {PartnerRegion: [], PartnerSpecialty: [], Site: []}
    for name, partner in world.partners.items():
        plan = world.plans[name]
        source = _reviewed(managers[plan.manager], chance)
        rows[PartnerRegion].append(PartnerRegion(partner=partner, region=regions[PLACES[plan.country].region], **source))
        rows[PartnerSpecialty] += [
            PartnerSpecialty(partner=partner, specialty=specialties[key], **source) for key in plan.specialties.split()
        ]
        rows[Site] += [_site(partner, plan, text, source) for text in plan.sites]
    for model, made in rows.items():
        model.objects.bulk_create(made)


def _site(partner: Partner, plan: PartnerPlan, text: str, source: dict) -> Site:
    place, _colon, capacity = text.partition(": ")
    name, _comma, city = place.partition(", ")
    makes = plan.kind == "supplier"
    return Site(
        partner=partner, name=name, city=city, country=plan.country, capacity=capacity,
        kind=Site.Kind.PLANT if makes else Site.Kind.WAREHOUSE,
        activities=[Site.Activity.MAKES] if makes else [Site.Activity.DELIVERS], **source,
    )  # fmt: skip


def _reviewed(by: User, chance: random.Random) -> dict:
    observed = dates.days_ago(chance.randrange(20, 200))
    return {"source": "annual partner review", "method": Method.REVIEW, "observed_at": observed, "recorded_at": observed,
            "asserted_by": by, "verified_by": by, "verified_at": observed}  # fmt: skip


def _by_key(model) -> dict:
    return {row.key: row for row in model.objects.all()}
