"""Regions and specialties of a partner by API: added once, with where it is from, and withdrawn."""

import pytest

from context.models import DataPoint, Side
from partners.models import PartnerRegion, PartnerSpecialty, Region, Specialty
from tests.api import Integrator, integrator

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize(
    ("noun", "field", "key", "model", "column"),
    [
        ("partner-regions", "region", "alps", PartnerRegion, "regions"),
        ("partner-specialties", "specialty", "iot", PartnerSpecialty, "specialties"),
    ],
)


@pytest.fixture
def crm(cast) -> Integrator:
    Region.objects.create(key="alps", name="Alps")
    Specialty.objects.create(key="iot", name="IoT")
    return integrator(cast.maria, "partners:read", "partners:write")


@KINDS
def test_a_word_is_added_found_and_withdrawn(cast, crm, noun, field, key, model, column):
    told = {"partner": str(cast.alpenglow.public_id), field: key, "source": "CRM", "observed_at": "2025-03-01T00:00:00Z"}
    answer = crm.post(f"{noun}/", told)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made[field], made["source"], made["method"], made["observed_at"], made["is_verified"]) == (
        key, "CRM", "api", "2025-03-01T00:00:00Z", False,
    )  # fmt: skip
    assert crm.get(f"{noun}/", partner=cast.alpenglow.public_id, **{field: key}).json()["results"] == [made]
    assert crm.get(f"{noun}/", partner=cast.baltic.public_id).json()["results"] == []
    cast.alpenglow.profile.refresh_from_db()
    assert getattr(cast.alpenglow.profile, column) == [key]

    again = crm.post(f"{noun}/", told)
    assert (again.status_code, "already" in again.text) == (409, True)
    assert crm.patch(f"{noun}/{made['id']}/", {"source": "guess"}).status_code == 405
    assert crm.delete(f"{noun}/{made['id']}/").status_code == 204

    cast.alpenglow.profile.refresh_from_db()
    assert (getattr(cast.alpenglow.profile, column), model.objects.count(), model.ledger.count()) == ([], 0, 1)
    assert crm.post(f"{noun}/", told).status_code == 201


@KINDS
def test_what_cannot_be_or_is_hidden_is_refused(cast, crm, noun, field, key, model, column):
    told = {"partner": str(cast.alpenglow.public_id), field: key}
    unknown = crm.post(f"{noun}/", {**told, field: "moon"})
    assert (unknown.status_code, "with this key" in unknown.text) == (422, True)
    assert crm.post(f"{noun}/", {**told, "observed_at": "2999-01-01T00:00:00Z"}).status_code == 422
    assert crm.post(f"{noun}/", {**told, "colour": "red"}).status_code == 400
    assert integrator(cast.maria, "partners:read").post(f"{noun}/", told).status_code == 403
    assert not model.ledger.exists()

    made = crm.post(f"{noun}/", told).json()
    DataPoint.objects.filter(key=column).update(seen_by=Side.PARTNER)
    assert crm.get(f"{noun}/").json()["results"] == []
    assert crm.delete(f"{noun}/{made['id']}/").status_code == 404
    assert crm.post(f"{noun}/", {**told, "partner": str(cast.baltic.public_id)}).status_code == 403
    assert model.objects.count() == 1
