"""Who has not acknowledged in time is called by somebody, rung by rung; then updates, the all-clear, and drills."""

from datetime import timedelta

import pytest
from django.db import transaction

from activity.models import Activity, Task
from activity.refusals import Invalid, Refused
from communications.actions import crisis_ladder
from communications.actions.crises import clear_crisis, update_crisis
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.actions.crisis_calls import send_calls, take_call
from communications.actions.crisis_ladder import climb_ladders
from communications.models import (
    Announcement,
    Crisis,
    CrisisAlarm,
    CrisisCall,
    CrisisMessage,
    CrisisPerson,
    CrisisProtocol,
    Delivery,
    DeliveryState,
)
from communications.queries.crisis_notices import crisis_notices
from communications.queries.crisis_report import records_of, report_of
from partners.models import Enrolment
from tests import crisis_story as story
from tests import factories
from tests.announcement_story import work_off

pytestmark = pytest.mark.django_db


# --- The ladder ----------------------------------------------------------------------------------------------------------


def test_each_rung_is_climbed_once_and_only_when_it_is_needed(cast, sink):
    Enrolment.objects.update(manager=cast.maria)
    boss = factories.make_contact(cast.baltic, "Boss", "boss@baltic.example", functions=("executive",))
    segment = factories.make_segment("Not Boss", contact_rule={"all": [{"field": "contact.name", "op": "ne", "value": "Boss"}]})
    crisis = story.start(cast, story.ready(cast, segment=segment))
    work_off()
    acknowledge_crisis(crisis, contact=cast.nora, how="portal")
    assert climb_ladders() == 0
    assert not crisis.alarms.exclude(decided_at=None).exists()

    story.let_pass(crisis, 31)
    assert story.climb() == 4
    assert story.climb() == 0
    found = {alarm.number: (alarm.missing, alarm.asked, alarm.reached) for alarm in crisis.alarms.all()}
    assert found == {1: (2, 3, 2), 2: (1, 2, 1), 3: (1, 2, 1), 4: (3, 4, 2)}  # Boss was called by the second, and is silent
    assert len(story.mails_to(sink, "sven@baltic.example")) == 2
    assert len(story.mails_to(sink, "nora@alpenglow.example")) == 1
    assert len(story.mails_to(sink, "boss@baltic.example")) == 1
    assert story.person(crisis, boss).called_by.alarm.number == 2
    assert "Baltic Cloud" in Task.objects.get(title__startswith="Call").detail
    assert CrisisCall.objects.filter(user=cast.arthur).count() == 2  # at the start, and by the last rung
    assert send_calls() == 5
    assert send_calls() == 0
    assert len(story.mails_to(sink, "maria@vendor.example")) == 3


@pytest.mark.slow
def test_a_rung_that_is_not_needed_alarms_nobody(cast, sink):
    crisis = story.start(cast, story.ready(cast, rungs=[story.SILENT_AGAIN]))
    work_off()
    for contact in (cast.nora, cast.ben, cast.sven):
        acknowledge_crisis(crisis, contact=contact, how="portal")
    story.let_pass(crisis, 11)
    assert climb_ladders() == 0
    alarm = crisis.alarms.get()
    assert alarm.decided_at
    assert alarm.is_raised is False
    assert alarm.missing == 0
    assert crisis.messages.count() == 1


def test_a_worker_killed_in_the_middle_has_done_nothing_and_the_next_does_all(cast, monkeypatch):
    crisis = story.start(cast, story.ready(cast, rungs=[story.SILENT_AGAIN, story.ALARM_LEAD]))
    story.let_pass(crisis, 31)

    def killed(*_about, **_fields):
        raise SystemExit

    monkeypatch.setattr(crisis_ladder, "record_activity", killed)
    with pytest.raises(SystemExit):
        transaction.atomic(climb_ladders)()
    monkeypatch.undo()
    assert crisis.messages.count() == 1
    assert not crisis.alarms.exclude(decided_at=None).exists()
    assert story.climb() == 2
    assert crisis.messages.count() == 2


