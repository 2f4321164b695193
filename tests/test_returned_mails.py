"""A server took the mail and sent it back later: what becomes of the delivery, the address and the report."""

import io
import os

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from communications.actions.bounces import take_bounce
from communications.actions.suppressions import mail_again
from communications.models import Delivery, DeliveryState, Suppression
from communications.queries.announcement_report import report_of
from tests.announcement_story import draft, send
from tests.test_bounces import standard

pytestmark = pytest.mark.django_db

NORA = "nora@alpenglow.example"


@pytest.fixture
def sent(cast, sink):
    return send(draft(cast), cast)


def returned(sink, *, to=NORA, recipient=NORA, **report) -> bytes:
    """The report about the mail that went to `to`."""
    message_id = sink.to(to)["Message-ID"]
    return standard(recipient=recipient, **report).replace(b"<0199.nora@vendor.example>", message_id.encode())


def state_of(contact) -> tuple[str, str]:
    row = Delivery.objects.get(contact=contact, channel="email")
    return row.state, row.reason


def test_nobody_lives_there(cast, sent, sink):
    _bounce, delivery = take_bounce(returned(sink))
    assert delivery.contact_id == cast.nora.pk
    assert state_of(cast.nora) == ("failed", "came back: 550 5.1.1 User unknown")
    assert Suppression.objects.get().address == NORA
    email = report_of(sent).channels["email"]
    assert (email.audience, email.delivered, email.failed) == (3, 2, 1)
    assert email.audience == email.delivered + email.failed


def test_the_same_mail_again_changes_nothing_and_the_way_back_stays_open(cast, sent, sink):
    mail = returned(sink)
    take_bounce(mail)
    settled_at = Delivery.objects.get(contact=cast.nora, channel="email").settled_at
    mail_again(Suppression.objects.all(), by=cast.maria, reason="Nora is back")
    Delivery.objects.filter(contact=cast.nora, channel="email").update(reason="looked into")
    take_bounce(mail)
    assert state_of(cast.nora) == ("failed", "looked into")
    assert Delivery.objects.get(contact=cast.nora, channel="email").settled_at == settled_at
    assert not Suppression.objects.exists()


def test_a_full_mailbox_is_tried_again_with_the_next_mail(cast, sent, sink):
    take_bounce(returned(sink, status="5.2.2", said="552 5.2.2 Mailbox full"))
    assert state_of(cast.nora)[0] == "failed"
    assert not Suppression.objects.exists()


def test_a_delay_settles_nothing(cast, sent, sink):
    take_bounce(returned(sink, action="delayed", status="4.4.1", said="connection timed out"))
    assert state_of(cast.nora)[0] == "delivered"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "nora.private@elsewhere.example"},  # taken, and forwarded in vain by her own server
        {"recipient": "sven@baltic.example"},  # somebody wants Sven's mails to stop
    ],
)
def test_only_the_address_we_wrote_to_is_believed(cast, sent, sink, change):
    take_bounce(returned(sink, **change))
    assert state_of(cast.nora)[0] == state_of(cast.sven)[0] == "delivered"
    assert not Suppression.objects.exists()


def test_a_made_up_report_is_about_no_delivery(cast, sent):
    bounce, delivery = take_bounce(standard())
    assert (bounce.severity, delivery) == ("hard", None)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
    assert not Suppression.objects.exists()


def test_words_of_a_server_are_shown_as_words(cast, sent, sink, client):
    take_bounce(returned(sink, said="550 5.1.1 <script>alert(1)</script>"))
    client.force_login(cast.maria)
    text = client.get(reverse("admin:communications_announcement_report_deliveries", args=[sent.public_id])).text
    assert "came back" in text
    assert "<script>alert(1)" not in text


def test_a_report_that_is_quicker_than_our_own_record_comes_again(cast, sent, sink, monkeypatch):
    mail = returned(sink)
    Delivery.objects.filter(contact=cast.nora, channel="email").update(state="sending", settled_at=None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail)))
    with pytest.raises(CommandError, match="try again") as refusal:
        call_command("receive_bounce")
    assert refusal.value.returncode == os.EX_TEMPFAIL
    assert state_of(cast.nora)[0] == "sending"
    assert not Suppression.objects.exists()
    Delivery.objects.filter(contact=cast.nora, channel="email").update(state="delivered")
    take_bounce(mail)
    assert state_of(cast.nora)[0] == "failed"


def test_words_that_cannot_be_stored_are_left_out(cast, sent, sink):
    take_bounce(returned(sink, said="550 5.1.1 no\x00body \u202egnp.exe").replace(b"no\x00", b"no\x00\xff\xfe"))
    state, reason = state_of(cast.nora)
    assert state == "failed"
    assert reason.startswith("came back: 550 5.1.1 no")
    assert not {"\x00", "\u202e"} & set(reason)


def test_each_mail_has_a_return_address_of_its_own_where_one_is_set(cast, settings, sink):
    settings.BOUNCE_ADDRESS = "bounces@mail.vendor.example"
    send(draft(cast), cast)
    [address] = {sender for recipient, sender in sink.senders if recipient == NORA}
    assert address.startswith("bounces+")
    assert len(address.partition("@")[0]) <= 64
    wordless = standard(recipient=NORA).partition(b"--b1\nContent-Type: message/rfc822")[0] + b"--b1--\n"
    other = "y" if address[-30] == "x" else "x"
    take_bounce(wordless, [address[:-30] + other + address[-29:]])
    assert state_of(cast.nora)[0] == "delivered"
    take_bounce(wordless, [address])
    assert state_of(cast.nora)[0] == "failed"


def test_a_mail_server_hands_it_over(cast, sent, sink, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(returned(sink))))
    call_command("receive_bounce")
    assert "hard 5.1.1: announcement" in capsys.readouterr().out
    assert state_of(cast.nora)[0] == "failed"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    call_command("receive_bounce")
    assert "no mail of ours" in capsys.readouterr().out
