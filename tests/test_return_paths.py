"""Whatever PartnerHub mails to a person can come back, and is known for what it is: talk, meetings, invitations, sign-in codes."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import models
from django.urls import reverse
from django.utils import timezone

from activity.models import SentMail
from activity.notice_kinds import NoticeKind, notice_kinds
from activity.notice_names import NoticeName, read_notice_name
from collaboration.actions.meeting_mails import send_meeting_mails
from collaboration.models import MeetingMail
from communications.actions.bounces import take_bounce
from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.conversations import open_conversation, write_message
from communications.actions.crisis_calls import send_calls
from communications.actions.discussion_mails import mail_followers
from communications.actions.discussions import write_post
from communications.actions.opinion_mails import mail_opinion_surveys
from communications.actions.trials import send_test
from communications.models import ConversationMessage, CrisisCall, Follow, OpinionAsk, ReturnedMail, Suppression
from enablement.models import NewsMail
from partners.actions.erasures import erase_everywhere
from partners.actions.invitations import invite_contact
from partners.actions.summaries import send_due_summaries
from partners.models import Enrolment
from partners.personal_data import person_of
from tests import crisis_story, factories, meeting_story, talk_story
from tests.announcement_story import draft
from tests.test_bounces import standard

pytestmark = pytest.mark.django_db
FULL = {"status": "5.2.2", "said": "552 5.2.2 Mailbox full"}
NORA, MARIA = "nora@alpenglow.example", "maria@vendor.example"


@pytest.fixture(autouse=True)
def _returns(settings):
    settings.BOUNCE_ADDRESS = "bounces@mail.example"
    settings.MAIL_SOFT_BOUNCES = 4


def return_path(sink, address: str, kind: str) -> str:
    """The envelope's sender of the one mail of this kind; its Message-ID is that of the same name."""
    [sender] = [sender for to, sender in sink.senders if to == address and f"+{kind}." in sender]
    name = read_notice_name(sender)
    if kind != "trial":
        assert name in [read_notice_name(mail["Message-ID"]) for to, mail in sink.mails if to == address]
    return sender


def come_back(sender: str, address: str, **report):
    return take_bounce(standard(recipient=address, **(report or FULL)), [sender])[1]


def talk(cast):
    conversation = open_conversation(cast.nora, subject="Price list", text="When does it come?")
    write_message(conversation, text="In May.", by=cast.maria)
    mail_waiting_messages()


def test_what_a_manager_answers(cast, sink):
    talk(cast)
    come_back(return_path(sink, NORA, "conversation"), NORA)
    message = ConversationMessage.objects.get(is_managers=True)
    assert (message.mail, message.mail_reason) == ("failed", "came back: 552 5.2.2 Mailbox full")
    assert (ReturnedMail.objects.get().address, ReturnedMail.objects.get().kind) == (NORA, "soft")


def test_a_manager_whose_mail_comes_back_is_not_given_up(cast, sink):
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    open_conversation(cast.nora, subject="Price list", text="When does it come?")
    mail_waiting_messages()
    come_back(return_path(sink, MARIA, "answer"), MARIA, status="5.1.1", said="550 5.1.1 User unknown")
    assert ConversationMessage.objects.get().mail == "failed"
    assert ReturnedMail.objects.get().kind == "hard"
    assert not Suppression.objects.exists()


def test_what_is_new_in_a_discussion(cast, sink):
    told = talk_story.tell(cast)
    write_post(told.discussion, text="Three, rather.", contact=cast.sven)
    Follow.objects.update(told_at=timezone.now() - timedelta(days=1))
    type(told.answer).objects.update(at=timezone.now() - timedelta(minutes=10))
    mail_followers()
    come_back(return_path(sink, NORA, "discussion"), NORA, status="5.1.1", said="550 5.1.1 User unknown")
    assert Suppression.objects.get().address == NORA


def test_both_mails_of_a_survey_count(cast, sink):
    talk_story.opened(cast, is_anonymous=False)
    mail_opinion_surveys()
    OpinionAsk.objects.filter(contact=cast.nora).update(mail="waiting")
    mail_opinion_surveys()
    senders = [sender for to, sender in sink.senders if to == NORA]
    assert len(set(senders)) == 2
    for sender in senders:
        come_back(sender, NORA)
    assert ReturnedMail.objects.filter(address=NORA, kind="soft").count() == 2
    assert OpinionAsk.objects.get(contact=cast.nora).mail == "failed"


def test_an_invitation_to_a_meeting(cast, sink):
    meeting_story.invited(cast)
    send_meeting_mails()
    come_back(return_path(sink, NORA, "meeting"), NORA)
    assert MeetingMail.objects.get(invitee__contact=cast.nora).state == "failed"
    assert MeetingMail.objects.filter(state="delivered").count() == 2


def test_who_is_called_in_a_crisis_and_cannot_be_reached_stands_there(cast, sink):
    crisis_story.start(cast)
    send_calls()
    call = CrisisCall.objects.select_related("user").filter(state="delivered").first()
    come_back(return_path(sink, call.user.email, "crisis"), call.user.email)
    call.refresh_from_db()
    assert (call.state, call.reason) == ("failed", "came back: 552 5.2.2 Mailbox full")


def test_a_draft_that_is_tried_is_about_nobody_elses_delivery(cast, sink):
    send_test(draft(cast), by=cast.maria, contact=cast.nora)
    assert str(come_back(return_path(sink, MARIA, "trial"), MARIA)).startswith("trial.")


