"""What a journey refuses: circles, branches on what is gone, steps that lack something, and publishing too early."""

import pytest

from activity.refusals import Invalid
from activity.uses import InUse
from communications.actions import journey_steps
from communications.models import (
    JourneyNotice,
    JourneyState,
)
from communications.queries.journey_steps import Place
from context.actions.data_points import create_data_point, delete_data_point
from context.actions.segments import delete_segment
from context.models import DataPoint
from tests import announcement_story, journey_story
from tests.journey_story import GOLD, add, go_on, let_in, publish

pytestmark = pytest.mark.django_db


def test_a_circle_is_named_and_not_kept(cast):
    version = journey_story.begin(cast)
    a = add(version, cast, "wait", "A", days=1)
    b = add(version, cast, "wait", "B", Place(a.key), days=1)
    with pytest.raises(Invalid, match="“A” → “B” → “A”"):
        journey_steps.change_step(b, by=cast.maria, then=a.key)
    b.refresh_from_db()
    assert b.then_key is None


def test_a_data_point_that_a_branch_asks_for_is_not_deleted(cast, sink):
    point = create_data_point(by=cast.maria, key="engineers", label="Engineers", type="number")
    version = journey_story.begin(cast)
    add(version, cast, "branch", "Enough?", rule={"all": [{"field": "fact.engineers", "op": "gte", "value": 2}]})
    with pytest.raises(InUse, match="journey “Welcome”"):
        delete_data_point(point, by=cast.maria)
    publish(version, cast)
    with pytest.raises(InUse, match="journey “Welcome”"):
        delete_data_point(point, by=cast.maria)
    with pytest.raises(InUse, match="journey “Welcome”"):
        delete_segment(version.segment, by=cast.maria)
    assert DataPoint.objects.filter(key="engineers").exists()


def test_a_branch_on_a_data_point_that_is_gone_is_a_sentence(cast, sink):
    version = journey_story.begin(cast)
    gone = {"all": [{"field": "fact.engineers", "op": "gte", "value": 2}]}
    with pytest.raises(Invalid, match="There is no field “fact.engineers”"):
        add(version, cast, "branch", "Enough?", rule=gone)
    assert not version.steps.exists()

    point = create_data_point(by=cast.maria, key="engineers", label="Engineers", type="number")
    add(version, cast, "branch", "Enough?", rule=gone)
    DataPoint.objects.filter(pk=point.pk).delete()  # behind our back
    with pytest.raises(Invalid, match="“Enough\\?” can no longer be asked: There is no field “fact.engineers”"):
        publish(version, cast)
    version.refresh_from_db()
    assert version.is_draft


def test_a_rule_that_breaks_while_it_runs_stops_its_journey_alone(cast, sink):
    point = create_data_point(by=cast.maria, key="engineers", label="Engineers", type="number")
    version = journey_story.begin(cast)
    add(version, cast, "branch", "Enough?", rule={"all": [{"field": "fact.engineers", "op": "gte", "value": 2}]})
    broken = publish(version, cast)
    other = journey_story.begin(cast, name="Other")
    add(other, cast, "notify", "Tell", text="Call them")
    publish(other, cast)
    DataPoint.objects.filter(pk=point.pk).delete()
    let_in()
    go_on()
    broken.refresh_from_db()
    assert "There is no field" in broken.problem
    assert JourneyNotice.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("wait", {}, "Say how many days"),
        ("wait", {"days": 0}, "Say how many days"),
        ("wait", {"days": 3, "text": "x"}, "has no “text”"),
        ("branch", {"rule": {"all": []}}, "choose a segment, or add a condition"),
        ("task", {"text": " "}, "Say what is to be done"),
        ("announcement", {}, "Choose the announcement"),
        ("survey", {}, "Choose a survey"),
        ("course", {"course": "x"}, "none has been set up yet"),
        ("letter", {}, "There is no kind “letter”"),
    ],
)
def test_a_step_that_lacks_something_is_refused(cast, kind, fields, sentence):
    version = journey_story.begin(cast)
    with pytest.raises(Invalid, match=sentence):
        add(version, cast, kind, "A step", **fields)
    assert not version.steps.exists()


def test_what_is_not_ready_is_not_published(cast):
    version = journey_story.begin(cast)
    with pytest.raises(Invalid, match="It has no steps yet"):
        publish(version, cast)
    hello = journey_story.by_journey(cast, approved=False)
    add(version, cast, "announcement", "Hello", announcement=hello)
    with pytest.raises(Invalid, match="“Welcome” of the step “Hello” is not approved yet"):
        publish(version, cast)
    version.journey.refresh_from_db()
    assert (version.journey.state, version.journey.published) == (JourneyState.DRAFT, 0)
    everybody = announcement_story.draft(cast, "To all")
    with pytest.raises(Invalid, match="goes to its whole segment"):
        add(version, cast, "announcement", "All", announcement=everybody)


def test_steps_are_put_in_and_taken_out_where_they_are(cast):
    version = journey_story.begin(cast)
    a = add(version, cast, "wait", "A", days=1)
    branch = add(version, cast, "branch", "B", Place(a.key), rule=GOLD)
    no = add(version, cast, "wait", "No", Place(branch.key, "else"), days=1)
    first = add(version, cast, "wait", "First", days=1)
    between = add(version, cast, "wait", "Between", Place(a.key), days=1)
    version.refresh_from_db()
    chain = {step.name: (step.then_key, step.else_key) for step in version.steps.all()}
    assert version.first_key == first.key
    assert chain == {"First": (a.key, None), "A": (between.key, None), "Between": (branch.key, None),
                     "B": (None, no.key), "No": (None, None)}  # fmt: skip
    journey_steps.remove_step(between, by=cast.maria)
    journey_steps.remove_step(first, by=cast.maria)
    version.refresh_from_db()
    a.refresh_from_db()
    assert (version.first_key, a.then_key) == (a.key, branch.key)
