"""Segments that name segments: asked as one, never a circle, kept as they were for what was approved, and told by whom they
are used."""

import pytest

from activity.refusals import Invalid, Refused
from communications.actions.announcements import submit_announcement
from communications.queries.audience import audience_of_version
from context.actions.data_points import change_data_point, create_data_point
from context.actions.segments import change_segment, create_segment, delete_segment
from context.models import Segment
from context.queries.segments import preview_segment
from context.rules import explain, in_words
from context.segment_uses import uses_of_segment
from tests import factories

pytestmark = pytest.mark.django_db

GOLD = {"field": "enrolment.tier", "op": "eq", "value": "gold"}
ESTONIAN = {"field": "partner.country", "op": "eq", "value": "EE"}
SALES = {"field": "contact.function", "op": "eq", "value": "sales"}


def named(segment, op="eq") -> dict:
    return {"field": "segment", "op": op, "value": str(segment.public_id)}


@pytest.fixture
def gold(cast):
    return create_segment(by=cast.maria, name="Gold", rule=GOLD, contact_rule=SALES)


def test_a_segment_within_a_segment_is_its_conditions(cast, gold):
    among = preview_segment(named(gold), named(gold))
    others = preview_segment({"not": named(gold)})
    assert [partner.name for partner in among.examples] == ["Alpenglow GmbH"]
    assert (among.people, among.words) == (1, "Partners where in “Gold” · contacts where in “Gold”")
    assert [partner.name for partner in others.examples] == ["Baltic Cloud OÜ"]


def test_it_keeps_what_its_rules_speak_of(cast, gold):
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    rule = {"all": [named(gold), {"field": "fact.staff", "op": "gt", "value": 5}]}
    segment = create_segment(by=cast.maria, name="Large gold", rule=rule)
    assert [*segment.segments.all()] == [gold]
    assert [point.key for point in segment.data_points.all()] == ["staff"]
    change_segment(segment, by=cast.maria, rule={"all": [ESTONIAN]})
    assert not segment.segments.exists()
    assert [point.key for point in segment.data_points.all()] == ["country"]


def test_a_circle_is_refused_and_says_which(cast, gold):
    silver = create_segment(by=cast.maria, name="Silver", rule={"not": named(gold)})
    large = create_segment(by=cast.maria, name="Large", rule=named(silver))
    with pytest.raises(Invalid, match="A segment cannot be part of itself: “Gold” → “Large” → “Silver” → “Gold”."):
        change_segment(gold, by=cast.maria, rule={"any": [ESTONIAN, named(large)]})
    with pytest.raises(Invalid, match="“Gold” → “Gold”"):
        change_segment(gold, by=cast.maria, contact_rule=named(gold))
    gold.refresh_from_db()
    assert (gold.rule, gold.version, gold.segments.count()) == (GOLD, 1, 0)


def test_segments_name_each_other_five_levels_deep_and_no_more(cast, gold):
    inner = gold
    for number in range(4):
        inner = create_segment(by=cast.maria, name=f"Level {number}", rule=named(inner))
    with pytest.raises(Invalid, match="more than 5 levels deep"):
        create_segment(by=cast.maria, name="Too deep", rule={"all": [{"all": [named(inner)]}, named(inner)]}) and create_segment(
            by=cast.maria, name="Deeper", rule=named(Segment.objects.get(name="Too deep"))
        )
    assert not Segment.objects.filter(name="Deeper").exists()


def test_what_others_need_is_not_broken(cast, gold):
    create_segment(by=cast.maria, name="Of gold", rule={"all": [named(gold)] * 20})
    with pytest.raises(Refused, match="With this change segment “Of gold” could no longer be asked: With the segments it names"):
        change_segment(gold, by=cast.maria, rule={"all": [GOLD] * 60})
    gold.refresh_from_db()
    assert gold.rule == GOLD


def test_a_segment_that_another_names_stays(cast, gold):
    user = create_segment(by=cast.maria, name="Of gold", rule=named(gold))
    with pytest.raises(Refused, match="“Gold” is used by segment “Of gold” and stays"):
        delete_segment(gold, by=cast.maria)
    assert [(use.kind, use.name) for use in uses_of_segment(gold, cast.maria)] == [("segment", "Of gold")]
    delete_segment(user, by=cast.maria)
    delete_segment(gold, by=cast.maria)


def test_an_unknown_segment_is_refused(cast):
    with pytest.raises(Invalid, match="There is no segment with the id"):
        create_segment(by=cast.maria, name="Lost", rule={**named(cast.alpenglow)})
    with pytest.raises(Invalid, match="needs the id of a segment"):
        create_segment(by=cast.maria, name="Lost", rule={"field": "segment", "op": "eq", "value": "Gold"})
    assert not Segment.objects.exists()


def test_what_was_approved_stays_whatever_becomes_of_the_segments_it_names(cast, gold):
    outer = create_segment(by=cast.maria, name="Of gold", rule=named(gold), contact_rule=named(gold))
    announcement = factories.make_announcement(programme=cast.programme, segment=outer, author=cast.maria)
    version = submit_announcement(announcement, by=cast.maria)
    change_segment(gold, by=cast.maria, rule=ESTONIAN)
    assert [person.name for person in audience_of_version(version)] == [cast.nora.name]
    assert in_words(version.rule, version.contact_rule).startswith("Partners where in “Gold” (version 1)")


def test_a_copy_is_not_written_by_hand(cast, gold):
    copied = {**named(gold), "as_of": {str(gold.public_id): {"name": "Gold", "rule": {"all": []}, "contact_rule": {"all": []}}}}
    with pytest.raises(Invalid, match="leave it out"):
        create_segment(by=cast.maria, name="Forged", rule=copied)


def test_out_says_which_condition_of_the_named_segment_fails(cast, gold):
    told = explain(named(gold), named(gold), cast.baltic)
    assert told.because == "Out: not in “Gold”, because there “tier is Gold” does not hold, here it is Silver."
    told = explain(None, named(gold), cast.alpenglow)
    assert {person.contact.name: person.holds for person in told.people} == {cast.nora.name: True, cast.ben.name: False}
    assert "because there “function includes Sales” does not hold" in told.people[0].because
    told = explain(named(gold, "ne"), None, cast.alpenglow)
    assert told.because == "Out: “in “Gold”” holds and is excluded."


def test_a_choice_that_a_rule_needs_stays(cast):
    point = create_data_point(by=cast.maria, key="size", label="Size", type="choice", choices=["small", "large"])
    create_segment(by=cast.maria, name="Large", rule={"field": "fact.size", "op": "eq", "value": "large"})
    with pytest.raises(Refused, match="With this change segment “Large” could no longer be asked"):
        change_data_point(point, by=cast.maria, choices=["small", "huge"])
    point.refresh_from_db()
    assert point.choices == ["small", "large"]


def test_a_choice_that_is_not_there_is_refused(cast):
    with pytest.raises(Invalid, match="There is no tier “goldd”; it may have been removed. Did you mean “gold”?"):
        create_segment(by=cast.maria, name="Typo", rule={**GOLD, "value": "goldd"})
    with pytest.raises(Invalid, match="There is no country “XX”"):
        create_segment(by=cast.maria, name="Typo", rule={**ESTONIAN, "value": "XX"})


def test_a_sum_needs_a_period(cast):
    with pytest.raises(Invalid, match="is summed up over a period"):
        create_segment(by=cast.maria, name="Sum", rule={"field": "performance.revenue", "op": "gt", "value": 5})
    assert not Segment.objects.exists()
