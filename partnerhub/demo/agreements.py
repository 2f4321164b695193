"""Agreements: most run on, that of one partner is to be renewed or ended within weeks."""

from datetime import timedelta

from accounts.models import User
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.worlds import World
from partners.models import Method, PartnerAgreement

Kind = PartnerAgreement.Kind
TERM = timedelta(days=3 * 365)
# Partner → kind, title, days until it expires, days of notice.
SIGNED = {
    vendor.RESELLER: (Kind.PARTNER, "Partner agreement", 118, 90),
    "Kaveri Managed IT": (Kind.PARTNER, "Partner agreement", 640, 90),
    "Wayfarer Integration": (Kind.DATA_PROTECTION, "Processing of customers' data", 310, 30),
    carmaker.SUPPLIER: (Kind.SUPPLY, "Supply of castings", 74, 60),
    "Rheinaue Dichtungen": (Kind.FRAMEWORK, "Framework agreement for seals", 820, 180),
}


def make_agreements(world: World, managers: dict[str, User]) -> None:
    rows = [_row(world, name, managers[plan.manager]) for name, plan in world.plans.items() if name in SIGNED]
    PartnerAgreement.objects.bulk_create(rows)


def _row(world: World, name: str, by: User) -> PartnerAgreement:
    kind, title, days, notice = SIGNED[name]
    expires = dates.today() + timedelta(days=days)
    signed = expires - TERM
    return PartnerAgreement(
        partner=world.partners[name], programme=world.programme, kind=kind, title=title, signed_on=signed,
        effective_on=signed + timedelta(days=14), expires_on=expires, notice_days=notice, source="the signed copy",
        method=Method.MANUAL, observed_at=dates.at(signed), recorded_at=dates.at(signed), verified_by=by,
        verified_at=dates.at(signed, 15), evidence="filed with the legal department",
    )  # fmt: skip
