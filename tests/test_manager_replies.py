"""Paul is mailed what Nora writes, answers that mail, and keeps the files that came with hers; a promise knows his holidays."""

from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import NotAllowed
from communications.actions.conversation_mails import mail_waiting_messages
from communications.actions.conversations import open_conversation, write_message
from communications.actions.holidays import save_holiday
from communications.actions.mail_replies import take_reply
from communications.models import AnswerPolicy, Conversation, ConversationFile, ConversationMessage, Holiday
from communications.promises import Promise
from communications.reply_address import managers_reply_address, reply_address
from partners.models import Enrolment
from tests import factories

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
PDF = b"%PDF-1.7 the plan"


@pytest.fixture
def paul(cast, settings, media):
    settings.REPLY_ADDRESS = "reply@mail.example"
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=paul)
    return paul


@pytest.fixture
def talk(cast, paul) -> Conversation:
    return open_conversation(cast.nora, subject="Price list", text="When does it come?")


def mail_of(sender: str, address: str, text: str = "In May.\n\n> quoted\n") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, address, "Re: Price list", "<1@vendor.example>"
    mail.set_content(text)
    return mail


def test_a_manager_is_mailed_what_a_partner_wrote_and_answers_that_mail(cast, talk, paul, sink):
    assert (mail_waiting_messages(), mail_waiting_messages()) == (1, 0)
    told = sink.to("paul@vendor.example")
    assert told["Reply-To"] == managers_reply_address(talk.pk, paul.pk)
    assert told["From"].startswith('"Nora Berg, Alpenglow GmbH"')
    text = told.get_body(("plain",)).get_content()
    assert "When does it come?" in text
    answer = mail_of("Paul Roth <PAUL@vendor.example>", told["Reply-To"])
    message = take_reply(bytes(answer))
    assert (message.text, message.is_managers, message.by, message.via) == ("In May.", True, paul, "mail")
    assert take_reply(bytes(answer)) == message
    talk.refresh_from_db()
    assert (talk.waiting_since, talk.promised_by) == (None, None)
    assert mail_waiting_messages() == 1
    assert "In May." in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "sender", ["mallory@evil.example", "nora@alpenglow.example", "maria@vendor.example", "a@b, paul@vendor.example"]
)
def test_another_sender_does_not_write_as_the_manager(cast, talk, paul, sender):
    with pytest.raises(NotAllowed):
        take_reply(bytes(mail_of(sender, managers_reply_address(talk.pk, paul.pk))))
    assert talk.messages.count() == 1


def test_neither_side_writes_with_the_address_of_the_other(cast, talk, paul):
    for sender, address in (
        ("paul@vendor.example", reply_address(talk.pk, cast.nora.pk)),
        ("paul@vendor.example", reply_address(talk.pk, cast.nora.pk).replace("+c", "+m")),
        ("nora@alpenglow.example", managers_reply_address(talk.pk, paul.pk).replace("+m", "+c")),
        ("paul@vendor.example", managers_reply_address(talk.pk + 1, paul.pk).replace(f"+m{talk.pk + 1}-", f"+m{talk.pk}-")),
    ):
        with pytest.raises(NotAllowed):
            take_reply(bytes(mail_of(sender, address)))
    assert talk.messages.count() == 1


def test_who_lost_the_partner_or_the_role_answers_no_more(cast, talk, paul):
    address = managers_reply_address(talk.pk, paul.pk)
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    with pytest.raises(NotAllowed, match="any more"):
        take_reply(bytes(mail_of("paul@vendor.example", address)))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=paul)
    paul.is_active = False
    paul.save()
    with pytest.raises(NotAllowed):
        take_reply(bytes(mail_of("paul@vendor.example", address)))
    assert talk.messages.count() == 1


def test_nobody_is_mailed_where_it_is_answered_already_or_not_wanted(cast, talk, paul, sink):
    write_message(talk, text="In May.", by=paul)
    mail_waiting_messages()
    assert sink.recipients == ["nora@alpenglow.example"]
    AnswerPolicy.objects.update_or_create(pk=1, defaults={"mails_managers": False})
    write_message(talk, text="And the date?")
    assert ConversationMessage.objects.latest("pk").mail == "none"


