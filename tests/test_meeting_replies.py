"""Answers that calendars send by mail: each person's own are kept, and nobody answers for somebody else."""

import io
import sys

import pytest
from django.core.management import call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid, NotAllowed, Refused
from collaboration.actions import replies
from collaboration.actions.meetings import cancel_meeting
from collaboration.actions.replies import fetch_replies, take_reply
from collaboration.models import Invitee
from collaboration.reading.replies import NoReplyError, read_reply
from collaboration.reply_address import invitee_behind, reply_address
from partnerhub import env
from tests.mailboxes import PASSWORD, USER, MailboxServer
from tests.meeting_story import ADDRESS, invited, reply, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(cast, settings):
    settings.MEETINGS_ADDRESS = ADDRESS
    return invited(cast)


@pytest.fixture
def nora(cast, meeting) -> Invitee:
    return seat(meeting, cast.nora)


def answers() -> set[str]:
    return set(Invitee.objects.values_list("answer", flat=True))


@pytest.mark.parametrize(
    ("partstat", "answer"), [("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no"), ("accepted", "yes")]
)
def test_what_a_calendar_says_is_kept(meeting, nora, partstat, answer):
    take_reply(reply(meeting, nora, partstat, comment="See you\\, all\\nof you"))
    nora.refresh_from_db()
    assert (nora.answer, nora.answered_how, nora.comment) == (answer, "mail", "See you, all of you")


@pytest.mark.parametrize(
    "forged",
    [
        {"sender": "mallory@evil.example"},
        {"attendee": "sven@baltic.example"},
        {"sender": "sven@baltic.example", "attendee": "sven@baltic.example"},
        {"uid": "meeting.somebody-elses@hub.example"},
        {"to": ADDRESS},
        {"to": "meetings+1-0123456789abcdef0123@hub.example"},
    ],
)
def test_a_strangers_answer_or_one_to_anothers_invitation_changes_nothing(meeting, nora, forged):
    with pytest.raises(NotAllowed):
        take_reply(reply(meeting, nora, **forged))
    assert answers() == {""}


def test_svens_answer_sent_to_noras_address_is_refused(cast, meeting, nora):
    sven = seat(meeting, cast.sven)
    with pytest.raises(NotAllowed, match="somebody else's invitation"):
        take_reply(reply(meeting, sven, to=reply_address(nora.pk)))
    assert answers() == {""}


def test_an_older_answer_that_comes_later_changes_nothing(meeting, nora):
    take_reply(reply(meeting, nora, "DECLINED", stamp="20240202T100000Z"))
    with pytest.raises(Refused, match="later answer"):
        take_reply(reply(meeting, nora, "ACCEPTED", stamp="20240101T100000Z"))
    nora.refresh_from_db()
    assert nora.answer == "no"


def test_after_it_was_called_off_there_is_nothing_to_answer(cast, meeting, nora):
    cancel_meeting(meeting, by=cast.maria)
    with pytest.raises(Refused, match="called off"):
        take_reply(reply(meeting, nora))
    assert answers() == {""}


@pytest.mark.parametrize("changes", [{"method": "REQUEST"}, {"attendee": "x\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:y"}])
def test_what_is_no_answer_says_so(meeting, nora, changes):
    with pytest.raises(Invalid, match="no answer to an invitation"):
        take_reply(reply(meeting, nora, **changes))
    assert answers() == {""}


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: b"Content-Type: text/calendar\r\n\r\n" + text.encode()))
def test_whatever_comes_is_an_answer_or_none(content):
    with pytest.raises(NoReplyError):
        read_reply(content)


@given(st.integers(1, 10**12), st.text("0123456789abcdef", min_size=20, max_size=20))
def test_an_address_cannot_be_made_up(number, key):
    with override_settings(MEETINGS_ADDRESS=ADDRESS):
        assert invitee_behind(reply_address(number)) == number
        assert invitee_behind(f"meetings+{number}-{key}@hub.example") is None


def test_by_the_pipe_of_a_mail_server(meeting, nora, capsys, monkeypatch):
    def pipe(content: bytes, *recipients: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        call_command("receive_meeting_reply", *recipients)

    pipe(reply(meeting, nora), reply_address(nora.pk))
    assert "Nora Berg: yes" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        pipe(reply(meeting, nora, "DECLINED", sender="mallory@evil.example"))
    assert end.value.code == 77
    assert "somebody else's invitation" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        pipe(b"Subject: lunch\r\n\r\nToday?")
    assert end.value.code == 65


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_from_the_mailbox_each_once(cast, meeting, nora, settings, protocol):
    with MailboxServer(protocol.removesuffix("3")) as server:
        settings.MEETINGS_MAILBOX = env.MailboxToRead(protocol, False, "127.0.0.1", server.port, USER, PASSWORD, "INBOX")
        forged = reply(meeting, seat(meeting, cast.ben), "DECLINED", sender="mallory@evil.example")
        server.heap.put(reply(meeting, nora), forged)
        assert fetch_replies() == 1
        assert fetch_replies() == 0
        nora.refresh_from_db()
        assert nora.answer == "yes"
        assert seat(meeting, cast.ben).answer == ""
        if protocol == "imap":
            assert [mail.flags for mail in server.heap.mails.values()] == [{"\\Seen"}]


def test_one_mail_that_trips_us_does_not_keep_the_others(cast, meeting, nora, settings, monkeypatch):
    ben = seat(meeting, cast.ben)
    take = replies.take_reply

    def trip(content, *more):
        return 1 / 0 if b"DECLINED" in content else take(content, *more)

    monkeypatch.setattr(replies, "take_reply", trip)
    with MailboxServer("imap") as server:
        settings.MEETINGS_MAILBOX = env.MailboxToRead("imap", False, "127.0.0.1", server.port, USER, PASSWORD, "INBOX")
        server.heap.put(reply(meeting, ben, "DECLINED"), reply(meeting, nora))
        assert fetch_replies() == 1
        assert [mail.flags for mail in server.heap.mails.values()] == [{"\\Seen"}]
    nora.refresh_from_db()
    assert nora.answer == "yes"
    assert seat(meeting, cast.ben).answer == ""
