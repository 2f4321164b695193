"""Verdicts on typed rows by API, in the same way as on facts."""

from uuid import uuid4

import pytest

from context.models import DataPoint, Side, Verdict
from partners.actions.certifications import add_certification
from partners.actions.partner_words import add_region, add_specialty
from partners.actions.sites import add_site
from partners.models import Certification, Enrolment, Region, Specialty
from tests import agreement_story, tier_story
from tests.api import Integrator, integrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db
KIND_OF = {
    "sites": "sites",
    "agreements": "agreements",
    "performance": "performance",
    "partner-certifications": "certifications",
    "partner-regions": "regions",
    "partner-specialties": "specialties",
}


@pytest.fixture
def rows(cast) -> dict:
    """One of each kind, of Alpenglow."""
    iso = Certification.objects.create(key="iso-9001", name="ISO 9001")
    return {
        "sites": add_site(cast.alpenglow, by=cast.maria, name="Graz", kind="plant"),
        "agreements": agreement_story.signed(cast),
        "performance": tier_story.sells(cast.alpenglow, 100),
        "partner-certifications": add_certification(cast.alpenglow, by=cast.maria, certification=iso),
        "partner-regions": add_region(cast.alpenglow, Region.objects.create(key="alps", name="Alps"), by=cast.maria),
        "partner-specialties": add_specialty(
            cast.alpenglow, Specialty.objects.create(key="iot", name="IoT"), by=cast.maria
        ),
    }  # fmt: skip


@pytest.fixture
def auditor(cast) -> Integrator:
    return integrator(cast.maria)


@pytest.mark.parametrize("noun", KIND_OF)
def test_a_row_is_verified_disputed_and_withdrawn(cast, rows, auditor, noun):
    row = rows[noun]
    here = f"{noun}/{row.public_id}/"
    assert auditor.get(f"{here}verdicts/").json() == {"results": []}

    first = auditor.post(f"{here}verdicts/", {"kind": "verified", "comment": "was there", "seen": None})
    assert first.status_code == 201, first.text
    assert (first.json()["kind"], first.json()["by"], first.json()["comment"]) == ("verified", cast.maria.email, "was there")
    assert (auditor.get(here).json()["is_verified"], auditor.get(here).json()["is_disputed"]) == (True, False)

    late = auditor.post(f"{here}verdicts/", {"kind": "disputed", "comment": "no", "seen": None})
    assert (late.status_code, "decided “verified” meanwhile" in late.text) == (409, True)
    assert auditor.post(f"{here}verdicts/", {"kind": "disputed", "comment": "no", "seen": str(uuid4())}).status_code == 409
    assert auditor.post(f"{here}verdicts/", {"kind": "withdrawn", "comment": " "}).status_code in (400, 422)
    assert auditor.post(f"{here}verdicts/", {"kind": "praised"}).status_code == 400
    disputed = auditor.post(f"{here}verdicts/", {"kind": "disputed", "comment": "sold", "seen": first.json()["id"]})
    assert disputed.status_code == 201
    assert (auditor.get(here).json()["is_verified"], auditor.get(here).json()["is_disputed"]) == (False, True)

    assert auditor.post(f"{here}verdicts/", {"kind": "withdrawn", "comment": "sold"}).status_code == 201
    assert auditor.get(here).status_code == 404
    told = auditor.get(f"{here}verdicts/").json()["results"]
    assert [verdict["kind"] for verdict in told] == ["withdrawn", "disputed", "verified"]
    gone = auditor.post(f"{here}verdicts/", {"kind": "verified"})
    assert (gone.status_code, "has gone from the record" in gone.text) == (409, True)
    assert set(Verdict.objects.values_list("row_kind", "row_id")) == {(KIND_OF[noun], row.pk)}


@pytest.mark.parametrize("noun", KIND_OF)
def test_scope_portfolio_and_what_is_hidden(cast, rows, auditor, noun):
    address = f"{noun}/{rows[noun].public_id}/verdicts/"
    petra = make_user("petra@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    foreign, absent = (integrator(petra).get(path) for path in (address, f"{noun}/{uuid4()}/verdicts/"))
    assert (foreign.status_code, foreign.json()) == (404, absent.json())
    assert integrator(cast.maria, "facts:read").post(address, {"kind": "verified"}).status_code == 403
    assert integrator(cast.maria, "partners:read", "partners:write").post(address, {"kind": "verified"}).status_code == 403
    DataPoint.objects.filter(key=KIND_OF[noun]).update(seen_by=Side.PARTNER)
    assert auditor.get(address).status_code == 404
    assert auditor.post(address, {"kind": "verified"}).status_code == 404
    assert not Verdict.objects.exists()


def test_the_verdict_of_another_row_is_none_that_was_seen(cast, rows, auditor):
    site, agreement = (f"{noun}/{rows[noun].public_id}/verdicts/" for noun in ("sites", "agreements"))
    seen = auditor.post(site, {"kind": "verified"}).json()["id"]
    assert auditor.post(agreement, {"kind": "verified", "seen": seen}).status_code == 409
    assert auditor.post(agreement, {"kind": "verified", "seen": None}, **{"idempotency-key": "once"}).status_code == 201
    again = auditor.post(agreement, {"kind": "verified", "seen": None}, **{"idempotency-key": "once"})
    assert (again.status_code, again.headers["Idempotent-Replayed"], Verdict.objects.count()) == (201, "true", 2)
