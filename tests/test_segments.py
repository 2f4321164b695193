"""Segments: made, changed with every version kept, previewed, and not deleted while an announcement needs them."""

import pytest

from activity.models import Activity
from activity.refusals import Invalid, Refused
from context.actions.segments import change_segment, create_segment, delete_segment
from context.models import Segment, SegmentVersion
from context.queries.segments import preview_segment
from tests import factories

pytestmark = pytest.mark.django_db

GOLD = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}
TECHNICAL = {"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
BROKEN = {"all": [{"field": "partner.colour", "op": "eq", "value": "red"}]}


def test_maria_makes_a_segment_of_everyone(cast):
    segment = create_segment(by=cast.maria, name=" All partners ")
    assert (segment.name, segment.rule, segment.contact_rule, segment.version) == ("All partners", {"all": []}, {"all": []}, 1)
    assert segment.versions.get().saved_by == cast.maria
    assert Activity.objects.get(verb="segment.created").actor == cast.maria


def test_each_change_of_a_rule_is_a_version_and_the_old_one_is_kept(cast):
    segment = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    change_segment(segment, by=cast.arthur, contact_rule=TECHNICAL)
    assert segment.version == 2
    assert [(version.number, version.contact_rule) for version in segment.versions.all()] == [(2, TECHNICAL), (1, {"all": []})]


def test_a_new_name_is_no_new_version(cast):
    segment = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    change_segment(segment, by=cast.maria, name="Golden", rule=GOLD)
    assert (segment.name, segment.version, segment.versions.count()) == ("Golden", 1, 1)


def test_what_changes_nothing_leaves_no_trace(cast):
    segment = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    change_segment(segment, by=cast.maria, name="Gold")
    assert not Activity.objects.filter(verb="segment.changed").exists()


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"rule": BROKEN}, "rule"),
        ({"contact_rule": BROKEN}, "contact_rule"),
        ({"rule": []}, "rule"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Taken"}, "name"),
        ({"version": 7}, "version"),
    ],
)
def test_a_refused_change_changes_nothing(cast, fields, at_fault):
    create_segment(by=cast.maria, name="Taken")
    segment = create_segment(by=cast.maria, name="Gold", rule=GOLD)
    before = Segment.objects.filter(pk=segment.pk).values().get()
    with pytest.raises(Invalid) as refusal:
        change_segment(segment, by=cast.maria, **fields)
    assert refusal.value.field == at_fault
    assert Segment.objects.filter(pk=segment.pk).values().get() == before
    assert SegmentVersion.objects.count() == 2


def test_a_second_segment_of_that_name_is_refused(cast):
    create_segment(by=cast.maria, name="Gold")
    with pytest.raises(Invalid, match="already"):
        create_segment(by=cast.maria, name="Gold", rule=GOLD)
    assert SegmentVersion.objects.count() == 1


def test_a_segment_that_nobody_uses_can_go(cast):
    segment = create_segment(by=cast.maria, name="Gold")
    delete_segment(segment, by=cast.maria)
    assert not Segment.objects.exists()
    assert Activity.objects.get(verb="segment.deleted").sentence == "Segment “Gold” was deleted"


def test_a_segment_stays_while_an_announcement_names_it(cast):
    segment = create_segment(by=cast.maria, name="Gold")
    factories.make_announcement("Aurora 3 is here", programme=cast.programme, segment=segment, author=cast.maria)
    with pytest.raises(Refused, match="used by announcement “Aurora 3 is here”"):
        delete_segment(segment, by=cast.maria)
    assert Segment.objects.get() == segment
    assert not Activity.objects.filter(verb="segment.deleted").exists()


def test_a_preview_counts_partners_and_people_and_names_ten(cast, django_assert_max_num_queries):
    for number in range(12):
        factories.make_partner(f"Firn {number:02}", programme=cast.programme, tier="gold")
    with django_assert_max_num_queries(8):
        preview = preview_segment(GOLD, TECHNICAL)
    assert (preview.partners, preview.people, preview.words) == (13, 1, "Gold partners · technical contacts")
    assert [partner.name for partner in preview.examples] == ["Alpenglow GmbH", *[f"Firn {number:02}" for number in range(9)]]


def test_a_preview_stays_in_ones_own_portfolio(cast):
    mia = factories.make_user("mia@vendor.example", roles=("Partner manager",))
    cast.baltic.enrolments.update(manager=mia)
    preview = preview_segment(None, None, visible_to=mia)
    assert (preview.partners, preview.people, preview.examples) == (1, 1, (cast.baltic,))


def test_a_person_who_has_left_is_in_no_segment(cast):
    cast.ben.left_on = "2026-01-01"
    cast.ben.save()
    assert preview_segment(GOLD, TECHNICAL).people == 0


@pytest.mark.parametrize("rule", [[], "", 0, False])
def test_what_is_no_rule_does_not_mean_everyone(cast, rule):
    for part in ("rule", "contact_rule"):
        with pytest.raises(Invalid, match="Each part of a rule is an object") as refusal:
            create_segment(by=cast.maria, name="All?", **{part: rule})
        assert refusal.value.field == part
    assert not Segment.objects.exists()
