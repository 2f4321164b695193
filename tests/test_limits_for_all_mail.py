"""What limits sending holds back every mail, not only announcements: digests, reminders, conversations and meetings wait, too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from collaboration.actions.meeting_mails import send_meeting_mails
from collaboration.models import MeetingMail
from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.conversations import open_conversation, write_message
from communications.actions.digests import send_due_digests
from communications.actions.reminders import send_reminders
from communications.models import SERVER, Attention, AttentionPolicy, Digest, Reminder, SendingGrant, SendingLimit, SendingPause
from context.actions.facts import record_fact
from context.models import DataPoint
from tests.announcement_story import draft, send
from tests.meeting_story import invited

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """One mail an hour, and it has just gone."""
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    SendingGrant.objects.create(place=SERVER, at=timezone.now(), mails=1)


def an_hour_later() -> None:
    SendingGrant.objects.all().delete()


def test_a_conversation_waits_for_its_turn(cast, sink, full):
    talk = open_conversation(cast.nora, subject="Price list", text="When does it come?")
    write_message(talk, text="In May.", by=cast.maria)
    assert (mail_waiting_messages(), sink.recipients) == (0, [])
    assert not any(row.taken for row in Attention.objects.all()), "nothing reached her, and nothing was taken of her day"
    an_hour_later()
    assert (mail_waiting_messages(), sink.recipients) == (1, ["nora@alpenglow.example"])


def test_a_reminder_waits_for_its_turn(cast, sink, full):
    DataPoint.objects.create(key="staff", label="Staff", type="number", stale_after_days=365)
    observed = timezone.now() - timedelta(days=400)
    record_fact(cast.alpenglow, "staff", 12, source="call", method="interview", observed_at=observed)
    assert (send_reminders(), sink.recipients, Reminder.objects.count()) == (0, [], 0)
    an_hour_later()
    assert send_reminders() == 1


def test_digests_leave_one_by_one(cast, sink):
    AttentionPolicy.objects.update(per_week=1)
    send(draft(cast, "Aurora 3 is here"), cast)
    send(draft(cast, "Prices change"), cast)
    Attention.objects.all().delete()
    Digest.objects.update(due_at=timezone.now())
    sink.mails.clear()
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    assert (send_due_digests(), len(sink.mails)) == (1, 1)
    waiting = Digest.objects.filter(state="waiting")
    assert [row.due_at > timezone.now() for row in waiting] == [True, True]
    assert sum(len(row.taken) for row in Attention.objects.all()) == 1
    waiting.update(due_at=timezone.now())
    an_hour_later()
    assert send_due_digests() == 1


def test_an_invitation_waits_for_its_turn_and_nobody_is_forgotten(cast, sink, full):
    invited(cast)
    send_meeting_mails()
    assert (sink.recipients, MeetingMail.objects.filter(state="queued", due_at__gt=timezone.now()).count()) == ([], 3)
    SendingLimit.objects.all().delete()
    MeetingMail.objects.update(due_at=timezone.now())
    send_meeting_mails()
    assert len(set(sink.recipients)) == 3


def test_a_server_that_asks_us_to_wait_is_left_alone_whoever_asked(cast, sink):
    sink.on_recipient = lambda _address: "421 4.7.0 Too busy"
    invited(cast)
    send_meeting_mails()
    assert SendingPause.objects.filter(until__gt=timezone.now(), place=SERVER).exists()
    sink.on_recipient = None
    MeetingMail.objects.update(due_at=timezone.now())
    send_meeting_mails()
    assert sink.recipients == []
