"""Partners go through a journey: who enters, what each step does, what decided, who leaves, and what is refused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from activity.actions.tasks import drop_task, finish_task
from activity.models import Task
from activity.refusals import Invalid, Refused
from communications.actions import journey_engine, journey_entries, journey_steps, journeys
from communications.actions.journey_moves import plan_of_moves
from communications.actions.journey_notices import see_notices
from communications.models import (
    Delivery,
    Journey,
    JourneyNotice,
    JourneyPass,
    JourneyRun,
    JourneyVersion,
    RunState,
    State,
)
from communications.queries.journey_holdouts import effect_of_journey
from communications.queries.journey_steps import Place
from communications.queries.journeys import ways_of
from communications.queries.objectives import effect_of
from communications.rates import Rate, difference_between
from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.surveys import create_survey, open_survey, save_question
from context.models import DataPoint, SurveyResponse
from partners.models import Enrolment, Partner
from partners.panels import needs_of
from tests import announcement_story, factories, journey_story, planning_story
from tests.journey_story import GOLD, add, go_on, let_in, let_pass, publish, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_way(cast, sink):
    Enrolment.objects.update(manager=cast.maria)
    journey = publish(journey_story.welcome(cast), cast)
    assert let_in() == 2
    return journey


# --- Going through -------------------------------------------------------------------------------------------------------


def test_partners_go_through_step_by_step_and_each_person_is_mailed_once(cast, under_way, sink):
    assert go_on() == 2
    assert sorted(sink.recipients) == ["ben@alpenglow.example", "nora@alpenglow.example", "sven@baltic.example"]
    assert (where(cast.alpenglow), where(cast.baltic)) == ("Let them read", "Let them read")
    assert go_on() == 0

    let_pass(4)
    go_on()
    assert set(JourneyRun.objects.values_list("state", flat=True)) == {RunState.FINISHED}
    task = Task.objects.get()
    assert (task.title, task.partner_id, task.owner) == ("Invite them to the gold circle", cast.alpenglow.pk, cast.maria)
    assert task.due_on == timezone.localdate() + timedelta(days=7)
    notice = JourneyNotice.objects.get()
    assert (notice.partner, notice.manager) == (cast.baltic, cast.maria)
    assert len(sink.recipients) == 3
    assert [let_in(), go_on()] == [0, 0]


def test_what_decided_at_a_branch_is_told_for_each_partner(cast, under_way):
    go_on()
    let_pass(4)
    go_on()
    decided = {}
    for partner in (cast.alpenglow, cast.baltic):
        [way] = ways_of(under_way, partner)
        assert [one.step.name for one in way.passes][:3] == ["Say hello", "Let them read", "Gold?"]
        decided[partner.pk] = way.passes[2].outcome, way.passes[2].decided
    assert decided[cast.alpenglow.pk][0] == "yes"
    assert decided[cast.alpenglow.pk][1][0][1] is True
    assert decided[cast.baltic.pk][0] == "no"
    assert decided[cast.baltic.pk][1][0][1] is False
    assert "Gold" in decided[cast.baltic.pk][1][0][0]


def test_the_manager_has_the_notice_on_the_first_page_until_it_was_seen(cast, under_way):
    go_on()
    let_pass(4)
    go_on()
    [need] = [need for need in needs_of(cast.maria) if "notice of a journey" in need.sentence]
    assert "Talk to them about gold" in need.detail
    assert see_notices(by=cast.maria) == 1
    assert not [need for need in needs_of(cast.maria) if "notice of a journey" in need.sentence]


def test_who_waits_for_something_goes_on_once_it_holds_and_others_after_their_time(cast, sink):
    create_data_point(by=cast.maria, key="engineers", label="Engineers", type="number")
    version = journey_story.begin(cast)
    rule = {"all": [{"field": "fact.engineers", "op": "gte", "value": 2}]}
    wait = add(version, cast, "wait_until", "Two engineers", rule=rule, days=10)
    add(version, cast, "notify", "Ready", Place(wait.key), text="They are ready")
    add(version, cast, "notify", "Too slow", Place(wait.key, "else"), text="Call them")
    publish(version, cast)
    let_in()
    go_on()
    assert where(cast.alpenglow) == where(cast.baltic) == "Two engineers"
    assert JourneyRun.objects.filter(is_watching=True, due_at__gt=timezone.now()).count() == 2

    record_fact(cast.alpenglow, "engineers", 3, source="call", method="manual", by=cast.maria)
    assert go_on() == 2  # woken by what happened: the wait and the notice
    assert (where(cast.alpenglow), where(cast.baltic)) == (RunState.FINISHED, "Two engineers")

    let_pass(11)
    go_on()
    notices = JourneyNotice.objects.values_list("partner__name", "step__name")
    assert set(notices) == {("Alpenglow GmbH", "Ready"), ("Baltic Cloud OÜ", "Too slow")}


def test_who_has_a_task_to_do_first_goes_on_once_it_is_done_and_others_another_way(cast, sink):
    version = journey_story.begin(cast)
    call = add(version, cast, "task_done", "Call them", text="Call them once", days=5)
    add(version, cast, "notify", "Called", Place(call.key), text="They were called")
    add(version, cast, "notify", "Not called", Place(call.key, "else"), text="Nobody called them")
    publish(version, cast)
    let_in()
    go_on()
    go_on()
    assert where(cast.alpenglow) == where(cast.baltic) == "Call them"
    tasks = {task.partner_id: task for task in Task.objects.all()}
    assert {task.due_on for task in tasks.values()} == {timezone.localdate() + timedelta(days=5)}

    finish_task(tasks[cast.alpenglow.pk], by=cast.maria)
    go_on()
    assert (where(cast.alpenglow), where(cast.baltic)) == (RunState.FINISHED, "Call them")
    let_pass(6)
    go_on()
    notices = JourneyNotice.objects.values_list("partner__name", "step__name")
    assert set(notices) == {("Alpenglow GmbH", "Called"), ("Baltic Cloud OÜ", "Not called")}
    assert list(Task.objects.filter(state="open")) == [tasks[cast.baltic.pk]]
    assert Task.objects.count() == 2


def test_who_dropped_what_is_to_be_done_first_does_not_wait_for_it(cast, sink):
    version = journey_story.begin(cast)
    add(version, cast, "task_done", "Call them", text="Call them once", days=5)
    publish(version, cast)
    let_in()
    go_on()
    drop_task(Task.objects.get(partner_id=cast.baltic.pk), by=cast.maria)
    go_on()
    assert (where(cast.alpenglow), where(cast.baltic)) == ("Call them", RunState.FINISHED)
    with pytest.raises(Invalid, match="Say how many days"):
        add(journey_story.begin(cast, "Other"), cast, "task_done", "Call them", text="Call them once")


def test_a_branch_asks_what_they_did_with_an_announcement(cast, sink):
    hello = journey_story.by_journey(cast)
    version = journey_story.begin(cast)
    say = add(version, cast, "announcement", "Hello", announcement=hello)
    wait = add(version, cast, "wait", "A day", Place(say.key), days=1)
    read = {"all": [{"field": "announcement.clicked", "op": "eq", "value": str(hello.public_id)}]}
    branch = add(version, cast, "branch", "Followed?", Place(wait.key), rule=read)
    add(version, cast, "notify", "Keen", Place(branch.key), text="Call them today")
    publish(version, cast)
    let_in()
    go_on()
    announcement_story.touch(hello, cast.ben, "clicked", "human", link=0)
    let_pass(2)
    go_on()
    assert JourneyNotice.objects.get().partner == cast.alpenglow


def test_a_survey_is_asked_once_of_each(cast, sink):
    point = DataPoint.objects.create(key="plans", label="Plans", question="What are your plans?")
    gold = factories.make_segment("Gold", rule=GOLD)
    survey = create_survey(by=cast.maria, title="Plans", programme=cast.programme, segment=gold)
    save_question(survey, by=cast.maria, data_point=point)
    open_survey(survey, by=cast.maria)
    assert SurveyResponse.objects.count() == 1
    version = journey_story.begin(cast)
    add(version, cast, "survey", "Ask", survey=survey)
    publish(version, cast)
    let_in()
    go_on()
    assert sorted(SurveyResponse.objects.values_list("partner__name", flat=True)) == ["Alpenglow GmbH", "Baltic Cloud OÜ"]


def test_an_announcement_of_a_journey_goes_to_nobody_by_itself_and_waits_while_it_is_paused(cast, under_way, sink):
    from communications.actions.announcements import pause_announcement, resume_announcement

    hello = under_way.versions.get().steps.get(name="Say hello").announcement
    assert (hello.state, Delivery.objects.count()) == (State.SENT, 0)
    JourneyRun.objects.update(due_at=timezone.now())
    announcement_story.work_off()
    assert sink.recipients == []

    hello.state = State.SENDING
    hello.save(update_fields=["state"])
    pause_announcement(hello, by=cast.maria)
    assert go_on() == 0
    assert where(cast.baltic) == "Say hello"
    resume_announcement(hello, by=cast.maria)
    JourneyRun.objects.update(due_at=timezone.now())
    assert go_on() == 2
    assert len(sink.recipients) == 3


def test_where_its_audience_has_nobody_the_partner_goes_on_and_it_is_said(cast, sink):
    technical = factories.make_segment(
        "Technical", contact_rule={"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    )
    version = journey_story.begin(cast)
    add(version, cast, "announcement", "Hello", announcement=journey_story.by_journey(cast, segment=technical))
    publish(version, cast)
    let_in()
    go_on()
    outcomes = dict(JourneyPass.objects.values_list("run__partner__name", "outcome"))
    assert outcomes == {"Alpenglow GmbH": "done", "Baltic Cloud OÜ": "nobody"}
    assert sink.recipients == ["ben@alpenglow.example"]


# --- Killed in the middle ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["_note", "_go_on"])
def test_killed_in_the_middle_of_a_set_nothing_has_happened_and_nothing_happens_twice(cast, under_way, sink, monkeypatch, at):
    class Killed(BaseException):
        pass

    def die(*_about):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(journey_engine, at, die)
        with pytest.raises(Killed):
            journey_engine.move_on()
    assert (Delivery.objects.count(), JourneyPass.objects.count(), where(cast.baltic)) == (0, 0, "Say hello")
    go_on()
    assert len(sink.recipients) == 3
    assert JourneyPass.objects.count() == 2


# --- Entering and leaving ------------------------------------------------------------------------------------------------


def test_who_is_found_by_the_exit_rule_leaves_before_the_next_step_and_does_not_come_back(cast, sink):
    gold = factories.make_segment("Gold", rule=GOLD)
    version = journey_story.begin(cast, exit_segment=gold)
    wait = add(version, cast, "wait", "Wait", days=1)
    add(version, cast, "notify", "Tell", Place(wait.key), text="Still not gold")
    publish(version, cast)
    assert let_in() == 1
    assert where(cast.baltic) == "Wait"
    tier = Enrolment.objects.get(partner=cast.alpenglow).tier
    Enrolment.objects.filter(partner=cast.baltic).update(tier=tier)
    let_pass(2)
    go_on()
    run = JourneyRun.objects.get()
    assert (run.state, run.why) == (RunState.LEFT, "The rule for leaving holds")
    assert not JourneyNotice.objects.exists()
    assert let_in() == 0


def test_the_sweep_lets_out_who_need_not_wait_and_who_became_another_partner(cast, sink):
    gold = factories.make_segment("Gold", rule=GOLD)
    version = journey_story.begin(cast, exit_segment=gold)
    add(version, cast, "wait", "Wait", days=300)
    publish(version, cast)
    merged = factories.make_partner("Old Cloud", programme=cast.programme)
    let_in()
    Partner.objects.filter(pk=merged.pk).update(merged_into=cast.baltic)
    assert journey_entries.let_out() == 1
    assert JourneyRun.objects.get(partner=merged).why == "It turned out to be another partner"


def test_a_partner_enters_again_where_that_is_wanted_and_gets_no_announcement_twice(cast, sink):
    version = journey_story.begin(cast, again_after_days=30)
    add(version, cast, "announcement", "Hello", announcement=journey_story.by_journey(cast))
    publish(version, cast)
    let_in()
    go_on()
    assert let_in() == 0
    JourneyRun.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert let_in() == 2
    go_on()
    assert JourneyRun.objects.filter(nth=2, state=RunState.FINISHED).count() == 2
    assert len(sink.recipients) == 3


def test_paused_nobody_enters_or_goes_on_and_ended_everybody_has_left(cast, under_way):
    journeys.pause_journey(under_way, by=cast.maria)
    factories.make_partner("Corvus", programme=cast.programme)
    assert [let_in(), go_on()] == [0, 0]
    journeys.resume_journey(under_way, by=cast.maria)
    assert let_in() == 1
    assert journeys.end_journey(under_way, by=cast.maria, reason="Done with it") == 3
    assert set(JourneyRun.objects.values_list("state", "why")) == {(RunState.LEFT, "The journey ended: Done with it")}
    with pytest.raises(Refused, match="is ended, so it cannot become"):
        journeys.resume_journey(under_way, by=cast.maria)


# --- Holding out, and what it does ---------------------------------------------------------------------------------------


def test_who_is_held_out_goes_through_nothing_and_the_effect_compares(cast, sink):
    for n in range(60):
        factories.make_partner(f"Partner {n:02}", programme=cast.programme)
    objective = planning_story.objective(cast)
    version = journey_story.begin(cast, holdout_percent=50, objective=objective)
    add(version, cast, "notify", "Tell", text="Call them")
    journey = publish(version, cast)
    assert let_in() == 62
    held_out = set(JourneyRun.objects.filter(state=RunState.HELD_OUT).values_list("partner", flat=True))
    assert 15 < len(held_out) < 47
    go_on()
    assert not JourneyNotice.objects.filter(partner__in=held_out).exists()
    assert let_in() == 0

    went = list(Partner.objects.exclude(pk__in=held_out))
    for n, partner in enumerate(went[:20]):
        planning_story.certify(cast, partner, on=planning_story.in_days(n % 2))  # half of them on the day they entered
    for partner, days in zip(Partner.objects.filter(pk__in=held_out), (-200, -2), strict=False):
        planning_story.certify(cast, partner, on=planning_story.in_days(days))  # before it was drawn
    effect = effect_of_journey(journey, cast.maria)
    assert (effect.went, effect.held_out) == (Rate(20, 62 - len(held_out)), Rate(0, len(held_out)))
    assert effect.chance < 0.01
    assert 0 < effect.interval[0] < 20 / len(went) < effect.interval[1] < 1
    [comparison] = effect_of(objective).comparisons
    assert comparison.held_out == effect.held_out, "also one who did it in the objective's period, but before it was drawn"
    assert comparison.written_to == Rate(10, len(went)), "those of tomorrow are not counted yet"


def test_the_interval_of_a_difference_is_newcombes():
    """His own example: 56 of 70 and 48 of 80."""
    low, high = difference_between(Rate(56, 70), Rate(48, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize("purpose", ["onboarding", "policy", "crisis"])
def test_nobody_is_held_out_of_what_everybody_has_to_hear(cast, purpose):
    with pytest.raises(Invalid, match="Nobody is held out"):
        journey_story.begin(cast, purpose=purpose, holdout_percent=10)
    assert not Journey.objects.exists()
    version = journey_story.begin(cast, name="Later", holdout_percent=10)
    with pytest.raises(Invalid, match="Set that to 0 first"):
        journeys.change_journey(version.journey, by=cast.maria, purpose=purpose)
    version.journey.refresh_from_db()
    assert version.journey.purpose == "enablement"


# --- Versions ------------------------------------------------------------------------------------------------------------


def test_a_published_version_is_frozen_also_in_the_database(cast, under_way):
    version = under_way.versions.get()
    step = version.steps.first()
    with pytest.raises(Refused, match="is published and stays as it is"):
        journey_steps.change_step(step, by=cast.maria, name="Another")
    for write in (
        lambda: version.steps.update(name="Another"),
        lambda: step.delete(),
        lambda: JourneyVersion.objects.filter(pk=version.pk).update(holdout_percent=50),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    version.segment.rule = GOLD
    version.segment.save()
    factories.make_partner("Corvus", programme=cast.programme)
    assert let_in() == 1  # by the copy that was published


def test_those_under_way_stay_on_their_version_or_are_moved_as_the_preview_said(cast, under_way):
    go_on()
    second = journeys.begin_version(under_way, by=cast.maria)
    with pytest.raises(Refused, match="is a draft already"):
        journeys.begin_version(under_way, by=cast.maria)
    wait, branch = (second.steps.get(name=name) for name in ("Let them read", "Gold?"))
    journey_steps.remove_step(wait, by=cast.maria)
    [move] = plan_of_moves(under_way, second)
    assert (move.step.name, move.to.name, move.partners, move.is_same) == ("Let them read", "Gold?", 2, False)

    publish(second, cast)
    assert where(cast.baltic) == "Let them read"
    assert journeys.move_to_published(under_way, by=cast.maria) == 2
    assert where(cast.baltic) == "Gold?"
    go_on()
    assert JourneyNotice.objects.get().partner == cast.baltic
    [way] = ways_of(under_way, cast.baltic)
    assert [one.outcome for one in way.passes] == ["done", "moved", "no", "done"]
    with pytest.raises(Refused, match="on version 2 already"):
        journeys.move_to_published(under_way, by=cast.maria)


def test_a_wait_that_became_shorter_counts_from_when_they_came(cast, under_way):
    go_on()
    second = journeys.begin_version(under_way, by=cast.maria)
    journey_steps.change_step(second.steps.get(name="Let them read"), by=cast.maria, days=1)
    published = journeys.publish_version(second, by=cast.maria, under_way="move")
    assert published.moved == 2
    since, due_at = JourneyRun.objects.values_list("since", "due_at").first()
    assert due_at - since == timedelta(days=1)
