"""Nora writes to the manager responsible for Alpenglow, and both answer: in the portal, in the admin, by mail."""

import io
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed
from communications.actions.bounce_mailbox import fetch_bounces
from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.conversations import hand_on_conversation, open_conversation, write_message
from communications.actions.mail_replies import take_reply
from communications.actions.questions import ask_question
from communications.actions.suppressions import suppress_address
from communications.models import AnswerPolicy, Attention, AttentionPolicy, Conversation, ConversationMessage
from communications.promises import Promise
from communications.replies import is_automatic
from communications.reply_address import reply_address
from partnerhub import env
from partners.actions.handovers import do_due_handovers, plan_handover
from partners.models import Enrolment, LeaveCover
from tests import factories
from tests.api import integrator
from tests.mailboxes import PASSWORD, USER, MailboxServer

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = Promise(8, time(9), time(17))


@pytest.fixture
def paul(cast):
    """The manager of Alpenglow, and of nobody else."""
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=paul)
    return paul


@pytest.fixture
def talk(cast, paul) -> Conversation:
    return open_conversation(cast.nora, subject="Price list", text="When does it come?")


@pytest.fixture
def by_mail(settings):
    settings.REPLY_ADDRESS = "reply@mail.example"


def mail_of(sender: str, conversation: Conversation, text: str = "Thank you.\n\n> quoted secret\n", **headers) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, reply_address(conversation.pk, conversation.contact_id)
    mail["Subject"], mail["Message-ID"] = "Re: Price list", "<1@alpenglow.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


# Who it goes to, and until when an answer is promised.


def test_it_goes_to_the_responsible_manager_with_a_promise(cast, talk, paul):
    assert (talk.manager, talk.waiting_since is not None, talk.promised_by > talk.waiting_since) == (paul, True, True)
    first = talk.promised_by
    write_message(talk, text="And in which currency?")
    assert talk.promised_by == first
    write_message(talk, text="In May, in euros.", by=paul)
    assert (talk.waiting_since, talk.promised_by) == (None, None)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2026, 5, 4, 10, tzinfo=BERLIN), datetime(2026, 5, 5, 10, tzinfo=BERLIN)),
        (datetime(2026, 5, 4, 7, tzinfo=BERLIN), datetime(2026, 5, 4, 17, tzinfo=BERLIN)),
        (datetime(2026, 5, 8, 16, tzinfo=BERLIN), datetime(2026, 5, 11, 16, tzinfo=BERLIN)),
        (datetime(2026, 5, 9, 12, tzinfo=BERLIN), datetime(2026, 5, 11, 17, tzinfo=BERLIN)),
        (datetime(2026, 3, 27, 16, tzinfo=BERLIN), datetime(2026, 3, 30, 16, tzinfo=BERLIN)),  # clocks went forward on Sunday
    ],
)
def test_business_hours_are_counted_from_monday_to_friday(asked, due):
    assert NINE_TO_FIVE.kept_by(asked.astimezone(UTC), BERLIN) == due
    assert Promise(8).kept_by(asked, BERLIN) == asked + timedelta(hours=8)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.integers(1, 200))
def test_a_promise_is_kept_in_business_hours_and_an_hour_more_is_never_sooner(asked, hours):
    due = Promise(hours, time(9), time(17)).kept_by(asked, BERLIN)
    there = due.astimezone(BERLIN)
    assert due >= asked + timedelta(hours=hours)
    assert there.weekday() < 5
    assert time(9) < there.time() <= time(17)
    assert Promise(hours + 1, time(9), time(17)).kept_by(asked, BERLIN) > due


def test_a_question_on_an_announcement_has_the_same_promise(cast, paul):
    AnswerPolicy.objects.update(hours=5, counts=AnswerPolicy.Counts.CLOCK)
    announcement = factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.arthur)
    question = ask_question(announcement, contact=cast.nora, text="Is there a trial?")
    assert question.promised_by == question.asked_at + timedelta(hours=5)


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
def test_nothing_and_too_much_are_refused(cast, talk, text):
    before = (ConversationMessage.objects.count(), Activity.objects.count(), talk.last_at)
    with pytest.raises(Invalid):
        write_message(talk, text=text)
    with pytest.raises(Invalid):
        open_conversation(cast.nora, subject="Hi", text=text)
    assert (ConversationMessage.objects.count(), Activity.objects.count(), Conversation.objects.get().last_at) == before


