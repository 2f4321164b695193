"""Deliveries by a mail provider's own interface: one call for many, each recipient in exactly one state, nothing sent twice."""

import re
import socket

import pytest
from django.utils import timezone

from communications.actions.bounces import delivery_by_token
from communications.actions.digests import send_due_digests
from communications.channels.contract import Mail, hand_over_one
from communications.channels.provider import ProviderChannel
from communications.models import AttentionPolicy, Delivery, DeliveryChunk, Digest, SendingPause, Suppression
from communications.queries.announcement_report import report_of
from tests.announcement_story import draft, send, work_off
from tests.provider_server import HANGS_UP, ProviderServer, mailjet, mails_of

pytestmark = pytest.mark.django_db
NEVER = (0, "never")
INACTIVE = (
    "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: ben@alpenglow.example. "
    "Inactive recipients are ones that have generated a hard bounce."
)
KEYS = {
    "mailjet": {"MAILJET_API_KEY": "k", "MAILJET_SECRET_KEY": "s"}, "mailgun": {"MAILGUN_API_KEY": "k"},
    "postmark": {"POSTMARK_SERVER_TOKEN": "k"}, "sparkpost": {"SPARKPOST_API_KEY": "k"},
}  # fmt: skip


@pytest.fixture
def plays(settings):
    """`plays(name, answer)` has a provider answer so from now on."""
    servers = []

    def plays(name, answer):
        settings.MAIL_CHANNEL, settings.MAIL_PROVIDER = "provider", name
        server = ProviderServer(answer).__enter__()
        servers.append(server)
        settings.ANYMAIL = {**KEYS[name], f"{name.upper()}_API_URL": server.url, "REQUESTS_TIMEOUT": 30}
        return server

    yield plays
    for server in servers:
        server.__exit__()


def states(announcement) -> dict[str, str]:
    rows = Delivery.objects.filter(announcement=announcement, channel="email")
    return {address.partition("@")[0]: state for address, state in rows.values_list("address", "state")}


def again() -> None:
    """Everything that waits is due."""
    SendingPause.objects.all().delete()
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    work_off()


ALL = {"nora", "ben", "sven"}


def test_one_call_for_all_and_each_reads_their_own(cast, plays):
    server = plays("mailjet", mailjet)
    sent = send(draft(cast, body="Hello {{ contact.name }}, [read](https://vendor.example/notes) {% of %} it."), cast)
    assert states(sent) == dict.fromkeys(ALL, "delivered")
    (call,) = server.calls
    assert (call["Globals"]["TrackClicks"], call["Globals"]["TrackOpens"]) == ("disabled", "disabled")
    for address, (text, html, headers) in mails_of(call).items():
        contact = Delivery.objects.get(announcement=sent, address=address, channel="email").contact
        for part in (text, html):
            assert f"Hello {contact.name}" in part
            assert "{% of %} it" in part
            assert "{{" not in part
            assert "\ue004" not in part
        assert re.search(r"/t/c/[\w-]+", text)
        assert headers["List-Unsubscribe"].startswith("<http")
    by_token = {message["To"][0]["Email"]: message["EventPayload"] for message in call["Messages"]}
    token = re.search(r'"delivery": ?"([^"]+)"', by_token[cast.nora.email])[1]
    assert delivery_by_token(token).contact_id == cast.nora.pk
    links = {address: re.findall(r"/t/\w/([\w-]+)", text) for address, (text, _html, _headers) in mails_of(call).items()}
    assert not set(links[cast.nora.email]) & set(links[cast.ben.email])


def test_what_is_refused_of_a_call_fails_and_the_rest_has_arrived(cast, plays):
    plays("mailjet", lambda call: mailjet(call, refused=(cast.ben.email,)))
    sent = send(draft(cast), cast)
    assert states(sent) == {"nora": "delivered", "ben": "failed", "sven": "delivered"}
    mails = report_of(sent).channels["email"]
    assert (mails.audience, mails.delivered, mails.failed) == (3, 2, 1)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("status", [429, 503])
def test_who_is_asked_to_wait_waits_and_gets_it_once(cast, plays, status):
    server = plays("mailjet", lambda _call: (status, {"ErrorCode": "x", "ErrorMessage": "later"}))
    sent = send(draft(cast), cast)
    assert states(sent) == dict.fromkeys(ALL, "deferred")
    assert SendingPause.objects.filter(place="").exists() == (status == 429)
    server.answer = mailjet
    again()
    assert states(sent) == dict.fromkeys(ALL, "delivered")
    assert len(server.calls) == 2


