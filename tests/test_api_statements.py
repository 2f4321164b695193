"""Statements by the API: kept, changed, told, corrected, and what announcements say with them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from communications.actions.statements import change_value
from communications.models import Announcement, State, Statement
from tests import announcement_story
from tests.api import Integrator, integrator
from tests.statement_story import list_price, prices, sent, translated

pytestmark = pytest.mark.django_db
SCOPES = ("announcements:read", "announcements:write")


def test_one_is_kept_and_changed(cast):
    api = integrator(cast.maria, *SCOPES)
    made = api.post("statements/", {"name": "Start of sales", "kind": "date", "text": "2030-05-01", "phrases": ["sales begin"]})
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["key"], told["mark"], told["revision"]) == ("start-of-sales", "{{ statement.start-of-sales }}", 1)
    address = f"statements/{told['id']}/"
    assert api.patch(address, {"name": "First day of sales"}).json()["name"] == "First day of sales"
    assert api.patch(address, {"text": "2030-06-01"}).status_code == 400
    for body, status in (
        ({"text": "June", "revision": 1}, 422),
        ({"text": "2030-06-01"}, 400),
        ({"text": "2030-06-01", "revision": 2}, 409),
    ):
        assert api.post(f"{address}value/", body).status_code == status, body
    changed = api.post(f"{address}value/", {"text": "2030-06-01", "revision": 1, "reason": "Late"})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["statement"]["text"], changed.json()["taken_back"]) == ("2030-06-01", [])
    assert [row["key"] for row in api.get("statements/", kind="date").json()["results"]] == ["start-of-sales"]
    assert api.post("statements/", {"name": "First day of sales", "kind": "date", "text": "2030-05-01"}).status_code == 422


def test_a_change_is_told_and_corrected(cast, sink):
    statement = list_price(cast)
    sent(cast)
    waiting = announcement_story.approve(prices(cast, "Waiting"), cast)
    api = integrator(cast.maria, *SCOPES)
    address = f"statements/{statement.public_id}/"
    assert api.post(f"{address}correct/").status_code == 409
    changed = api.post(f"{address}value/", {"text": "49", "currency": "EUR", "revision": 1}).json()
    assert changed["taken_back"] == [str(waiting.public_id)]
    told = api.get(f"{address}told/").json()
    assert (told["people"], [(item["title"], item["mailed"], item["shown"]) for item in told["items"]]) == (
        3, [("Prices of the season", 3, 3)],
    )  # fmt: skip
    assert told["items"][0]["said"][0] | {"sentence": ""} == {
        "language": "en", "text": "45", "currency": "EUR", "sentence": "", "is_put_in": True,
    }  # fmt: skip
    drafted = api.post(f"{address}correct/", {"revisions": [1]})
    assert (drafted.status_code, drafted.json()["state"]) == (201, State.DRAFT)
    again = api.post(f"{address}correct/", {"revisions": [1]})
    assert (again.status_code, again.json()["id"]) == (200, drafted.json()["id"])
    assert api.post(f"{address}correct/", {"revisions": [2]}).status_code == 422
    assert Announcement.objects.filter(title__startswith="Correction").count() == 1


@pytest.mark.django_db(transaction=True)
def test_three_who_correct_at_once_draft_one(cast, sink):
    statement = list_price(cast)
    sent(cast)
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    owner = integrator(cast.maria, *SCOPES)

    def correct(_number) -> int:
        try:
            return Integrator(owner.token, Client()).post(f"statements/{statement.public_id}/correct/").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(correct, range(3))) == [200, 200, 201]
    assert Announcement.objects.filter(title__startswith="Correction").count() == 1


def test_the_words_of_an_announcement_have_the_values_of_each_language(cast, sink):
    statement = list_price(cast, "1245.5")
    announcement = prices(cast, translations=translated())
    api = integrator(cast.maria, *SCOPES)
    address = f"announcements/{announcement.public_id}/words/"
    draft = api.get(address).json()
    assert (draft["version"], draft["body"]) == (0, "The list price of Harbour is €1,245.50 for each user.")
    announcement_story.send(announcement, cast)
    api.post(f"statements/{statement.public_id}/value/", {"text": "49", "currency": "EUR", "revision": 1})
    german = api.get(address, language="de-at").json()
    assert (german["language"], german["version"]) == ("de", 1)
    assert "beträgt 1.245,50\xa0€ je Nutzer" in german["body"]
    assert [(each["revision"], each["said"], each["now"]) for each in german["stated"]] == [(1, "1.245,50\xa0€", "49\xa0€")]
    assert api.get(address, language="klingon").status_code == 422


def test_what_contradicts_is_told(cast, sink):
    list_price(cast)
    sent(cast, "Last year", body="Premium support costs €120 for each site.")
    draft = prices(cast, body="Premium support costs €140 for each site. The list price of Harbour is €45.")
    told = integrator(cast.maria, *SCOPES).get(f"announcements/{draft.public_id}/consistency/").json()
    pair = told["contradictions"][0]
    assert (pair["here"]["value"], pair["there"]["value"], pair["there"]["title"], pair["is_exact"]) == (
        "€140",
        "€120",
        "Last year",
        True,
    )
    assert [(link["written"], link["key"], link["is_sure"]) for link in told["links"]] == [("€45", "harbour-list-price", True)]


def test_who_may_not_does_not(cast):
    statement = list_price(cast)
    assert integrator(cast.maria, "partners:read").get("statements/").status_code == 403
    reader = integrator(cast.arthur, *SCOPES[:1])
    assert reader.get(f"statements/{statement.public_id}/told/").status_code == 200
    assert (
        reader.post(f"statements/{statement.public_id}/value/", {"text": "1", "currency": "EUR", "revision": 1}).status_code == 403
    )
    assert Statement.objects.get().text == "45"