def test_files_that_come_with_a_mail_are_kept_for_both_sides_and_nobody_else(cast, talk, paul, client, sink):
    mail = mail_of("nora@alpenglow.example", reply_address(talk.pk, cast.nora.pk), "See the plan.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="../plan of ours.pdf")
    mail.add_attachment(b"<svg onload=alert(1)>", maintype="image", subtype="png", filename="logo.png")
    mail.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="tool.exe")
    message = take_reply(bytes(mail))
    assert message.text == "See the plan.\n\nNot kept: logo.png, tool.exe"
    row = ConversationFile.objects.get()
    assert (row.content_type, row.size, row.name) == ("application/pdf", len(PDF), "plan-of-ours.pdf")
    portal, admin = (
        reverse(f"{name}conversation_file", args=[row.public_id]) for name in ("communications:", "admin:communications_")
    )
    for user, address, status in (
        (cast.nora.user, portal, 200), (cast.ben.user, portal, 404), (cast.sven.user, portal, 404), (paul, admin, 200)
    ):  # fmt: skip
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == status
        if status == 200:
            assert (b"".join(answer.streaming_content), answer["Content-Disposition"][:10]) == (PDF, "attachment")
    mail_waiting_messages()
    assert row.name in sink.mails[-1][1].get_body(("plain",)).get_content()


def test_of_a_mail_that_was_cut_no_file_is_kept(cast, talk, paul):
    mail = mail_of("nora@alpenglow.example", reply_address(talk.pk, cast.nora.pk), "See the plan.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="plan.pdf")
    assert take_reply(bytes(mail), is_cut=True).text == "See the plan.\n\nNot kept: plan.pdf\n\n(The mail goes on.)"
    assert not ConversationFile.objects.exists()


def test_files_alone_are_a_message_and_eleven_are_ten(cast, talk, paul):
    mail = mail_of("nora@alpenglow.example", reply_address(talk.pk, cast.nora.pk), "> quoted\n")
    for nth in range(11):
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"plan{nth}.pdf")
    assert take_reply(bytes(mail)).text == "Not kept: plan10.pdf"
    assert ConversationFile.objects.count() == 10


# Holidays.


def test_a_promise_leaves_out_the_holidays_of_one_country(cast, paul):
    friday = datetime(2026, 4, 30, 14, tzinfo=UTC)  # a Thursday; 1 May is a holiday in Germany
    save_holiday(Holiday(), by=cast.maria, country="DE", day=date(2026, 5, 1), name="Labour day")
    policy = AnswerPolicy(hours=8, counts="business", opens=time(9), closes=time(17))
    assert policy.promise.kept_by(friday, BERLIN) == datetime(2026, 5, 1, 14, tzinfo=UTC)
    policy.holidays_of = "DE"
    assert policy.promise.kept_by(friday, BERLIN) == datetime(2026, 5, 4, 14, tzinfo=UTC)
    policy.holidays_of = "FR"
    assert policy.promise.kept_by(friday, BERLIN) == datetime(2026, 5, 1, 14, tzinfo=UTC)


@given(
    asked=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - an instant is made of it below
    hours=st.integers(1, 60),
    off=st.sets(st.dates(date(2026, 1, 1), date(2027, 3, 1)), max_size=30),
)
def test_an_answer_is_never_due_on_a_day_off_and_days_off_never_make_it_sooner(asked, hours, off):
    moment = asked.replace(tzinfo=UTC)
    usual = Promise(hours, time(9), time(17)).kept_by(moment, BERLIN)
    due = Promise(hours, time(9), time(17), lambda since: frozenset(day for day in off if day >= since)).kept_by(moment, BERLIN)
    assert due >= usual
    assert due.astimezone(BERLIN).date() not in off


def test_the_country_is_written_in_capitals(cast, client):
    client.force_login(cast.maria)
    AnswerPolicy.objects.get_or_create(pk=1)
    values = {"hours": 8, "counts": "business", "opens": "09:00", "closes": "17:00", "holidays_of": "de", "mails_managers": "on"}
    assert client.post(reverse("admin:communications_answerpolicy_change", args=[1]), values).status_code == 302
    assert AnswerPolicy.objects.get().holidays_of == "DE"
    assert timezone.now() < AnswerPolicy.objects.get().promise.kept_by(timezone.now(), BERLIN)
