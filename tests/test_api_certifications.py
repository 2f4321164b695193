"""Certificates of partners and people by API: a training system tells who passed what, and until when it holds."""

from datetime import date
from uuid import uuid4

import pytest

from context.models import DataPoint, Side
from partners.models import Certification, PartnerCertification
from tests.api import Integrator, integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(cast) -> Integrator:
    Certification.objects.create(key="aurora-seller", name="Aurora Seller")
    Certification.objects.create(key="iso-9001", name="ISO 9001")
    return integrator(cast.maria, "partners:read", "partners:write")


def passed(contact, /, **values) -> dict:
    told = {"partner": str(contact.partner.public_id), "contact": str(contact.public_id), "certification": "aurora-seller"}
    return {**told, "issued_on": "2030-05-31", "expires_on": "2031-05-31", "source": "Training system"} | values


def test_a_person_and_an_organisation_are_certified(cast, school):
    answer = school.post("partner-certifications/", passed(cast.ben, evidence="attempt 12"))
    assert answer.status_code == 201, answer.text
    hers = answer.json()
    assert (hers["certification"], hers["contact"], hers["expires_on"]) == ("aurora-seller", str(cast.ben.public_id), "2031-05-31")
    assert (hers["source"], hers["method"], hers["evidence"], hers["is_verified"], hers["is_expired"]) == (
        "Training system", "api", "attempt 12", False, False,
    )  # fmt: skip
    theirs = school.post("partner-certifications/", {"partner": str(cast.alpenglow.public_id), "certification": "iso-9001"}).json()
    assert (theirs["contact"], theirs["issued_on"], theirs["expires_on"], theirs["source"]) == (None, None, None, "API")
    cast.alpenglow.profile.refresh_from_db()
    assert {"aurora-seller", "iso-9001"} <= set(cast.alpenglow.profile.certifications)


def test_they_are_found(cast, school):
    school.post("partner-certifications/", passed(cast.ben))
    school.post("partner-certifications/", {"partner": str(cast.baltic.public_id), "certification": "iso-9001"})

    def found(**asked) -> list[str]:
        return [row["certification"] for row in school.get("partner-certifications/", **asked).json()["results"]]

    assert len(found()) == 2
    assert found(partner=cast.baltic.public_id) == ["iso-9001"]
    assert found(contact=cast.ben.public_id) == found(certification="aurora-seller") == ["aurora-seller"]
    assert (found(is_personal="true"), found(is_personal="false")) == (["aurora-seller"], ["iso-9001"])
    assert (found(expires_before="2031-06-01"), found(expires_before="2031-05-31")) == (["aurora-seller"], [])
    assert len(found(is_verified="false")) == 2


def test_a_renewal_follows_and_what_is_withdrawn_is_kept(cast, school):
    made = school.post("partner-certifications/", passed(cast.ben)).json()
    assert school.patch(f"partner-certifications/{made['id']}/", {"issued_on": "2030-05-31"}).json()["id"] == made["id"]
    renewed = school.patch(f"partner-certifications/{made['id']}/", {"expires_on": "2033-05-31"}).json()
    assert (renewed["expires_on"], renewed["id"] == made["id"]) == ("2033-05-31", False)
    assert (PartnerCertification.objects.count(), PartnerCertification.ledger.count()) == (1, 2)
    assert school.patch(f"partner-certifications/{made['id']}/", {"expires_on": None}).status_code == 404
    assert school.delete(f"partner-certifications/{renewed['id']}/").status_code == 204
    assert not PartnerCertification.objects.exists()
    cast.alpenglow.profile.refresh_from_db()
    assert "aurora-seller" not in cast.alpenglow.profile.certifications


def test_the_same_certificate_is_there_once_and_another_day_is_another_one(cast, school):
    school.post("partner-certifications/", passed(cast.ben))
    again = school.post("partner-certifications/", passed(cast.ben, expires_on="2035-01-01"))
    assert (again.status_code, "Ben Ott has “Aurora Seller” of this day already" in again.text) == (409, True)
    later = school.post("partner-certifications/", passed(cast.ben, issued_on="2031-05-01", expires_on="2032-05-01"))
    assert later.status_code == 201
    assert school.patch(f"partner-certifications/{later.json()['id']}/", {"issued_on": "2030-05-31"}).status_code == 409
    assert school.post("partner-certifications/", passed(cast.nora)).status_code == 201
    assert PartnerCertification.objects.filter(issued_on=date(2030, 5, 31)).count() == 2


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"certification": "juggling"}, "certification", "no certification with this key"),
        ({"expires_on": "2030-05-30"}, "expires_on", "cannot expire before it is issued"),
        ({"issued_on": "soon"}, "issued_on", "Date has wrong format"),
        ({"partner": str(uuid4())}, "partner", "not yours to see"),
        ({"contact": str(uuid4())}, "contact", "not yours to see"),
        ({"observed_at": "2999-01-01T00:00:00Z"}, "observed_at", "future"),
        ({"is_verified": True}, "is_verified", "cannot be set"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast, school, values, field, says):
    answer = school.post("partner-certifications/", passed(cast.ben, **values))
    assert answer.status_code in (400, 422)
    assert says in answer.text
    assert field in answer.json()["errors"]
    assert not PartnerCertification.objects.exists()


def test_a_person_is_one_of_the_partner(cast, school):
    refused = school.post("partner-certifications/", passed(cast.ben, partner=str(cast.baltic.public_id)))
    assert (refused.status_code, "“Ben Ott” is nobody of this partner" in refused.text) == (422, True)
    made = school.post("partner-certifications/", passed(cast.ben)).json()
    refused = school.patch(f"partner-certifications/{made['id']}/", {"contact": str(cast.nora.public_id)})
    assert (refused.status_code, "cannot be set" in refused.text) == (400, True)


def test_what_is_hidden_from_managers_is_hidden_here(cast, school):
    made = school.post("partner-certifications/", passed(cast.ben)).json()
    assert integrator(cast.maria, "partners:read").delete(f"partner-certifications/{made['id']}/").status_code == 403
    DataPoint.objects.filter(key="certifications").update(seen_by=Side.PARTNER)
    assert school.get("partner-certifications/").json()["results"] == []
    assert school.delete(f"partner-certifications/{made['id']}/").status_code == 404
    assert school.post("partner-certifications/", passed(cast.nora)).status_code == 403
    assert PartnerCertification.objects.count() == 1