@pytest.mark.parametrize("answer", [(500, {}), (502, {}), HANGS_UP, (200, {"no": "list"}), NEVER])
def test_what_is_not_known_is_in_doubt_and_never_sent_again_by_itself(cast, plays, settings, answer):
    server = plays("mailjet", lambda _call: answer)
    if answer == NEVER:
        settings.ANYMAIL["REQUESTS_TIMEOUT"] = 0.5
    sent = send(draft(cast), cast)
    assert states(sent) == dict.fromkeys(ALL, "in_doubt")
    server.answer = mailjet
    again()
    assert states(sent) == dict.fromkeys(ALL, "in_doubt")
    assert len(server.calls) == 1
    mails = report_of(sent).channels["email"]
    assert (mails.audience, mails.in_doubt) == (3, 3)


def test_a_provider_that_cannot_be_reached_has_sent_nothing(cast, plays, settings):
    server = plays("mailjet", mailjet)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.ANYMAIL["MAILJET_API_URL"] = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        sent = send(draft(cast), cast)
    assert states(sent) == dict.fromkeys(ALL, "deferred")
    settings.ANYMAIL["MAILJET_API_URL"] = server.url
    again()
    assert states(sent) == dict.fromkeys(ALL, "delivered")


def test_a_call_that_is_refused_as_a_whole_is_told_in_halves(cast, plays):
    """Mailgun takes all of a call or nothing."""

    def mailgun(call):
        if any("ben@" in to for to in call["to"]):
            return 400, {"message": "to parameter is not a valid address"}
        return 200, {"id": "<1@mailgun>", "message": "Queued. Thank you."}

    server = plays("mailgun", mailgun)
    sent = send(draft(cast, body="Hello {{ contact.name }}, 100 %recipient.name% [read](https://vendor.example/notes)"), cast)
    assert states(sent) == {"nora": "delivered", "ben": "failed", "sven": "delivered"}
    assert "400" in Delivery.objects.get(announcement=sent, address=cast.ben.email, channel="email").reason
    taken = [to for call in server.calls if not any("ben@" in to for to in call["to"]) for to in call["to"]]
    assert len(taken) == len(set(taken)) == 2
    assert "100 %recipient.opening0%.name%" in server.calls[0]["text"]
    assert '"opening0": "%recipient"' in server.calls[0]["recipient-variables"]


def test_who_merges_nothing_gets_one_call_for_each(cast, plays):
    def postmark(call):
        if "ben@" in call["To"]:
            return 422, {"ErrorCode": 406, "Message": INACTIVE}
        return 200, {"ErrorCode": 0, "Message": "OK", "To": call["To"], "MessageID": "1"}

    server = plays("postmark", postmark)
    sent = send(draft(cast), cast)
    assert states(sent) == {"nora": "delivered", "ben": "failed", "sven": "delivered"}
    assert len(server.calls) == 3
    told = next(call for call in server.calls if "nora@" in call["To"])
    assert "Nora Berg" in told["TextBody"]
    assert "\ue004" not in told["TextBody"] + told["HtmlBody"] + told["Subject"]
    assert delivery_by_token(told["Metadata"]["delivery"]).contact_id == cast.nora.pk


def test_where_a_provider_does_not_say_whom_it_refused_a_person_decides(cast, plays):
    told = {"results": {"total_accepted_recipients": 2, "total_rejected_recipients": 1, "id": "1"}}
    plays("sparkpost", lambda _call: (200, told))
    assert states(send(draft(cast), cast)) == dict.fromkeys(ALL, "in_doubt")


def test_digests_go_the_same_way(cast, plays):
    server = plays("mailjet", mailjet)
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_day": 1})
    send(draft(cast, title="First"), cast)
    send(draft(cast, title="Second"), cast)
    AttentionPolicy.objects.update(per_day=9)
    Digest.objects.update(due_at=timezone.now())
    server.calls.clear()
    assert send_due_digests() == 3
    told = next(call for call in server.calls if call["Messages"][0]["To"][0]["Email"] == cast.nora.email)
    assert "Second" in told["Globals"]["TextPart"]
    assert "List-Unsubscribe" in told["Globals"]["Headers"]
    assert f"digest.{Digest.objects.get(person=cast.nora.email).pk}." in told["Globals"]["EventPayload"]


def test_an_address_that_cannot_be_written_fails_alone(plays):
    plays("mailjet", mailjet)
    message = b"Subject: x\r\nFrom: a@vendor.example\r\nTo: nobody at all\r\n\r\nx\r\n"
    outcome = hand_over_one(ProviderChannel("mailjet"), "a@vendor.example", "nobody at all", message)
    assert outcome.state == "failed"
    assert next(iter(ProviderChannel("mailjet").hand_over(iter(()), None)), None) is None
    assert Mail(1, "", "", b"").personal is None
