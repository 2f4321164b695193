"""What a segment's pages and its API tell: overlap with another, versions and what they change, files, and why."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.segments import change_segment, create_segment
from context.actions.verdicts import give_verdict
from partners.models import Method
from tests import factories
from tests.api import integrator

pytestmark = pytest.mark.django_db
OURS = "Ever upwards"

GOLD = {"field": "enrolment.tier", "op": "eq", "value": "gold"}
ESTONIAN = {"field": "partner.country", "op": "eq", "value": "EE"}
SALES = {"field": "contact.function", "op": "eq", "value": "sales"}


@pytest.fixture
def gold(cast):
    return create_segment(by=cast.maria, name="Gold", rule=GOLD)


@pytest.fixture
def sellers(cast):
    return create_segment(by=cast.maria, name="Sellers", contact_rule=SALES)


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


def page(name: str, segment) -> str:
    return reverse(f"admin:context_segment_{name}", args=[segment.public_id])


def text_of(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def test_two_segments_beside_each_other(cast, maria, gold, sellers, django_assert_max_num_queries):
    with django_assert_max_num_queries(17):
        answer = maria.get(page("overlap", gold), {"with": str(sellers.public_id)})
    groups = {name: (group.partners, group.people) for group, name in answer.context["groups"]}
    assert groups == {"Only “Gold”": (0, 1), "Both": (1, 1), "Only “Sellers”": (1, 1)}
    assert "Baltic Cloud OÜ" in answer.content.decode()


def test_a_version_says_who_comes_and_who_goes(cast, maria, gold):
    assert "have not changed" in maria.get(page("versions", gold)).content.decode()
    change_segment(gold, by=cast.maria, rule=ESTONIAN)
    answer = maria.get(page("versions", gold))
    groups = {name: [partner.name for partner in group.names] for group, name in answer.context["groups"]}
    assert groups == {"Go out": ["Alpenglow GmbH"], "Stay": [], "Come in": ["Baltic Cloud OÜ"]}
    assert "<del>Gold" in answer.content.decode()


def test_a_segment_without_versions_has_its_page_all_the_same(cast, maria):
    assert "have not changed" in maria.get(page("versions", factories.make_segment("Old"))).content.decode()


def test_a_version_that_can_no_longer_be_asked_says_why(cast, maria, gold):
    point = create_data_point(by=cast.maria, key="mood", label="Mood")
    change_segment(gold, by=cast.maria, rule={"field": "fact.mood", "op": "eq", "value": "good"})
    change_segment(gold, by=cast.maria, rule=GOLD)
    point.delete()
    assert "There is no field “fact.mood”" in maria.get(page("versions", gold)).content.decode()


def test_partners_as_a_file_with_how_each_value_stands(cast, maria):
    create_data_point(by=cast.maria, key="motto", label="Motto")
    record_fact(cast.baltic, "motto", '=HYPERLINK("x")', source="call", method=Method.MANUAL, by=cast.maria)
    rule = {"field": "fact.motto", "op": "is_empty", "value": False}
    text = text_of(maria.get(page("partners", create_segment(by=cast.maria, name="With motto", rule=rule))))
    header, row = text.removeprefix("\ufeff").strip().split("\r\n")
    assert header.endswith("motto,motto_standing,motto_rivals")
    assert "Baltic Cloud OÜ" in row
    assert row.endswith(""","'=HYPERLINK(""x"")",claim,""")


def test_beside_each_value_the_file_tells_what_others_say_instead(cast, maria):
    create_data_point(by=cast.maria, key="motto", label="Motto")
    for number, (said, programme) in enumerate(((OURS, None), ("Onwards", None), ("=1+1", None), ("Sideways", cast.programme))):
        when = datetime(2026, 1, 1 + number, 12, tzinfo=UTC)
        fact = record_fact(
            cast.baltic, "motto", said, source="call", method="manual", by=cast.maria, observed_at=when, programme=programme
        )
        if said == OURS:
            give_verdict(fact, "verified", by=cast.maria)
    rule = {"field": "fact.motto", "op": "is_empty", "value": False}
    segment = create_segment(by=cast.maria, name="With motto", rule=rule)
    with CaptureQueriesContext(connection) as asked:
        text = text_of(maria.get(page("partners", segment)))
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["motto"], row["motto_standing"]) == (OURS, "verified")
    assert row["motto_rivals"] == "'=1+1 (call, 2026-01-03); Onwards (call, 2026-01-02)"

    for number in range(5):
        partner = factories.make_partner(f"More {number}", programme=cast.programme)
        record_fact(partner, "motto", "Up", source="call", method="manual", by=cast.maria)
        record_fact(partner, "motto", "Down", source="mail", method="manual", by=cast.maria)
    with CaptureQueriesContext(connection) as again:
        assert text_of(maria.get(page("partners", segment))).count("Up (call, ") == 5
    assert len(again) <= len(asked)


def test_people_as_a_file(cast, maria, sellers):
    lines = text_of(maria.get(page("people", sellers))).strip().split("\r\n")
    assert lines[0].removeprefix("\ufeff") == "id,name,email,job_title,functions,language,partner,partner_id"
    assert [line.split(",")[1] for line in lines[1:]] == [cast.nora.name, "Sven Tamm"]


def test_a_manager_of_a_portfolio_gets_no_more_than_that(cast, client, sellers, gold):
    mia = factories.make_user("mia@vendor.example", roles=("Partner manager",))
    cast.baltic.enrolments.update(manager=mia)
    client.force_login(mia)
    assert "Nora" not in text_of(client.get(page("people", sellers)))
    assert "Alpenglow" not in text_of(client.get(page("partners", gold)))
    assert "Alpenglow" not in client.get(page("overlap", gold), {"with": str(sellers.public_id)}).content.decode()


def test_the_segments_page_says_what_uses_it(cast, maria, gold):
    factories.make_announcement("Aurora 3 is here", programme=cast.programme, segment=gold, author=cast.maria)
    shown = maria.get(reverse("admin:context_segment_change", args=[gold.pk])).content.decode()
    assert "Aurora 3 is here" in shown
    assert page("overlap", gold) in shown


def test_the_same_by_api(cast, gold, sellers):
    maria = integrator(cast.maria)
    path = f"segments/{gold.public_id}"
    overlap = maria.get(f"{path}/overlap/", **{"with": str(sellers.public_id)}).json()
    assert {key: group["partners"] for key, group in overlap.items()} == {"only_first": 0, "both": 1, "only_second": 1}
    why = maria.get(f"{path}/why/", partner=str(cast.baltic.public_id)).json()
    assert (why["holds"], why["tree"]["kind"], len(why["people"])) == (False, "leaf", 1)
    change_segment(gold, by=cast.maria, rule=ESTONIAN)
    assert [version["number"] for version in maria.get(f"{path}/versions/").json()] == [2, 1]
    difference = maria.get(f"{path}/difference/", **{"from": "1", "to": "2"}).json()
    assert [example["name"] for example in difference["gone"]["names"]] == ["Alpenglow GmbH"]
    assert maria.get(f"{path}/uses/").json() == []


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("overlap/", {}, 400),
        ("overlap/", {"with": "x"}, 400),
        ("overlap/", {"with": "0190a000-0000-7000-8000-000000000000"}, 404),
        ("why/", {"partner": "0190a000-0000-7000-8000-000000000000"}, 404),
        ("difference/", {"from": "1", "to": "9"}, 404),
        ("difference/", {"from": "one", "to": "1"}, 400),
        ("versions/", {"page": "2"}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused(cast, gold, path, query, status):
    assert integrator(cast.maria).get(f"segments/{gold.public_id}/{path}", **query).status_code == status


def test_a_list_of_segments_is_said_in_few_queries(cast, gold, django_assert_max_num_queries):
    for number in range(8):
        named = {"field": "segment", "op": "eq", "value": str(gold.public_id)}
        create_segment(by=cast.maria, name=f"Of gold {number}", rule={"all": [named, GOLD]})
    maria = integrator(cast.maria)
    maria.get("segments/")
    with django_assert_max_num_queries(12):
        rows = maria.get("segments/").json()["results"]
    assert "in “Gold”" in rows[0]["words"]