# --- Updates, all clear, drills ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_update_and_the_all_clear_reach_who_was_called_and_end_it(cast, sink):
    crisis = story.start(cast)
    work_off()
    with pytest.raises(Invalid, match="next update"):
        update_crisis(crisis, by=cast.maria, words={"en": story.words("Half", next_update="")})
    assert crisis.messages.count() == 1
    message = update_crisis(crisis, by=cast.arthur, words={"en": story.words("Still going on")})
    work_off()
    assert message.announcement.author == cast.arthur
    assert "Still going on" in story.mails_to(sink, "ben@alpenglow.example")[1]["Subject"]
    story.let_pass(crisis, 31)
    climb_ladders()  # its message waits when the all-clear comes
    clear_crisis(crisis, by=cast.maria)
    work_off()
    assert story.mails_to(sink, "ben@alpenglow.example")[-1]["Subject"] == "It is over"
    assert {row.announcement.state for row in CrisisMessage.objects.exclude(says__in=("update", "all_clear", "alarm"))} == {
        "cancelled"
    }
    assert not Task.objects.open().exists()
    assert not crisis_notices(cast.nora)
    CrisisAlarm.objects.filter(crisis=crisis).update(decided_at=None)
    assert climb_ladders() == 0
    with pytest.raises(Refused, match="is over"):
        update_crisis(crisis, by=cast.maria, words={"en": story.words()})
    with pytest.raises(Refused, match="is over"):
        clear_crisis(crisis, by=cast.maria)


@pytest.mark.slow
def test_an_alarm_that_waits_does_not_go_out_after_the_all_clear(cast, sink):
    crisis = story.start(cast)
    alarm = crisis.messages.get().announcement
    clear_crisis(crisis, by=cast.maria)
    work_off()
    alarm.refresh_from_db()
    assert alarm.state == "cancelled"
    assert len(story.mails_to(sink, "ben@alpenglow.example")) == 1
    assert not Delivery.objects.filter(announcement=alarm, state=DeliveryState.DELIVERED).exists()


@pytest.mark.slow
def test_drills_are_counted_apart_and_called_so_everywhere(cast, sink):
    drill = story.start(cast, is_drill=True)
    story.start(cast, CrisisProtocol.objects.get())
    send_calls()
    assert story.mails_to(sink, "arthur@vendor.example")[0]["Subject"].startswith("[DRILL]")
    acknowledge_crisis(drill, contact=cast.nora, how="portal")
    story.let_pass(drill, 31)
    story.climb()
    assert all(task.title.startswith("[DRILL]") for task in Task.objects.all())
    real, drills = records_of(Crisis.objects.all())
    assert (real.count, drills.count) == (1, 1)
    assert real.medians[0][1] is None
    assert Announcement.objects.real().count() == 1
    said = Activity.objects.get(verb="crisis.started", subject_id=drill.pk)
    assert said.sentence.startswith("Drill")
    assert said.data["drill"] is True


@pytest.mark.slow
def test_the_report_tells_of_each_organisation_when_the_first_and_the_last_had_acknowledged(cast):
    crisis = story.start(cast)
    work_off()
    for contact, minutes in ((cast.nora, 4), (cast.ben, 9)):
        acknowledge_crisis(crisis, contact=contact, how="manager", by=cast.maria)
        CrisisPerson.objects.filter(contact=contact).update(acknowledged_at=crisis.started_at + timedelta(minutes=minutes))
    lines = {line.name: line for line in report_of(crisis, cast.maria).board.organisations}
    alpenglow, baltic = lines["Alpenglow GmbH"], lines["Baltic Cloud OÜ"]
    assert (alpenglow.first_at - crisis.started_at, alpenglow.all_at - crisis.started_at) == (
        timedelta(minutes=4), timedelta(minutes=9),
    )  # fmt: skip
    assert (baltic.first_at, baltic.all_at) == (None, None)
    whole = report_of(crisis, cast.maria).board.people
    assert (whole.first_at - crisis.started_at, whole.all_at) == (timedelta(minutes=4), None)


def test_the_report_says_when_so_many_had_acknowledged(cast):
    crisis = story.start(cast)
    work_off()
    acknowledge_crisis(crisis, contact=cast.nora, how="manager", by=cast.maria)
    take_call(crisis, by=cast.maria)
    CrisisPerson.objects.filter(contact=cast.nora).update(acknowledged_at=crisis.started_at)
    report = report_of(crisis, cast.maria)
    assert [(one.percent, one.needed, one.after is not None) for one in report.people] == [
        (25, 1, True), (50, 2, False), (75, 3, False), (90, 3, False), (100, 3, False),
    ]  # fmt: skip
    assert report.organisations[1].after.total_seconds() == 0
    assert report.how == (("manager", 1),)
    assert "Maria Lund is on it" in [event.what for event in report.timeline]
