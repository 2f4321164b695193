"""Nora answers the mails that she was sent: from what a mail server took from us, by a mailbox, to the pages of both sides."""

import io
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.core.management import call_command
from django.urls import reverse

from communications.actions.bounce_mailbox import fetch_bounces
from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.conversations import open_conversation, write_message
from communications.actions.mail_replies import take_reply
from communications.channels.bounce_mailbox import READ_AT_MOST
from communications.models import Conversation, ConversationMessage, Question, Suppression
from communications.reply_address import announcement_reply_address
from partnerhub import env
from partners.models import Enrolment
from tests import factories
from tests.announcement_story import draft, send
from tests.bounce_story import returned_from
from tests.mailboxes import PASSWORD, USER, MailboxServer
from tests.test_returned_mails import NORA, state_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the plan"
MALLORY = "mallory@evil.example"


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.REPLY_ADDRESS, settings.BOUNCE_ADDRESS = "reply@mail.example", "bounces@mail.example"


@pytest.fixture
def paul(cast):
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=paul)
    return paul


@pytest.fixture(params=["imap", pytest.param("pop3", marks=pytest.mark.slow)])
def mailbox(request, settings):
    with MailboxServer(request.param) as server:
        settings.BOUNCE_MAILBOX = env.MailboxToRead(request.param, False, "127.0.0.1", server.port, USER, PASSWORD, "INBOX")
        yield server.heap


@pytest.fixture
def talk(cast, paul, sink) -> Conversation:
    """Nora asked, Paul has answered, and his mail is there."""
    talk = open_conversation(cast.nora, subject="Price list", text="When does it come?")
    write_message(talk, text="In May.", by=paul)
    assert mail_waiting_messages() == 1
    return talk


def answer(
    told: EmailMessage, text: str, *, sender: str = f"Nora Berg <{NORA}>", number: int = 1, times: int = 1, **headers
) -> bytes:
    """As a mail program answers: to where it is asked for, with what it is about, and below the words all that was there."""
    quoted = "".join(f"> {line}\n" for line in told.get_body(("plain",)).get_content().splitlines()) * times
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, told["Reply-To"], f"Re: {told['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = f"<{number}@alpenglow.example>", told["Message-ID"]
    mail["References"] = " ".join(filter(None, [told["References"], told["Message-ID"]]))
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\nOn 4 May 2026 at 10:11 {told['From']} wrote:\n{quoted}")
    return bytes(mail)


def of_a_machine(told: EmailMessage, number: int) -> bytes:
    return answer(told, "I am away until Monday.", number=number, Auto_Submitted="auto-replied")


def test_a_conversation_is_answered_and_both_sides_read_it(cast, talk, paul, sink, mailbox, client):
    told = sink.to(NORA)
    forged = told["Reply-To"].replace(told["Reply-To"].partition("-")[2][:4], "0000")
    mailbox.put(
        answer(told, "Thank you, Paul."),
        answer(told, "Thank you, Paul."),
        answer(told, "Buy this.", sender=MALLORY, number=2),
        of_a_machine(told, 3),
        answer(told, "Made up.", number=4).replace(told["Reply-To"].encode(), forged.encode()),
    )
    fetch_bounces()
    said = talk.messages.order_by("pk").values_list("text", flat=True)
    assert list(said) == ["When does it come?", "In May.", "Thank you, Paul."]
    for user, page in ((cast.nora.user, "communications:conversation"), (paul, "admin:communications_conversation_page")):
        client.force_login(user)
        shown = client.get(reverse(page, args=[talk.public_id])).content.decode()
        assert "Thank you, Paul." in shown
        assert not [words for words in ("Buy this.", "I am away", "Made up.", "wrote:") if words in shown]


def test_what_is_refused_stays_for_a_person_where_there_are_marks(cast, talk, sink, mailbox):
    told = sink.to(NORA)
    mailbox.put(answer(told, "Buy this.", sender=MALLORY), answer(told, "Thank you.", number=2))
    assert (fetch_bounces(), fetch_bounces()) == (2, 0)
    assert [mail.flags for mail in mailbox.mails.values()] in ([{"\\Seen"}], [])
    assert talk.messages.latest("pk").text == "Thank you."


@pytest.mark.slow
def test_twenty_megabytes_of_quotation_are_one_short_message(cast, talk, sink, mailbox):
    long = answer(sink.to(NORA), "Thank you.", times=100_000)
    assert len(long) > 10 * READ_AT_MOST
    mailbox.put(long)
    assert fetch_bounces() == 1
    assert talk.messages.latest("pk").text == "Thank you.\n\n(The mail goes on.)"


