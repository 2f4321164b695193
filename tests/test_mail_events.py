"""A mail provider tells what became of mails: the same happens as when a mail comes back, each thing once, nothing on a guess."""

import hashlib
import hmac
import json
from base64 import b64encode

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from activity.models import Activity
from activity.notice_names import NAMED_FOR_PROVIDER
from communications.actions.preferences import set_preference
from communications.actions.suppressions import mail_again
from communications.models import Delivery, ReturnedMail, Suppression, TopicPreference
from communications.tracking_tokens import Place, mail_token, read_token
from tests.announcement_story import draft, send
from tests.bounce_story import mailed
from tests.test_returned_mails import NORA, state_of

pytestmark = pytest.mark.django_db
SECRET, KEY = "postmark:0123456789abcdef", "key-of-mailgun"
UNKNOWN = "smtp;550 5.1.1 User unknown"


@pytest.fixture(params=["postmark"])
def provider(request, settings):
    settings.MAIL_EVENTS_FROM = request.param
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET} if request.param != "mailgun" else {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    return request.param


@pytest.fixture
def sent(provider, cast):
    return mailed(cast)


@pytest.fixture
def tell(client, provider):
    def tell(body, *, secret: str = SECRET, to: str = ""):
        url = reverse("communications:mail_events", args=[to or provider])
        headers = {"authorization": "Basic " + b64encode(secret.encode()).decode()} if secret else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(url, content, content_type="application/json", headers=headers)

    return tell


def postmark(sent, kind="HardBounce", *, about: str = NORA, contact=None, record="Bounce", said=UNKNOWN, token=None) -> dict:
    named = token or mail_token(sent.pk, (contact or sent_to(sent, about)).pk, 1, Place.BOUNCE)
    return {
        "RecordType": record, "ID": 42, "Type": kind, "Email": about, "Details": said, "Description": "It came back.",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483", "BouncedAt": "2026-11-25T10:00:00Z",
        "Metadata": {"delivery": named},
    }  # fmt: skip


def sent_to(sent, address: str):
    return sent.deliveries.get(channel="email", address=address).contact


def everything() -> tuple:
    return tuple(
        list(rows.order_by("pk").values_list())
        for rows in (Delivery.objects.all(), Suppression.objects.all(), ReturnedMail.objects.all(),
                     TopicPreference.objects.all(), Activity.objects.all())
    )  # fmt: skip


def test_nobody_lives_there(cast, sent, tell):
    assert tell(postmark(sent)).status_code == 200
    assert state_of(cast.nora) == ("failed", "came back: smtp;550 5.1.1 User unknown")
    row = Suppression.objects.get()
    assert (row.address, row.source) == (NORA, "bounce")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("SoftBounce", ""),
        ("SoftBounce", "smtp;550 message refused"),
        ("HardBounce", "smtp;552 5.2.2 mailbox full"),
        ("VirusNotification", ""),
    ],
)
def test_what_may_pass_fails_and_counts_in_the_row(cast, sent, tell, kind, said):
    tell(postmark(sent, kind, said=said))
    assert state_of(cast.nora)[0] == "failed"
    assert ReturnedMail.objects.get().kind == "soft"
    assert not Suppression.objects.exists()


def test_an_address_on_the_providers_own_list(cast, sent, tell):
    tell(postmark(sent, "BadEmailAddress", said="Address is inactive"))
    assert state_of(cast.nora)[0] == "failed"
    assert Suppression.objects.get().source == "provider"


def test_a_complaint_and_a_farewell(cast, sent, tell):
    tell(postmark(sent, "SpamComplaint", record="SpamComplaint"))
    assert (state_of(cast.nora)[0], Suppression.objects.get().source) == ("delivered", "complaint")
    gone = postmark(sent, "Unsubscribe", about="ben@alpenglow.example", record="SubscriptionChange")
    tell({**gone, "Recipient": gone.pop("Email"), "SuppressSending": True, "SuppressionReason": "ManualSuppression"})
    row = TopicPreference.objects.get()
    assert (row.address, row.topic, row.is_wanted, row.how) == ("ben@alpenglow.example", sent.topic, False, "provider")


