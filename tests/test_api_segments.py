"""Segments by API: rules go in as JSON, come back in words, and are asked without being saved."""

from uuid import uuid4

import pytest

from context.models import Segment, SegmentVersion
from partners.models import Enrolment
from tests.api import integrator
from tests.factories import make_segment, make_user

GOLD = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}
TECHNICAL = {"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}


@pytest.fixture
def maria(cast):
    return integrator(cast.maria)


def test_a_name_and_a_rule_make_a_segment(cast, maria):
    answer = maria.post("segments/", {"name": "Gold", "rule": GOLD})
    assert answer.status_code == 201, answer.content
    segment = answer.json()
    assert (segment["name"], segment["rule"], segment["version"]) == ("Gold", GOLD, 1)
    assert "gold" in segment["words"].lower()
    assert Segment.objects.get(public_id=segment["id"]).created_by == cast.maria


def test_a_preview_counts_partners_and_people(cast, maria):
    segment = maria.post("segments/", {"name": "Gold engineers", "rule": GOLD, "contact_rule": TECHNICAL}).json()
    answer = maria.get(f"segments/{segment['id']}/preview/")
    assert answer.status_code == 200, answer.content
    example = {"id": str(cast.alpenglow.public_id), "name": "Alpenglow GmbH"}
    assert (answer.json()["partners"], answer.json()["people"], answer.json()["examples"]) == (1, 1, [example])


def test_a_rule_is_previewed_without_being_saved(cast, maria):
    answer = maria.post("segments/preview/", {"rule": GOLD})
    assert (answer.status_code, answer.json()["partners"]) == (200, 1)
    assert maria.post("segments/preview/", {}).json()["partners"] == 2
    assert not Segment.objects.exists()


def test_a_change_of_the_rule_is_a_new_version(cast, maria):
    segment = maria.post("segments/", {"name": "Gold", "rule": GOLD}).json()
    assert maria.patch(f"segments/{segment['id']}/", {"contact_rule": TECHNICAL}).json()["version"] == 2
    assert maria.patch(f"segments/{segment['id']}/", {"description": "The best"}).json()["version"] == 2
    assert SegmentVersion.objects.count() == 2


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [{"field": "partner.colour", "op": "eq", "value": "red"}]},
        {"all": [{"field": "partner.country", "op": "like", "value": "DE"}]},
        {"all": [{"field": "contact.user__password", "op": "contains", "value": "p"}]},
        {"all": [{"field": "partner.name", "op": "eq", "value": {"raw": "1=1"}}]},
        {"_connector": "OR", "all": []},
        {"sql": "SELECT 1"},
        {"all": [{"all": []}] * 10_000},
        "DROP TABLE partners_partner",
        [],
        7,
    ],
)
def test_a_rule_that_cannot_be_asked_is_refused_and_nothing_changes(cast, maria, rule):
    segment = make_segment("Kept", rule=GOLD)
    for answer in (
        maria.post("segments/", {"name": "Broken", "rule": rule}),
        maria.post("segments/preview/", {"rule": rule}),
        maria.patch(f"segments/{segment.public_id}/", {"rule": rule}),
    ):
        assert answer.status_code in (400, 422), answer.content
        assert "rule" in answer.json()["errors"]
    segment.refresh_from_db()
    assert segment.rule == GOLD
    assert Segment.objects.count() == 1


def test_a_deeply_nested_rule_is_refused(cast, maria):
    rule = {"field": "partner.country", "op": "eq", "value": "DE"}
    for _level in range(300):
        rule = {"not": rule}
    assert maria.post("segments/preview/", {"rule": rule}).status_code == 422


def test_a_name_is_given_once(cast, maria):
    make_segment("Gold")
    assert maria.post("segments/", {"name": "Gold", "rule": GOLD}).status_code == 422
    assert Segment.objects.count() == 1


@pytest.mark.parametrize("field", ["version", "words", "id", "created_by"])
def test_what_is_only_shown_cannot_be_set(cast, maria, field):
    answer = maria.post("segments/", {"name": "Gold", field: 5})
    assert answer.status_code == 400
    assert not Segment.objects.exists()


def test_counts_and_examples_are_of_ones_own_portfolio(cast):
    pia = make_user("pia@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=pia)
    preview = integrator(pia).post("segments/preview/", {}).json()
    assert (preview["partners"], preview["people"]) == (1, 2)
    assert [example["name"] for example in preview["examples"]] == ["Alpenglow GmbH"]


def test_an_absent_segment(cast, maria):
    assert maria.get(f"segments/{uuid4()}/preview/").status_code == 404


def test_the_list_takes_a_bounded_number_of_queries(cast, maria, django_assert_max_num_queries):
    maria.get("segments/")
    for number in range(8):
        make_segment(f"Segment {number}")
    with django_assert_max_num_queries(12):
        assert len(maria.get("segments/", name="segment").json()["results"]) == 8