# In the portal and in the admin.


def test_nora_writes_paul_answers_and_nobody_else_reads_it(cast, paul, client):
    client.force_login(cast.nora.user)
    page = client.post("/conversations/", {"subject": "Price list", "text": "When does it come?"}, follow=True).content.decode()
    assert "Answer promised by" in page
    talk = Conversation.objects.get()
    address = f"/conversations/{talk.public_id}/"

    client.force_login(paul)
    assert "1 conversation waits for your answer" in client.get("/admin/").content.decode()
    assert "Price list" in client.get("/admin/communications/conversation/?state=mine").content.decode()
    own = f"/admin/communications/conversation/{talk.public_id}/"
    assert "is promised an answer by" in client.get(own).content.decode()
    answered = client.post(own, {"text": "In May."}, follow=True).content.decode()
    assert "Nobody waits for an answer." in answered
    assert "waits for your answer" not in client.get("/admin/").content.decode()

    client.force_login(cast.nora.user)
    assert "Paul Roth wrote to you" in client.get("/").content.decode()
    assert "In May." in client.get(address).content.decode()
    assert "Paul Roth wrote to you" not in client.get("/").content.decode()

    for stranger in (cast.ben.user, cast.sven.user):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "Me, too"}).status_code == 404
        assert "Price list" not in client.get("/conversations/").content.decode()
    assert talk.messages.count() == 2


def test_a_page_that_is_refused_keeps_what_was_written(cast, talk, client):
    client.force_login(cast.nora.user)
    refused = client.post("/conversations/", {"subject": "", "text": "Long thoughts"})
    assert refused.status_code == 422
    assert "Long thoughts</textarea>" in refused.content.decode()
    assert client.post(f"/conversations/{talk.public_id}/", {"text": "  "}).status_code == 422
    assert talk.messages.count() == 1


def test_pages_take_few_queries(cast, talk, paul, client, django_assert_max_num_queries):
    for number in range(5):
        write_message(talk, text=f"Message {number}")
        open_conversation(cast.nora, subject=f"Matter {number}", text="Hello")
    client.force_login(cast.nora.user)
    for path in ("/conversations/", f"/conversations/{talk.public_id}/"):
        with django_assert_max_num_queries(12):
            client.get(path)
    client.force_login(paul)
    for path in ("", f"{talk.public_id}/", f"begin/{cast.nora.public_id}/"):
        with django_assert_max_num_queries(12):
            assert client.get(f"/admin/communications/conversation/{path}").status_code == 200


def test_a_manager_writes_first_and_only_to_people_they_see(cast, paul, client):
    client.force_login(paul)
    begin = "/admin/communications/conversation/begin/{}/"
    assert client.get(begin.format(cast.sven.public_id)).status_code == 404
    client.post(begin.format(cast.nora.public_id), {"subject": "Welcome", "text": "Let us talk."})
    talk = Conversation.objects.get()
    assert (talk.manager, talk.waiting_since, talk.messages.get().by) == (paul, None, paul)


def test_a_conversation_is_handed_on_and_goes_along_with_the_portfolio(cast, talk, paul):
    with pytest.raises(NotAllowed, match="does not see this partner"):
        hand_on_conversation(talk, factories.make_user("ida@vendor.example", roles=("Partner manager",)), by=paul)
    assert Conversation.objects.get().manager == paul
    hand_on_conversation(talk, cast.maria, by=paul)
    assert talk.manager == cast.maria
    hand_on_conversation(talk, paul, by=cast.maria)

    plan_handover(paul, cast.maria, on_day=date.today(), by=cast.maria)
    do_due_handovers()
    assert Conversation.objects.get().manager == cast.maria


