"""Mails that no standard foresees: bounces without a word, bounces that quote more than they say, mails without an end."""

import io
from base64 import b64encode

import pytest
from django.core.management import call_command
from django.urls import reverse

from activity.refusals import Invalid
from collaboration.reading.replies import NoReplyError, read_reply
from communications.actions.bounce_mailbox import fetch_bounces
from communications.actions.mail_replies import take_reply
from communications.bounces import addressed_to, read_bounce
from communications.models import Delivery, Suppression
from communications.replies.reading import reply_in_file
from context.actions.mail_notes import note_mail
from partnerhub import env
from tests.bounce_story import mailed, returned_from
from tests.mailboxes import PASSWORD, USER, MailboxServer
from tests.test_bounces import plain, standard

DEEP_PARTS = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))
DEEP_MAILS = b"Content-Type: message/rfc822\n\n" * 2000
DEEP = [DEEP_PARTS, DEEP_MAILS]


def to_nora(sent, cast) -> Delivery:
    return Delivery.objects.get(announcement=sent, contact=cast.nora, channel="email")


def returned(message_id: str, *quoted: str, said: str = "550 5.1.1 User unknown") -> bytes:
    text = "\n".join(["Your message could not be delivered.", said, "", "The headers of your message:", "", *quoted])
    return plain(text.replace("MESSAGE_ID", message_id), subject="Undeliverable: News")


def id_of(sent, contact) -> str:
    return f"<{sent.public_id}.{contact.public_id}@vendor.example>"


QUOTED = ["Message-ID: MESSAGE_ID", "From: News <news@partners.vendor.example>", "References: <before@vendor.example>",
          " <and-before@vendor.example>"]  # fmt: skip


def test_the_id_of_a_quoted_mail_is_no_recipient():
    bounce = read_bounce(returned("<0199.nora@vendor.example>", *QUOTED, "To: Nora <nora@alpenglow.example>"))
    assert (bounce.severity, bounce.recipients) == ("hard", ("nora@alpenglow.example",))
    assert read_bounce(returned("<0199.nora@vendor.example>", *QUOTED)).recipients == ()
    indented = [f"> {line}" for line in [*QUOTED, "To: nora@alpenglow.example"]]
    assert read_bounce(returned("<0199.nora@vendor.example>", *indented)).recipients == ("nora@alpenglow.example",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "quoted",
    [
        ["Message-ID: MESSAGE_ID", "To: Nora <nora@alpenglow.example>"],
        ["Message-ID: MESSAGE_ID"],
        ["Message-ID: MESSAGE_ID", "", "Questions? Write to helpdesk@alpenglow.example"],
    ],
)
def test_such_a_bounce_is_about_the_mail_whose_id_it_quotes(cast, quoted, monkeypatch):
    sent = mailed(cast)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(returned(id_of(sent, cast.nora), *quoted))))
    said = io.StringIO()
    call_command("receive_bounce", stdout=said)
    assert said.getvalue() == f"hard 5.1.1: announcement {sent.pk}, contact {cast.nora.pk}\n"
    assert to_nora(sent, cast).state == "failed"
    assert list(Suppression.objects.values_list("address", flat=True)) == ["nora@alpenglow.example"]


@pytest.mark.django_db
def test_who_is_named_as_unknown_elsewhere_is_believed_before_the_id(cast, monkeypatch):
    """It was taken for Nora and forwarded in vain."""
    sent = mailed(cast)
    mail = returned(id_of(sent, cast.nora), "Message-ID: MESSAGE_ID", said="<old@elsewhere.example>: 550 5.1.1 User unknown")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
    call_command("receive_bounce", stdout=io.StringIO())
    assert to_nora(sent, cast).state == "delivered"


@pytest.mark.parametrize(
    "mail",
    [
        plain("", subject="Undeliverable: News"),
        plain("Sorry.\n\nTo: nora@alpenglow.example\n", subject="Undeliverable: News"),
        standard(status="", said="").replace(b"Action: failed\nStatus: \n", b""),
    ],
)
def test_who_gives_no_reason_is_not_believed_for_good(mail):
    assert read_bounce(mail).severity == "soft"


@pytest.mark.parametrize("mail", DEEP)
def test_a_mail_without_an_end_is_no_bounce(mail, tmp_path, capsys):
    assert read_bounce(b"From: mailer-daemon@mx.example\nSubject: Undeliverable\n" + mail).severity == "not a bounce"
    assert addressed_to(mail) == []
    (tmp_path / "deep.eml").write_bytes(mail)
    (tmp_path / "one.eml").write_bytes(standard())
    call_command("classify_bounces", str(tmp_path))
    assert capsys.readouterr().out == "deep.eml: not a bounce\none.eml: hard 5.1.1 nora@alpenglow.example\n"


@pytest.mark.django_db
@pytest.mark.parametrize("mail", DEEP)
def test_nor_is_it_an_answer_or_a_note(cast, mail):
    with pytest.raises(Invalid, match="nested too deeply"):
        take_reply(b"From: nora@alpenglow.example\n" + mail)
    with pytest.raises(Invalid, match="nested too deeply"):
        note_mail(b"From: maria@vendor.example\n" + mail)
    with pytest.raises(NoReplyError, match="nested"):
        read_reply(mail)
    assert reply_in_file(b"Date: Mon, 23 Nov 2026 10:00:00 +0000\n" + mail) == ""


@pytest.mark.django_db
def test_in_the_mailbox_it_is_kept_aside_and_the_others_are_taken(cast, settings, monkeypatch):
    sent = mailed(cast)
    monkeypatch.setattr("communications.actions.bounce_mailbox.MAILS_A_RUN", 3)

    def cannot_be_taken(content, *args):
        if b"poison" in content:
            raise ZeroDivisionError
        return take(content, *args)

    from communications.actions import bounce_mailbox

    take = bounce_mailbox.take_bounce
    monkeypatch.setattr(bounce_mailbox, "take_bounce", cannot_be_taken)
    with MailboxServer("imap") as server:
        settings.BOUNCE_MAILBOX = env.MailboxToRead("imap", False, "127.0.0.1", server.port, USER, PASSWORD, "INBOX")
        server.heap.put(DEEP_PARTS, returned_from(cast.nora, sent, said="poison"), DEEP_MAILS, returned_from(cast.nora, sent))
        fetch_bounces()
        fetch_bounces()
        assert server.heap.unseen == []
        assert len(server.heap.mails) == 3  # there for a person
    assert to_nora(sent, cast).state == "failed"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b"[1,2]", b"[[]]", b"[" * 60_000, b"{", b""])
def test_what_a_provider_never_sends_is_refused_whoever_sends_it(client, settings, body):
    def status_of(provider: str) -> int:
        settings.MAIL_EVENTS_FROM = provider
        headers = {"authorization": "Basic " + b64encode(b"who:secret").decode()}
        url = reverse("communications:mail_events", args=[provider])
        return client.post(url, body, content_type="application/json", headers=headers).status_code

    settings.ANYMAIL = {"WEBHOOK_SECRET": "who:secret", "MAILGUN_WEBHOOK_SIGNING_KEY": "key"}
    assert status_of("mailgun") == 400
    for provider in ("postmark", "brevo", "mailjet", "sparkpost"):
        assert status_of(provider) in (200, 400), provider