@pytest.mark.slow
def test_of_a_mail_that_goes_on_no_half_of_a_file_is_kept(cast, talk, sink, mailbox, media):
    """A file of two megabytes is more than is read, by POP in lines far shorter than that."""
    mail = message_from_bytes(answer(sink.to(NORA), "Here is the plan."), policy=default)
    mail.add_attachment(PDF + bytes(READ_AT_MOST), maintype="application", subtype="pdf", filename="plan.pdf")
    mailbox.put(bytes(mail))
    assert fetch_bounces() == 1
    message = talk.messages.latest("pk")
    assert message.text == "Here is the plan.\n\nNot kept: plan.pdf\n\n(The mail goes on.)"
    assert not message.files.exists()


def test_an_announcement_is_answered_by_a_question(cast, paul, sink, mailbox, client):
    announcement = send(draft(cast), cast)
    told = sink.to(NORA)
    assert told["Reply-To"] == announcement_reply_address(announcement.pk, cast.nora.pk)
    assert "Or answer this mail" in told.get_body(("plain",)).get_content()
    assert "Or answer this mail" in told.get_body(("html",)).get_content()
    mailbox.put(
        answer(told, "Is there a trial?"),
        answer(told, "Is there a trial?"),
        answer(told, "Buy this.", sender=MALLORY, number=2),
        answer(told, "As somebody else.", sender="ben@alpenglow.example", number=3),
        of_a_machine(told, 4),
        answer(told, "", number=5),
    )
    fetch_bounces()
    question = Question.objects.get()
    assert (question.text, question.contact, question.assigned_to) == ("Is there a trial?", cast.nora, paul)
    client.force_login(paul)
    page = reverse("admin:communications_question_page", args=[question.public_id])
    assert "Is there a trial?" in client.get(page).content.decode()
    client.post(page, {"text": "Thirty days."})
    client.force_login(cast.nora.user)
    shown = client.get(reverse("communications:announcement", args=[announcement.public_id])).content.decode()
    assert "Is there a trial?" in shown
    assert "Thirty days." in shown

    mailbox.put(answer(told, "And after that?", number=6))
    fetch_bounces()
    assert set(Question.objects.values_list("text", flat=True)) == {"Is there a trial?", "And after that?"}


def test_the_pipe_says_what_became_of_it(cast, paul, sink, monkeypatch):
    send(draft(cast), cast)

    def receive(mail: bytes) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
        said = io.StringIO()
        call_command("receive_reply", stdout=said, stderr=io.StringIO())
        return said.getvalue()

    told = sink.to(NORA)
    assert receive(answer(told, "Is there a trial?")) == f"question {Question.objects.get().pk}\n"
    assert "left alone" in receive(of_a_machine(told, 2))
    with pytest.raises(SystemExit) as refused:
        receive(answer(told, "Buy this.", sender=MALLORY, number=3))
    assert refused.value.code == 77


@pytest.mark.parametrize("changes", [{"seal": "0" * 24}, {"announcement": 1}, {"contact": 1}])
def test_an_address_of_an_announcement_cannot_be_made_up(cast, paul, sink, changes):
    send(draft(cast), cast)
    told = sink.to(NORA)
    local, _at, domain = told["Reply-To"].partition("@")
    announcement, contact, seal = local.partition("+a")[2].split("-")
    parts = {"announcement": int(announcement), "contact": int(contact), "seal": seal}
    parts |= {name: parts[name] + by if name != "seal" else by for name, by in changes.items()}
    made_up = f"reply+a{parts['announcement']}-{parts['contact']}-{parts['seal']}@{domain}"
    mail = answer(told, "Made up.").replace(told["Reply-To"].encode(), made_up.encode())
    with pytest.raises(Exception, match="takes no mail"):
        take_reply(mail)
    assert not Question.objects.exists()


def test_an_announcement_that_comes_back_is_no_question(cast, sink, mailbox):
    """By the address of its envelope, and from a server that reports to where answers are asked for."""
    announcement = send(draft(cast), cast)
    [to_us] = {sender for recipient, sender in sink.senders if recipient == NORA}
    report = returned_from(cast.nora, announcement)
    mailbox.put(b"Delivered-To: " + to_us.encode() + b"\n" + report)
    fetch_bounces()
    assert (state_of(cast.nora)[0], Suppression.objects.get().address) == ("failed", NORA)
    ben = sink.to("ben@alpenglow.example")
    mailbox.put(b"Delivered-To: " + ben["Reply-To"].encode() + b"\n" + returned_from(cast.ben, announcement))
    fetch_bounces()
    assert state_of(cast.ben)[0] == "failed"
    assert not Question.objects.exists()
    assert not ConversationMessage.objects.exists()


def test_without_a_reply_address_an_announcement_is_answered_to_the_programme(cast, sink, settings):
    settings.REPLY_ADDRESS = ""
    send(draft(cast), cast)
    told = sink.to(NORA)
    assert told["Reply-To"] in (None, cast.programme.reply_to)
    assert "Or answer this mail" not in told.get_body(("plain",)).get_content()