def test_who_covers_a_leave_is_told(cast, talk, paul, client):
    lea = factories.make_user("lea@vendor.example", roles=("Partner manager",))
    client.force_login(lea)
    assert "waits for your answer" not in client.get("/admin/").content.decode()
    LeaveCover.objects.create(manager=paul, cover=lea, starts_on=timezone.localdate(), ends_on=timezone.localdate())
    assert "1 conversation waits for your answer" in client.get("/admin/").content.decode()


# By mail.


def test_what_paul_writes_comes_by_mail_and_is_answered_by_mail(cast, talk, paul, sink, by_mail):
    write_message(talk, text="In May.", by=paul)
    assert (mail_waiting_messages(), mail_waiting_messages()) == (1, 0)
    mail = sink.to("nora@alpenglow.example")
    assert mail["Reply-To"] == reply_address(talk.pk, cast.nora.pk)
    assert mail["From"].startswith('"Paul Roth, ')

    quoted = "".join(f"> {line}\n" for line in mail.get_body(("plain",)).get_content().splitlines())
    answer = mail_of("Nora Berg <NORA@alpenglow.example>", talk, f"Thank you.\n\nOn 4 May 2026 at 10:11 Paul wrote:\n{quoted}")
    message = take_reply(bytes(answer))
    assert (message.text, message.via, message.is_managers) == ("Thank you.", "mail", False)
    assert take_reply(bytes(answer)) == message
    assert talk.messages.count() == 3
    talk.refresh_from_db()
    assert talk.waiting_since is not None


def test_without_a_reply_address_the_mail_leads_to_the_portal_only(cast, talk, paul, sink, settings):
    settings.REPLY_ADDRESS = ""
    write_message(talk, text="In May.", by=paul)
    mail_waiting_messages()
    mail = sink.to("nora@alpenglow.example")
    assert "Answer this mail" not in mail.get_body(("plain",)).get_content()
    assert f"/conversations/{talk.public_id}/" in mail.get_body(("plain",)).get_content()


def test_a_mail_waits_for_room_and_none_goes_to_a_suppressed_address(cast, talk, paul, sink):
    write_message(talk, text="In May.", by=paul)
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="nora@alpenglow.example", taken=[timezone.now()])
    assert (mail_waiting_messages(), sink.recipients) == (0, [])
    Attention.objects.all().delete()
    suppress_address("nora@alpenglow.example", source="by_hand", reason="asked for it")
    assert (mail_waiting_messages(), sink.recipients) == (0, [])
    assert talk.messages.get(is_managers=True).mail == "none"


@pytest.mark.parametrize(
    "sender",
    ["mallory@evil.example", "ben@alpenglow.example", "nora@alpenglow.example@evil.example", "", "a@b, nora@alpenglow.example"],
)
def test_another_sender_is_refused_and_nothing_is_kept(cast, talk, by_mail, sender):
    with pytest.raises(NotAllowed, match="on record for them"):
        take_reply(bytes(mail_of(sender or "nobody", talk)))
    assert talk.messages.count() == 1


def test_a_forged_address_and_one_of_another_conversation_are_refused(cast, talk, by_mail):
    svens = open_conversation(cast.sven, subject="Mine", text="Hello")
    right = reply_address(talk.pk, cast.nora.pk)
    seal = right.partition("-")[2]
    for address in (
        right.replace(seal[:4], "0000"),
        right.replace(f"+c{talk.pk}-", f"+c{svens.pk}-"),
        "reply@mail.example",
        "reply+x@mail.example",
    ):
        mail = mail_of("nora@alpenglow.example", talk)
        mail.replace_header("To", address)
        with pytest.raises(NotAllowed, match="takes no mail"):
            take_reply(bytes(mail))
    assert ConversationMessage.objects.count() == 2


def test_capitals_that_a_server_made_do_no_harm(cast, talk, by_mail):
    mail = mail_of("nora@alpenglow.example", talk)
    assert take_reply(bytes(mail), [reply_address(talk.pk, cast.nora.pk).upper()]).text == "Thank you."