def test_what_was_in_doubt_is_settled_by_who_knows(cast, sent, tell):
    Delivery.objects.filter(contact=cast.nora, channel="email").update(state="in_doubt", reason="connection lost")
    arrived = postmark(sent, record="Delivery")
    tell({**arrived, "Recipient": arrived.pop("Email")})
    assert state_of(cast.nora) == ("delivered", "")
    tell(postmark(sent))
    tell({**arrived, "Recipient": NORA})
    assert state_of(cast.nora)[0] == "failed"


@pytest.mark.parametrize(
    ("kind", "record"), [("HardBounce", "Bounce"), ("SpamComplaint", "SpamComplaint"), ("SoftBounce", "Bounce")]
)
def test_the_same_event_again_changes_nothing_and_the_way_back_stays_open(cast, sent, tell, kind, record):
    event = postmark(sent, kind, record=record, said="" if kind == "SoftBounce" else UNKNOWN)
    tell(event)
    mail_again(Suppression.objects.all(), by=cast.maria, reason="Nora is back")
    before = everything()
    for _time in range(3):
        assert tell(event).status_code == 200
    assert everything() == before


def test_an_event_that_is_quicker_than_our_own_record_is_told_again(cast, sent, tell):
    mail = Delivery.objects.filter(contact=cast.nora, channel="email")
    mail.update(state="sending", settled_at=None)
    assert tell(postmark(sent)).status_code == 503
    assert state_of(cast.nora)[0] == "sending"
    mail.update(state="delivered")
    assert tell(postmark(sent)).status_code == 200
    assert state_of(cast.nora)[0] == "failed"


def test_a_farewell_told_again_does_not_undo_a_later_choice(cast, sent, tell):
    gone = postmark(sent, "Unsubscribe", record="SubscriptionChange")
    event = {**gone, "Recipient": gone.pop("Email"), "SuppressSending": True, "SuppressionReason": "ManualSuppression"}
    tell(event)
    set_preference(NORA, sent.topic, is_wanted=True, how="preferences")
    tell(event)
    assert TopicPreference.objects.get().is_wanted


def test_an_event_about_another_address_than_the_deliverys_is_not_believed(cast, sent, tell):
    before = everything()
    named = mail_token(sent.pk, cast.nora.pk, 1, Place.BOUNCE)
    for address in ("sven@baltic.example", "nora.private@elsewhere.example", "", None):
        for kind, record in (("HardBounce", "Bounce"), ("SpamComplaint", "SpamComplaint")):
            assert tell(postmark(sent, kind, record=record, about=address, token=named)).status_code == 200
    assert tell(postmark(sent, token="A" * 44)).status_code == 200
    assert tell(postmark(sent, token=mail_token(sent.pk, cast.nora.pk, 1, 0))).status_code == 200  # that of a link
    assert tell(postmark(sent, token=named[:-1] + ("A" if named[-1] != "A" else "B"))).status_code == 200
    assert everything() == before


def test_who_does_not_know_the_secret_is_refused(cast, sent, tell):
    before = everything()
    for secret in ("", "postmark:wrong", "postmark:", SECRET + "x"):
        assert tell(postmark(sent), secret=secret).status_code == 400
    assert everything() == before


def test_only_the_provider_that_is_named_is_heard(cast, sent, tell, client, settings):
    assert tell(postmark(sent), to="mailjet").status_code == 404
    assert client.get(reverse("communications:mail_events", args=["postmark"])).status_code == 405
    assert client.head(reverse("communications:mail_events", args=["postmark"])).status_code == 200
    settings.MAIL_EVENTS_FROM, settings.ANYMAIL = "", {}
    assert tell(postmark(sent), to="postmark").status_code == 404
    assert state_of(cast.nora)[0] == "delivered"


