"""Plants, warehouses, branches and service areas: kept by managers, by the partner's admins, and by the API."""

from decimal import Decimal

import pytest

from activity.refusals import Invalid, Refused
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from partners.actions.sites import add_site, change_site, close_site
from partners.models import Region, Site
from tests.api import integrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant(cast) -> Site:
    return add_site(cast.alpenglow, by=cast.maria, name="Graz plant", kind="plant", country="at", activities=["makes"],
                    capacity_value=40, capacity_unit="machines a day")  # fmt: skip


def test_a_site_that_changes_is_followed_by_a_claim(cast, plant):
    give_verdict(plant, "verified", by=cast.arthur)
    plant = Site.objects.get()

    changed = change_site(plant, by=cast.nora.user, capacity_value="60", serves=["de", "AT", "de"])

    assert (changed.capacity_value, changed.serves, changed.is_verified) == (Decimal(60), ["AT", "DE"], False)
    assert (Site.objects.count(), Site.ledger.count()) == (1, 2)
    close_site(changed, by=cast.maria)
    assert (Site.objects.count(), Site.ledger.count()) == (0, 2)


def test_the_same_again_changes_nothing(cast, plant):
    change_site(plant, by=cast.nora.user, name="Graz plant", source="the portal")
    assert (Site.ledger.count(), Site.objects.get().source) == (1, "manual entry")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"country": "XX"}, "not a country code"),
        ({"serves": ["Germany"]}, "use DE"),
        ({"activities": ["sleeps"]}, "sleeps"),
        ({"capacity_unit": ""}, "what the capacity counts"),
        ({"capacity_value": -1}, "from 0 up"),
        ({"capacity_value": "NaN"}, "from 0 up"),
        ({"region": "moon"}, "moon"),
        ({"name": ""}, "name is needed"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(cast, plant, wrong, sentence):
    with pytest.raises(Invalid, match=sentence):
        change_site(plant, by=cast.maria, **wrong)
    assert Site.objects.get().pk == Site.ledger.get().pk


def test_a_name_is_there_once(cast, plant):
    with pytest.raises(Refused, match="has a site called “Graz plant” already"):
        add_site(cast.alpenglow, by=cast.maria, name="Graz plant", kind="branch")
    add_site(cast.baltic, by=cast.maria, name="Graz plant", kind="branch")


def test_the_partners_admin_keeps_its_sites(cast, client, plant):
    client.force_login(cast.nora.user)
    assert "40 machines a day" in client.get("/organisation/sites/").content.decode()
    form = {"name": "Linz depot", "kind": "warehouse", "country": "AT", "serves": "AT, DE", "activities": ["delivers"]}

    assert client.post("/organisation/sites/add/", form).status_code == 302

    depot = Site.objects.get(name="Linz depot")
    assert (depot.partner, depot.asserted_by, depot.source) == (cast.alpenglow, cast.nora.user, "told by Nora Berg in the portal")
    address = f"/organisation/sites/{depot.public_id}/"
    assert 'value="AT DE"' in client.get(address).content.decode()
    refused = client.post(address, {**form, "serves": "XX"})
    assert (refused.status_code, "not a country code" in refused.content.decode()) == (422, True)
    client.post(address, {**form, "city": "Linz"})
    depot = Site.objects.get(name="Linz depot")
    assert depot.city == "Linz"
    client.post(f"/organisation/sites/{depot.public_id}/", {"close": "1"})
    assert not Site.objects.filter(name="Linz depot").exists()


def test_nobody_else_does(cast, client, plant):
    address = f"/organisation/sites/{plant.public_id}/"
    client.force_login(cast.ben.user)
    assert "Add a site" not in client.get("/organisation/sites/").content.decode()
    assert client.post(address, {"close": "1"}).status_code == 403
    client.force_login(cast.sven.user)
    assert client.post(address, {"close": "1"}).status_code in (403, 404)
    client.force_login(cast.nora.user)
    DataPoint.objects.filter(key="sites").update(edited_by="managers")
    assert client.post(address, {"close": "1"}).status_code == 403
    DataPoint.objects.filter(key="sites").update(seen_by="managers")
    assert "Graz" not in client.get("/organisation/sites/").content.decode()
    assert Site.objects.count() == 1


def test_a_manager_edits_the_whole_row(cast, client, plant):
    client.force_login(cast.maria)
    address = f"/admin/partners/site/{plant.pk}/change/"
    assert client.get(address).status_code == 200
    form = {"name": "Graz plant", "kind": "plant", "country": "AT", "serves": "DE", "activities": ["makes", "delivers"],
            "capacity_value": "50", "capacity_unit": "machines a day", "source": "visit", "method": "manual",
            "observed_at_0": "2026-01-01", "observed_at_1": "10:00:00"}  # fmt: skip
    answer = client.post(address, form)
    assert answer.status_code == 302, answer.context["errors"]
    site = Site.objects.get()
    assert (site.activities, site.serves, site.source) == (["makes", "delivers"], ["DE"], "visit")
    assert (
        "XX” is not a country" in client.post(f"/admin/partners/site/{site.pk}/change/", {**form, "country": "XX"}).content.decode()
    )
    assert "Graz plant" in client.get("/admin/partners/site/").content.decode()


def test_the_api_lists_adds_changes_and_withdraws(cast, plant):
    api = integrator(cast.maria)
    Region.objects.create(key="alps", name="Alps")
    made = api.post("sites/", {"partner": str(cast.baltic.public_id), "name": "Riga", "kind": "branch", "region": "alps"})
    assert (made.status_code, made.json()["source"], made.json()["is_verified"]) == (201, "API", False)
    assert [row["name"] for row in api.get("sites/", partner=cast.baltic.public_id).json()["results"]] == ["Riga"]
    changed = api.patch(f"sites/{made.json()['id']}/", {"city": "Riga", "capacity_value": "5", "capacity_unit": "fitters"})
    assert (changed.status_code, changed.json()["city"]) == (200, "Riga")
    assert changed.json()["id"] != made.json()["id"]
    assert api.patch(f"sites/{changed.json()['id']}/", {"kind": "castle"}).status_code == 400
    gone = api.client.delete(f"/api/v1/sites/{changed.json()['id']}/", headers={"authorization": f"Bearer {api.token}"})
    assert gone.status_code == 204
    assert not Site.objects.filter(name="Riga").exists()
    stranger = integrator(make_user("paul@vendor.example", roles=("Partner manager",)))
    assert stranger.get("sites/").json()["results"] == []