def test_who_has_left_is_refused(cast, talk, by_mail):
    cast.nora.left_on = date(2026, 1, 1)
    cast.nora.save()
    with pytest.raises(NotAllowed):
        take_reply(bytes(mail_of("nora@alpenglow.example", talk)))


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<a.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
    ],
)
def test_what_a_machine_wrote_is_no_message_and_no_refusal(cast, talk, by_mail, headers):
    assert take_reply(bytes(mail_of("nora@alpenglow.example", talk, "I am away.", **headers))) is None
    assert talk.messages.count() == 1


def test_out_of_office_is_known_by_its_subject_and_a_person_is_not(cast, talk, by_mail):
    mail = mail_of("nora@alpenglow.example", talk)
    assert not is_automatic(mail)
    mail["X-Auto-Response-Suppress"] = "DR, RN, NRN"
    assert not is_automatic(mail)
    mail.replace_header("Subject", "Automatische Antwort: Price list")
    assert is_automatic(mail)


def test_a_mail_without_words_is_refused_and_files_are_named(cast, talk, by_mail):
    with pytest.raises(Invalid, match="nothing in it but what it quotes"):
        take_reply(bytes(mail_of("nora@alpenglow.example", talk, "> all quoted\n")))
    mail = mail_of("nora@alpenglow.example", talk)
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")
    assert take_reply(bytes(mail)).text == "Thank you.\n\nNot kept: plan.pdf"


def test_the_pipe_tells_a_mail_server_what_it_may_say(cast, talk, by_mail, monkeypatch):
    def receive(mail: EmailMessage) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(bytes(mail))))
        said = io.StringIO()
        call_command("receive_reply", stdout=said, stderr=io.StringIO())
        return said.getvalue()

    assert receive(mail_of("nora@alpenglow.example", talk)) == f"conversation {talk.pk}\n"
    assert "left alone" in receive(mail_of("nora@alpenglow.example", talk, Precedence="bulk"))
    with pytest.raises(SystemExit) as refused:
        receive(mail_of("mallory@evil.example", talk))
    assert refused.value.code == 77


def test_answers_are_fetched_from_the_mailbox_of_what_comes_back(cast, talk, by_mail, settings):
    with MailboxServer("imap") as server:
        settings.BOUNCE_MAILBOX = env.MailboxToRead("imap", False, "127.0.0.1", server.port, USER, PASSWORD, "INBOX")
        server.heap.put(bytes(mail_of("nora@alpenglow.example", talk)), bytes(mail_of("mallory@evil.example", talk)))
        assert (fetch_bounces(), fetch_bounces()) == (2, 0)
        assert [mail.flags for mail in server.heap.mails.values()] == [{"\\Seen"}]
    assert talk.messages.latest("pk").text == "Thank you."
    assert talk.messages.count() == 2


@pytest.mark.slow
def test_twenty_megabytes_of_quotation_are_one_short_message(cast, talk, by_mail):
    mail = mail_of(
        "nora@alpenglow.example", talk, "Thank you.\n\nPaul wrote:\n" + "> all that was ever said between us\n" * 570_000
    )
    assert take_reply(bytes(mail)).text == "Thank you."


# For integrators.


def test_integrators_read_begin_and_answer(cast, talk, paul):
    api = integrator(paul)
    row = api.get("conversations/", is_answered="false").json()["results"][0]
    assert (row["id"], row["manager"], [each["text"] for each in row["messages"]]) == (
        str(talk.public_id), "paul@vendor.example", ["When does it come?"],
    )  # fmt: skip
    answered = api.post(f"conversations/{talk.public_id}/answer/", {"text": "In May."})
    assert (answered.status_code, answered.json()["promised_by"]) == (201, None)
    body = {"contact": str(cast.ben.public_id), "subject": "Hello", "text": "Welcome."}
    assert api.post("conversations/", body).status_code == 201
    assert api.post("conversations/", {**body, "contact": str(cast.sven.public_id)}).status_code == 422
    assert Conversation.objects.count() == 2