def test_a_broken_body_gets_a_sentence(cast, sent, tell):
    before = everything()
    for body in (b"", b"{", b"\xff", b"[]", b"3", b"null", b'"x"'):
        answer = tell(body)
        assert (answer.status_code, answer.text) == (400, "This is not what postmark sends.")
    assert everything() == before


def test_words_of_an_event_are_shown_as_words(cast, sent, tell, client):
    tell(postmark(sent, said="550 5.1.1 <script>alert(1)</script>\x00 \ud800 unknown"))
    client.force_login(cast.maria)
    text = client.get(reverse("admin:communications_announcement_report_deliveries", args=[sent.public_id])).text
    assert "came back" in text
    assert "<script>alert(1)" not in text


def by_message_id(sink) -> str:
    return sink.to(NORA)["Message-ID"]


def brevo(sent, sink, named) -> dict:
    return {"event": "hard_bounce", "email": NORA, "message-id": by_message_id(sink), "reason": "", "ts_epoch": 1_760_000_000_000}


def mailgun(sent, sink, named, key: str = KEY) -> dict:
    seal = hmac.new(key.encode(), b"1760000000token", hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": "1760000000", "token": "token", "signature": seal},
        "event-data": {"event": "failed", "severity": "permanent", "timestamp": 1760000000.0, "recipient": NORA,
                       "reason": "bounce", "message": {"headers": {"message-id": by_message_id(sink).strip("<>")}},
                       "delivery-status": {"code": 550, "message": "550 5.1.1 no such user"}},
    }  # fmt: skip


def mailjet(sent, sink, named) -> dict:
    return {"event": "bounce", "time": 1760000000, "MessageID": 1938, "email": NORA, "hard_bounce": True, "error": "user unknown",
            "Payload": json.dumps(named)}  # fmt: skip


def sparkpost(sent, sink, named) -> list:
    told = {
        "type": "bounce",
        "bounce_class": "10",
        "raw_rcpt_to": NORA,
        "rcpt_meta": named,
        "raw_reason": "",
        "timestamp": "1760000000",
    }
    return [{"msys": {"message_event": told}}]


def named_in_mail(sink) -> dict:
    """What a provider finds in the mail and tells again."""
    mail = sink.to(NORA)
    if "X-PM-Metadata-delivery" in mail:
        return {"delivery": mail["X-PM-Metadata-delivery"]}
    values = json.loads(mail.get("X-MJ-EventPayload") or mail.get("X-MSYS-API") or "{}")
    return values.get("metadata", values)


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["brevo", "mailgun", "mailjet", "postmark", "sparkpost"], indirect=True)
def test_each_provider_is_understood(cast, provider, sink, tell):
    sent = send(draft(cast), cast)
    named = named_in_mail(sink)
    assert bool(named) == (provider in NAMED_FOR_PROVIDER)
    assert not named or read_token(named["delivery"])[1:] == (cast.nora.pk, "email", 1, Place.BOUNCE)
    event = postmark(sent, token=named.get("delivery")) if provider == "postmark" else globals()[provider](sent, sink, named)
    assert tell(event).status_code == 200
    assert (state_of(cast.nora)[0], state_of(cast.ben)[0]) == ("failed", "delivered")
    assert Suppression.objects.get().address == NORA
    before = everything()
    tell(event)
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["mailgun"], indirect=True)
def test_a_forged_signature_is_refused(cast, sink, tell):
    sent = send(draft(cast), cast)
    before = everything()
    assert tell(mailgun(sent, sink, {}, key="guessed")).status_code == 400
    assert everything() == before


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.just(NORA)
    | st.sampled_from(["Bounce", "HardBounce", "Delivery"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Type", "Email", "MessageID", "x"]), inner),
    max_leaves=6,
)


@pytest.mark.slow
@trying(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["RecordType", "Type", "Email", "Details", "MessageID", "Metadata", "ID", "Tag"]), VALUES))
def test_nothing_an_event_can_hold_breaks_or_suppresses_without_a_name(cast, sent, tell, event):
    assert tell(event).status_code in (200, 400)
    assert not Suppression.objects.exists()
