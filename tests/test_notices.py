"""Mails that are no deliveries: whatever they are about, a mail program knows the way out for the address that it is, and they are
in one language."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32, default
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from activity.languages import words_for
from activity.notice_names import NoticeName
from collaboration.actions.meeting_mails import send_meeting_mails
from collaboration.models import Invitee, Meeting, MeetingMail
from collaboration.rendering.meeting_mails import meeting_mail
from communications.models import (
    Conversation,
    ConversationMessage,
    Crisis,
    CrisisCall,
    Digest,
    Discussion,
    DiscussionMail,
    OpinionSurvey,
    Reminder,
    Topic,
)
from communications.opinions.languages import Told
from communications.rendering.conversations import conversation_mail, mail_to_manager
from communications.rendering.crisis_mails import call_mail
from communications.rendering.digests import digest_mail
from communications.rendering.discussions import News, discussion_mail
from communications.rendering.notices import mailbox, notice
from communications.rendering.opinions import opinion_mail
from communications.rendering.reading_reminders import reading_mail
from communications.rendering.reminders import reminder_mail
from enablement.models import NewsMail
from enablement.rendering.news_mails import Words, news_mail
from partners.models import Contact
from tests.meeting_story import invited

pytestmark = pytest.mark.django_db
HOST = f"https://{'partners-of-the-whole-world-' * 2}portal.long-name-of-a-vendor.example"
ID = UUID("01890000-0000-7000-8000-000000000001")


def of_a_meeting(cast) -> bytes:
    at = datetime(2026, 12, 10, 9, tzinfo=UTC)
    meeting = Meeting(
        pk=1, public_id=ID, programme=cast.programme, title="Supplier meeting", starts_at=at, ends_at=at, time_zone="Europe/Prague"
    )
    invitee = Invitee(pk=1, meeting=meeting, contact=cast.nora, address=cast.nora.email)
    return meeting_mail(MeetingMail(pk=1, invitee=invitee, kind="invitation"), "Meetings")


def of_a_digest(cast) -> bytes:
    return digest_mail(Digest(pk=1), cast.nora, cast.programme, cast.nora.email, (), ZoneInfo("UTC"))


def of_a_survey(cast) -> bytes:
    ask = SimpleNamespace(pk=1, contact=cast.nora, survey=OpinionSurvey(public_id=ID, programme=cast.programme))
    return opinion_mail(ask, Told("en", "What you think", "", "", {}), NoticeName("opinion", 1))


def of_a_discussion(cast) -> bytes:
    news = [News(Discussion(public_id=ID, title="Prices"), [("Ben", "Hello")])]
    return discussion_mail(DiscussionMail(pk=1, posts=1, address=cast.nora.email), cast.nora, cast.programme, news)


def of_what_is_to_be_confirmed(cast) -> bytes:
    reminder = Reminder(pk=1, address=cast.nora.email)
    return reminder_mail(reminder, cast.nora, cast.programme, Topic(name="Reminders"), [])


def of_a_colleague(cast) -> bytes:
    row = SimpleNamespace(pk=1, contact=cast.nora, address=cast.nora.email, by=cast.ben)
    item = SimpleNamespace(announcement=SimpleNamespace(public_id=ID), title="Prices", language="en")
    return reading_mail(row, item, cast.programme)


def of_the_library(cast) -> bytes:
    mail = NewsMail(pk=1, kind="idea", address=cast.nora.email)
    return news_mail(mail, cast.nora, cast.programme, [], Words("New ideas", "You follow them.", "Ideas"))


def _talk(cast) -> ConversationMessage:
    talk = Conversation(pk=1, public_id=ID, contact=cast.nora, partner=cast.nora.partner, manager=cast.maria, subject="x" * 120)
    return ConversationMessage(pk=1, conversation=talk, text="Hello", by=cast.maria)


def of_a_conversation(cast) -> bytes:
    return conversation_mail(_talk(cast), cast.programme, NoticeName("talk", 1))


def of_a_manager(cast) -> bytes:
    return mail_to_manager(_talk(cast), cast.programme, NoticeName("talk", 1))


def of_a_crisis(cast) -> bytes:
    crisis = Crisis(public_id=ID, title="Fire", programme=cast.programme)
    return call_mail(CrisisCall(pk=1, crisis=crisis, user=cast.maria))


WITH_WAY_OUT = (
    of_a_meeting, of_a_digest, of_a_survey, of_a_discussion, of_what_is_to_be_confirmed, of_a_colleague, of_the_library,
)  # fmt: skip
WITHOUT = (of_a_conversation, of_a_manager, of_a_crisis)


@pytest.mark.parametrize("written", [*WITH_WAY_OUT, *WITHOUT])
def test_the_way_out_of_every_mail_is_an_address(cast, settings, written):
    settings.SITE_URL = HOST
    cast.programme.sender_email = f"news@{'mail.' * 12}{HOST.partition('//')[2]}"
    mail = message_from_bytes(written(cast), policy=compat32)
    assert not [name for name, value in mail.items() if "=?" in value and name != "Subject"]
    assert all(len(line) <= 998 for line in bytes(mail).splitlines())
    if written in WITH_WAY_OUT:
        assert mail["List-Unsubscribe"].strip().startswith(f"<{HOST}/")
        assert mail["List-Unsubscribe"].endswith(">")


def test_what_is_no_long_word_is_written_as_ever(cast):
    mail = notice(
        NoticeName("digest", 1), cast.programme, subject="Überblick " * 20, to=mailbox("Nörä, Berg", "n@x.example"), text="ä" * 300,
        html="<p>ä</p>", way_out="https://x.example/1",
    ).as_bytes()  # fmt: skip
    assert all(len(line) <= 78 for line in mail.splitlines())
    assert b"List-Unsubscribe: <https://x.example/1>\r\n" in mail
    assert b"Subject: =?utf-8?" in mail


@pytest.mark.parametrize(
    ("language", "lang", "day"), [("fr", "en", "Thursday 10 December 2026"), ("de-at", "de", "Donnerstag 10 Dezember 2026")]
)
def test_words_dates_and_language_are_one(cast, language, lang, day):
    """There are no French words, so there are no French dates either."""
    with words_for(language):
        html = message_from_bytes(of_a_meeting(cast), policy=default).get_body(("html",)).get_content()
    assert f'<html lang="{lang}">' in html
    assert day in html


def test_a_reader_of_french_is_invited_in_one_language(cast, sink):
    Contact.objects.filter(pk=cast.nora.pk).update(language="fr")
    meeting = invited(cast)
    send_meeting_mails()
    html = sink.to(cast.nora.email).get_body(("html",)).get_content()
    assert '<html lang="en">' in html
    assert f"{meeting.starts_at.astimezone(meeting.zone):%A %-d %B}" in html