def test_an_invitation_to_the_portal(cast, sink):
    ida = factories.make_contact(cast.alpenglow, "Ida Kurz", "ida@alpenglow.example")
    invite_contact(ida, by=cast.maria)
    assert sink.to("ida@alpenglow.example")["From"].addresses[0].addr_spec == "partners@vendor.example"
    come_back(return_path(sink, ida.email, "invitation"), ida.email, status="5.1.1", said="550 5.1.1 User unknown")
    assert Suppression.objects.get().address == "ida@alpenglow.example"


def test_a_code_to_sign_in_with(cast, sink, client):
    client.post(reverse("account_request_login_code"), {"email": NORA})
    come_back(return_path(sink, NORA, "signin"), NORA)
    assert ReturnedMail.objects.get().address == NORA
    assert SentMail.objects.get().state == "failed"


def test_a_managers_summary(cast, sink):
    open_conversation(cast.nora, subject="Price list", text="When does it come?")
    send_due_summaries(timezone.now().replace(hour=9))
    for address in {to for to, _mail in sink.mails}:
        assert return_path(sink, address, "summary")


def sent(kind: NoticeKind, cast, *, days_ago: float) -> NoticeName:
    """A row of this kind that went to Nora so long ago, with as little about it as its table asks for."""
    at = timezone.now() - timedelta(days=days_ago)
    if kind.rows().model is SentMail:
        return NoticeName(kind.key, SentMail.objects.create(kind=kind.key, address=NORA, state="sent", at=at).pk)
    row = NewsMail.objects.create(kind=kind.key, contact=cast.nora, address=NORA, state="sent", at=at)
    return NoticeName(kind.key, row.pk)


SIMPLE = [key for key, kind in notice_kinds().items() if kind.rows().model in (SentMail, NewsMail) and kind.is_to_partners]


def test_there_are_such_mails_of_every_app():
    assert {"conversation", "opinion", "invitation", "colleague", "signin", "idea", "room", "certificate"} == set(SIMPLE)
    assert set(notice_kinds()) - set(SIMPLE) == {
        "digest", "reminder", "reading", "discussion", "meeting", "crisis", "trial", "summary", "answer",
    }  # fmt: skip


@pytest.mark.parametrize("key", SIMPLE)
def test_they_count_in_one_row_with_all_others(cast, key):
    kind = notice_kinds()[key]
    for days_ago in (12, 11, 10):
        come_back(f"bounces+{sent(kind, cast, days_ago=days_ago)}@mail.example", NORA)
    assert not Suppression.objects.exists()
    come_back(f"bounces+{sent(kind, cast, days_ago=9)}@mail.example", NORA)
    assert (Suppression.objects.get().address, Suppression.objects.get().source) == (NORA, "soft")


@pytest.mark.parametrize("key", SIMPLE)
def test_one_that_arrives_ends_the_row(cast, key):
    kind = notice_kinds()[key]
    for days_ago in (14, 13, 12):
        come_back(f"bounces+{sent(kind, cast, days_ago=days_ago)}@mail.example", NORA)
    sent(kind, cast, days_ago=11)
    come_back(f"bounces+{sent(kind, cast, days_ago=10)}@mail.example", NORA)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("kind", notice_kinds().values(), ids=lambda kind: kind.key)
def test_every_kind_names_fields_and_states_that_are_there(kind):
    assert NoticeName(kind.key, 7) == read_notice_name(str(NoticeName(kind.key, 7)))
    assert isinstance(kind.rows().model._meta.get_field(kind.sent_at), models.DateTimeField)
    known = dict(kind.rows().model._meta.get_field(kind.state).choices)
    assert {kind.taken, kind.sending, kind.failed, *kind.in_doubt} <= set(known)
    assert str(kind.arrived(NORA).query)


def test_a_server_that_does_not_take_it_leaves_no_mail_that_arrived(cast, settings, client):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with pytest.raises(OSError, match="refused"):
        client.post(reverse("account_request_login_code"), {"email": NORA})
    assert not SentMail.objects.filter(state="sent").exists()


def test_whom_it_went_to_is_forgotten_with_them(cast, sink):
    talk(cast)
    assert SentMail.objects.filter(address=NORA).exists()
    erase_everywhere(person_of(cast.nora))
    assert not SentMail.objects.filter(address=NORA).exists()


def test_without_a_return_address_it_comes_back_to_its_sender(cast, sink, settings):
    settings.BOUNCE_ADDRESS = ""
    ida = factories.make_contact(cast.alpenglow, "Ida Kurz", "ida@alpenglow.example")
    invite_contact(ida, by=cast.maria)
    assert sink.senders == [("ida@alpenglow.example", "partners@vendor.example")]
    assert configured.BOUNCE_ADDRESS == ""
    name = sink.to(ida.email)["Message-ID"].encode()
    report = standard(recipient=ida.email, **FULL).replace(b"<0199.nora@vendor.example>", name)
    assert take_bounce(report)[1] is not None


def test_a_provider_that_tells_of_an_unsubscription_stops_what_has_a_topic():
    assert {key for key, kind in notice_kinds().items() if kind.stop} == {
        "digest", "reminder", "reading", "discussion", "opinion", "meeting", "idea", "room", "certificate",
    }  # fmt: skip
