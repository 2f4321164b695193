"""The pages and the interface of a crisis: what they show, whom they let do what, and how often they ask the database."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from communications.actions.crises import clear_crisis
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.models import Crisis, CrisisPerson, CrisisProtocol
from partners.models import Enrolment
from tests import crisis_story as story
from tests import factories
from tests.announcement_story import work_off
from tests.api import Integrator, integrator

pytestmark = pytest.mark.django_db
QUERIES = 16  # of a manager's page with all around it: those who sign in, the sidebar, the figures


@pytest.fixture
def crisis(cast):
    crisis = story.start(cast, is_drill=True)
    work_off()
    acknowledge_crisis(crisis, contact=cast.nora, how="portal")
    return crisis


@pytest.mark.parametrize("name", ["board", "live", "people", "update", "all_clear", "report"])
def test_every_page_says_that_it_is_a_drill_and_asks_little(cast, crisis, client, name, django_assert_max_num_queries):
    client.force_login(cast.maria)
    address = reverse(f"admin:communications_crisis_{name}", args=[crisis.public_id])
    client.get(address)
    with django_assert_max_num_queries(QUERIES):
        page = client.get(address).content.decode()
    assert "drill" in page.lower()


def test_each_number_of_the_board_opens_its_people(cast, crisis, client):
    client.force_login(cast.maria)
    address = reverse("admin:communications_crisis_people", args=[crisis.public_id])
    assert "1 person" in client.get(address, {"state": "acknowledged"}).content.decode()
    assert "2 people" in client.get(address, {"state": "silent"}).content.decode()
    assert "2 people" in client.get(address, {"partner": str(cast.alpenglow.public_id)}).content.decode()
    assert "1 person" in client.get(address, {"role": "technical"}).content.decode()
    for odd in ({"within": "²"}, {"site": "x"}, {"state": "x"}, {"page": "9" * 30}):
        assert client.get(address, odd).status_code == 200
    assert client.get(address, {"partner": "x"}).status_code == 404


@pytest.mark.parametrize("page", ["communications_crisis_start", "communications_crisisprotocol_page"])
def test_what_they_will_read_is_looked_at_as_they_read_it(cast, client, page):
    client.force_login(cast.maria)
    protocol = story.ready(cast)
    words = client.get(reverse(f"admin:{page}", args=[protocol.public_id])).content.decode().partition('class="cr-words"')[2]
    assert "Dear [contact's name]," in words
    assert '<a href="https://vendor.example/do"' in words


@pytest.mark.slow
def test_a_manager_of_one_partner_sees_its_people_and_starts_nothing(cast, crisis, client):
    petra = factories.make_user("petra@vendor.example", name="Petra", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    client.force_login(petra)
    page = client.get(reverse("admin:communications_crisis_board", args=[crisis.public_id])).content.decode()
    assert "0 of 1 have acknowledged" in page
    assert "Only people of your own partners" in page
    noted = reverse("admin:communications_crisis_acknowledged", args=[crisis.public_id])
    assert client.post(noted, {"contact": str(cast.ben.public_id)}).status_code == 404
    assert client.post(noted, {"contact": str(cast.sven.public_id)}).status_code == 302
    assert set(CrisisPerson.objects.exclude(acknowledged_at=None).values_list("contact", flat=True)) == {cast.nora.pk, cast.sven.pk}
    start = reverse("admin:communications_crisis_start", args=[crisis.protocol.public_id])
    assert client.post(start).status_code == client.get(start).status_code == 403
    assert client.post(reverse("admin:communications_crisis_all_clear", args=[crisis.public_id])).status_code == 403
    crisis.refresh_from_db()
    assert crisis.is_running


@pytest.mark.slow
def test_the_exports_name_the_drill_in_each_line(cast, crisis, client):
    clear_crisis(crisis, by=cast.maria)
    client.force_login(cast.maria)
    for name, least in (("people_export", 3), ("timeline_export", 4)):
        answer = client.get(reverse(f"admin:communications_crisis_{name}", args=[crisis.public_id]))
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert len(rows) >= least
        assert {row["mode"] for row in rows} == {"drill"}
        assert 'filename="drill-' in answer["Content-Disposition"]


@pytest.mark.slow
def test_a_protocol_is_written_in_the_browser(cast, client):
    """The admin's form with its rows, as a browser posts it."""
    segment = factories.make_segment()
    client.force_login(cast.maria)
    text = story.words()
    rows = {
        "roles": [{"name": "Lead", "holder": cast.maria.pk}],
        "rungs": [{"after_minutes": 10, "missing": 20, "measure": "percent", "whom": "silent"}],
        "texts": [{"says": "alarm", "language": "en", **text}, {"says": "all_clear", "language": "en", **text}],
    }
    data = {"programme": cast.programme.pk, "name": "Fire", "incident": "plant_fire", "segment": segment.pk, "late_after": 10,
            "channels": ["portal"], "language": "en"}  # fmt: skip
    for prefix, some in rows.items():
        data |= {f"{prefix}-TOTAL_FORMS": len(some), f"{prefix}-INITIAL_FORMS": 0}
        data |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(some) for name, value in row.items()}
    address = reverse("admin:communications_crisisprotocol_add")
    assert "at least two channels" in client.post(address, data).content.decode().lower()
    assert not CrisisProtocol.objects.exists()
    answer = client.post(address, {**data, "channels": ["portal", "email"]})
    protocol = CrisisProtocol.objects.get()
    assert answer["Location"] == reverse("admin:communications_crisisprotocol_page", args=[protocol.public_id])
    assert client.post(reverse("admin:communications_crisisprotocol_act", args=[protocol.public_id, "submit"])).status_code == 302
    protocol.refresh_from_db()
    assert protocol.waiting_version.texts["alarm"]["en"]["title"] == "Break-in at our servers"
    own = client.post(reverse("admin:communications_crisisprotocol_act", args=[protocol.public_id, "approve"]), {"version": 1})
    assert own.status_code == 403
    assert "Another person has to approve it" in own.content.decode()


