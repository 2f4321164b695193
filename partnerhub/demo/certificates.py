"""Certificates: of organisations at the car maker, of engineers at the vendor. One has expired, a few run out soon."""

import random
from datetime import timedelta

from accounts.models import User
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.worlds import World
from partners.models import Certification, Contact, Method, PartnerCertification

VALID_FOR = timedelta(days=3 * 365)
EXPIRED = (vendor.RESELLER, "gate-engineer")
# Partner and certificate → days from today.
EXPIRES_IN = {
    EXPIRED: -19,
    (vendor.RESELLER, "harbour-engineer"): 41,
    (carmaker.SUPPLIER, "iatf-16949"): 62,
    ("Rheinaue Dichtungen", "iso-9001"): 34,
    ("Pyrène Transport", "iso-9001"): 78,
    ("Kaveri Managed IT", "current-engineer"): VALID_FOR.days - 12,  # taken since the announcements of Current
    ("Wayfarer Integration", "current-engineer"): VALID_FOR.days - 26,
}


def make_certificates(world: World, managers: dict[str, User]) -> None:
    chance = random.Random(f"{world.programme.key} certificates")  # noqa: S311 - a story, not a secret
    known = {row.key: row for row in Certification.objects.all()}
    held = [
        _held(world, name, known[key], EXPIRES_IN.get((name, key), chance.randrange(130, 1000)), managers[plan.manager])
        for name, plan in world.plans.items()
        for key in plan.certificates.split()
    ]
    PartnerCertification.objects.bulk_create(held)


def _held(world: World, name: str, certification: Certification, expires_in: int, by: User) -> PartnerCertification:
    partner = world.partners[name]
    is_persons = world.programme.key == vendor.PROGRAMME.key
    expires = dates.today() + timedelta(days=expires_in)
    issued = expires - VALID_FOR
    return PartnerCertification(
        partner=partner, certification=certification, issued_on=issued, expires_on=expires,
        contact=Contact.objects.filter(partner=partner, functions__contains=["technical"]).first() if is_persons else None,
        source="Lumenvale certification desk" if is_persons else "copy of the certificate", method=Method.IMPORT,
        observed_at=dates.at(issued), recorded_at=dates.at(issued), verified_by=by, verified_at=dates.at(issued, 15),
        evidence=f"certificate no. {4000 + partner.pk * 7 % 5000}",
    )  # fmt: skip