# --- The interface -------------------------------------------------------------------------------------------------------


def test_another_system_starts_follows_and_clears_a_drill(cast):
    protocol, api = story.ready(cast), integrator(cast.maria, "crises:read", "crises:write")
    assert api.get("crisis-protocols/").json()["results"][0]["languages"] == ["de", "en"]
    body = {"protocol": str(protocol.public_id), "is_drill": True, "confirm": "real"}
    refused = api.post("crises/", body)
    assert refused.status_code == 422
    assert not Crisis.objects.exists()
    body["confirm"] = "drill"
    made = [api.post("crises/", body, **{"idempotency-key": "drill-of-today"}) for _twice in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    crisis = Crisis.objects.get()
    assert made[0].json()["is_drill"] is True
    work_off()
    address = f"crises/{crisis.public_id}/"
    assert api.post(f"{address}acknowledge/", {"contact": str(cast.nora.public_id)}).status_code == 200
    status = api.get(f"{address}status/").json()
    assert (status["people"]["acknowledged"], status["people"]["people"]) == (1, 3)
    assert sum(status["people"][part] for part in ("acknowledged", "waiting", "late", "unreachable")) == 3
    assert {row["state"] for row in _all_of(api, f"{address}people/", page_size=1)} == {"acknowledged", "waiting"}
    assert [row["state"] for row in _all_of(api, f"{address}people/", state="acknowledged")] == ["acknowledged"]
    assert len(_all_of(api, f"{address}people/", partner=str(cast.baltic.public_id))) == 1
    assert api.get(f"{address}people/", state="asleep").status_code == 400
    half = api.post(f"{address}update/", {"words": {"en": {"title": "Half"}}})
    assert half.status_code in (400, 422)
    assert api.post(f"{address}update/", {"words": {"en": story.words("Going on")}}).status_code == 200
    assert api.post(f"{address}all-clear/", {}).json()["state"] == "cleared"
    assert api.post(f"{address}all-clear/", {}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_three_at_once_start_one(cast):
    protocol, owner = story.ready(cast), integrator(cast.maria)

    def start(_number):
        body = {"protocol": str(protocol.public_id), "is_drill": True, "confirm": "drill"}
        try:
            return Integrator(owner.token, Client()).post("crises/", body)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(start, range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    crisis = Crisis.objects.get()
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["type"].endswith("runs_already")
    assert str(crisis.public_id) in refused["detail"]


def test_the_start_shows_what_runs_already(cast, crisis, client):
    client.force_login(cast.maria)
    address = reverse("admin:communications_crisis_start", args=[crisis.protocol.public_id])
    board = reverse("admin:communications_crisis_board", args=[crisis.public_id])
    page = client.get(address)
    assert board in page.text
    assert board not in client.get(address, {"mode": "real"}).text
    typed = {"key": page.context["form"]["key"].value(), "confirm": "drill"}
    again = client.post(address, typed)
    assert again.status_code == 409
    assert "runs already, started on" in again.text
    assert Crisis.objects.count() == 1
    assert client.post(address, {**typed, "is_another": "on"}).status_code == 302
    assert Crisis.objects.count() == 2
    listed = client.get(reverse("admin:communications_crisis_changelist")).text
    assert "?mode=drill&amp;state__exact=running" in listed


def test_an_update_sent_twice_by_the_page_is_said_once(cast, crisis, client):
    client.force_login(cast.maria)
    address = reverse("admin:communications_crisis_update", args=[crisis.public_id])
    form = client.get(address).context["form"]
    typed = {bound.html_name: bound.value() or "" for bound in form}
    assert [client.post(address, typed).status_code for _twice in range(2)] == [302, 302]
    assert crisis.messages.filter(says="update").count() == 1


@pytest.mark.slow
def test_a_token_that_reads_starts_nothing(cast):
    protocol, api = story.ready(cast), integrator(cast.maria, "crises:read")
    body = {"protocol": str(protocol.public_id), "is_drill": True, "confirm": "drill"}
    assert api.post("crises/", body).status_code == 403
    assert not Crisis.objects.exists()


def test_a_stranger_acknowledges_nothing(cast, crisis):
    assert Client().post(reverse("communications:acknowledge_crisis", args=[crisis.public_id])).status_code == 302
    assert Client().post(reverse("tracking:acknowledge", args=["A" * 44])).status_code == 404
    assert crisis.people.exclude(acknowledged_at=None).count() == 1


def _all_of(api, address: str, **query) -> list[dict]:
    """Of all pages; one that repeats somebody would never end."""
    page = api.get(address, **query).json()
    found = list(page["results"])
    while page["next"]:
        cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]
        page = api.get(address, **query, cursor=cursor).json()
        found += page["results"]
        assert len(found) == len({row["contact"] for row in found})
    return found
