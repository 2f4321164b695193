"""Webhooks out: signed, tried ten times over 75 hours, never anybody's else to wait for, switched off where nobody is."""

import ipaddress
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from activity.actions import record_activity
from activity.actions.webhook_endpoints import (
    add_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test_message,
)
from activity.actions.webhook_sending import TRIES, send_again, send_webhooks
from activity.channels import webhooks as channel
from activity.channels.webhooks import secret_of
from activity.models import Task, WebhookAttempt, WebhookEndpoint, WebhookMessage
from activity.refusals import Refused
from tests import factories
from tests.webhook_receiver import start_receiver

pytestmark = pytest.mark.django_db
_State = WebhookMessage.State


class Clock:
    def __init__(self, monkeypatch):
        self.at = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def forward(self, pause: timedelta) -> None:
        self.at += pause


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def allowed(settings):
    """The test's own servers are on this machine, which is not called otherwise."""
    settings.WEBHOOK_ALLOWED_NETWORKS = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def receiver(allowed):
    receiver = start_receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def endpoint(cast, receiver) -> WebhookEndpoint:
    return add_endpoint(by=cast.nora.user, name="Alpenglow's server", url=receiver.url(), partner_id=cast.alpenglow.pk)


def message_for(endpoint) -> WebhookMessage:
    return WebhookMessage.objects.create(
        endpoint=endpoint, event="test", body='{"type":"test","data":{"ö":1}}', due_at=timezone.now()
    )


def work_off() -> int:
    """What beat and a worker do now, in both lanes."""
    return sum(iter(lambda: send_webhooks(failing=False) + send_webhooks(failing=True), 0))


def test_a_message_is_signed_with_its_id_and_time(endpoint, receiver):
    message = message_for(endpoint)
    work_off()

    message.refresh_from_db()
    assert message.state == _State.DELIVERED
    (got,) = receiver.received
    verifier = Webhook(secret_of(endpoint))
    assert verifier.verify(got.body, got.headers) == {"type": "test", "data": {"ö": 1}}
    for header, forged in (("webhook-id", "msg_other"), ("webhook-timestamp", str(int(got.headers["webhook-timestamp"]) + 1))):
        with pytest.raises(WebhookVerificationError):
            verifier.verify(got.body, got.headers | {header: forged})
    with pytest.raises(WebhookVerificationError):
        verifier.verify(got.body.replace("1", "2"), got.headers)
    old = str(int(got.headers["webhook-timestamp"]) - 3600)
    with pytest.raises(WebhookVerificationError, match="too old"):
        verifier.verify(got.body, got.headers | {"webhook-timestamp": old})


def test_while_a_secret_is_exchanged_both_hold_and_then_only_the_new_one(cast, endpoint, receiver, clock):
    old = secret_of(endpoint)
    new = rotate_secret(endpoint, by=cast.nora.user)
    assert new != old
    message_for(endpoint)
    work_off()
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)

    clock.forward(timedelta(days=1, seconds=1))
    message_for(endpoint)
    work_off()
    _id, signature = receiver.received[1].headers["webhook-id"], receiver.received[1].headers["webhook-signature"]
    assert len(signature.split()) == 1


def test_ten_tries_over_75_hours_then_it_is_switched_off_and_its_owner_told(cast, endpoint, receiver, clock):
    receiver.answers_with(503, "not now")
    message, began, at = message_for(endpoint), clock.at, []
    while len(at) < TRIES + 5 and message.state not in (_State.FAILED, _State.SUPPRESSED):
        assert work_off() == 1
        at.append(clock.at - began)
        message.refresh_from_db()
        assert work_off() == 0
        clock.at = max(message.due_at, clock.at) + timedelta(microseconds=1)

    assert len(receiver.received) == len(at) == 10
    assert timedelta(hours=68) < at[-1] < timedelta(hours=84)
    assert at[1] < timedelta(seconds=6)
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1
    assert len({got.body for got in receiver.received}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.received}) == 10
    assert message.state == _State.FAILED
    assert "given up after 10 tries: answered 503 not now" in message.reason
    endpoint.refresh_from_db()
    assert endpoint.state == WebhookEndpoint.State.DISABLED
    task = Task.objects.get()
    assert task.partner_id == cast.alpenglow.pk
    assert task.is_shared
    assert "Alpenglow's server" in task.title


def test_one_try_that_succeeds_meanwhile_keeps_it_on(endpoint, receiver, clock):
    receiver.answers_with(500)
    message = message_for(endpoint)
    WebhookMessage.objects.filter(pk=message.pk).update(attempts=TRIES - 1)
    WebhookEndpoint.objects.update(last_success_at=clock.at + timedelta(seconds=1))
    work_off()
    message.refresh_from_db()
    endpoint.refresh_from_db()
    assert (message.state, endpoint.state) == (_State.FAILED, WebhookEndpoint.State.ACTIVE)


def test_410_switches_it_off_at_once_and_withholds_what_waits(cast, endpoint, receiver):
    receiver.answers_with(410, "gone")
    first, second = message_for(endpoint), message_for(endpoint)
    work_off()

    first.refresh_from_db()
    second.refresh_from_db()
    endpoint.refresh_from_db()
    assert (first.state, second.state) == (_State.FAILED, _State.SUPPRESSED)
    assert second.reason == "the webhook was switched off"
    assert endpoint.state == WebhookEndpoint.State.DISABLED
    assert len(receiver.received) == 1
    with pytest.raises(Refused, match="switched off"):
        send_again(second, by=cast.nora.user)

    receiver.answers_with(200)
    resume_endpoint(endpoint, by=cast.nora.user)
    send_again(first, by=cast.nora.user)
    work_off()
    first.refresh_from_db()
    assert first.state == _State.DELIVERED


def test_a_redirect_is_not_followed(endpoint, receiver):
    receiver.answers_with(302, Location=receiver.url("/elsewhere"))
    message = message_for(endpoint)
    work_off()
    message.refresh_from_db()
    assert message.state == _State.DEFERRED
    assert "redirects are not followed" in message.reason
    assert [got.path for got in receiver.received] == ["/hook"]


def test_a_receiver_that_hangs_keeps_nobody_waiting_but_itself(cast, endpoint, receiver, monkeypatch):
    monkeypatch.setattr(channel, "SECONDS_IN_ALL", 3.0)  # time enough for the other one to answer on a busy machine
    other = start_receiver()
    try:
        healthy = add_endpoint(by=cast.sven.user, name="Baltic", url=other.url(), partner_id=cast.baltic.pk)
        receiver.hangs()
        slow, quick = message_for(endpoint), [message_for(healthy) for _n in range(3)]
        assert send_webhooks(failing=False) == 4
        slow.refresh_from_db()
        assert slow.state == _State.DEFERRED
        assert "no answer within 3 seconds" in slow.reason
        assert WebhookAttempt.objects.get(message=slow).milliseconds < 9_000
        assert {row.state for row in WebhookMessage.objects.filter(pk__in=[one.pk for one in quick])} == {_State.DELIVERED}
        # From now on it is tried in the lane of those that fail.
        message_for(endpoint)
        assert send_webhooks(failing=False) == 0
    finally:
        other.stop()


def test_an_answer_is_read_only_so_far(endpoint, receiver):
    receiver.answers_with(500, "x" * 1_000_000)
    message_for(endpoint)
    work_off()
    assert len(WebhookAttempt.objects.get().answer) == 300


def test_a_chat_room_never_shows_a_message_twice_by_itself(cast, receiver):
    room = add_endpoint(by=cast.nora.user, name="#partners", url=receiver.url(), form="slack", partner_id=cast.alpenglow.pk)
    receiver.hangs_up()
    message = message_for(room)
    work_off()
    message.refresh_from_db()
    assert message.state == _State.IN_DOUBT
    assert "webhook-signature" not in receiver.received[0].headers
    assert len(receiver.received) == 1

    receiver.answers_with(200)
    send_again(message, by=cast.nora.user)
    work_off()
    message.refresh_from_db()
    assert message.state == _State.DELIVERED


@pytest.mark.parametrize(("form", "state"), [("signed", _State.QUEUED), ("slack", _State.IN_DOUBT)])
def test_what_a_worker_left_is_sent_again_where_its_id_is_known(endpoint, form, state, receiver):
    WebhookEndpoint.objects.update(form=form)
    message = message_for(endpoint)
    WebhookMessage.objects.update(state=_State.SENDING, attempts=1)
    WebhookEndpoint.objects.update(leased_until=timezone.now() + timedelta(seconds=30))
    work_off()
    message.refresh_from_db()
    assert message.state == _State.SENDING  # its worker still has the time

    WebhookEndpoint.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work_off()
    message.refresh_from_db()
    assert message.state == (_State.DELIVERED if state == _State.QUEUED else _State.IN_DOUBT)


def test_paused_and_removed_ones_get_nothing(cast, endpoint, receiver):
    waiting = message_for(endpoint)
    pause_endpoint(endpoint, by=cast.nora.user)
    work_off()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, receiver.received) == (_State.SUPPRESSED, "paused by its owner", [])
    with pytest.raises(Refused, match="paused"):
        send_test_message(endpoint, "{}", by=cast.nora.user)

    remove_endpoint(endpoint, by=cast.nora.user)
    endpoint.refresh_from_db()
    assert endpoint.url == ""
    assert not WebhookEndpoint.objects.visible_to(cast.nora.user).exists()
    with pytest.raises(Refused, match="removed"):
        resume_endpoint(endpoint, by=cast.nora.user)


def test_an_integrator_is_told_what_its_owner_may_see_in_the_transaction_of_it(cast, receiver):
    cora = factories.make_user("cora@vendor.example", name="Cora", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=cora)
    add_endpoint(by=cora, name="CRM", url=receiver.url(), events=["partner.changed", "announcement.sent"])

    record_activity("partner.changed", "x", partner_id=cast.alpenglow.pk, subject=cast.alpenglow)
    record_activity("partner.changed", "x", partner_id=cast.baltic.pk, subject=cast.baltic)
    record_activity("partner.created", "x", partner_id=cast.alpenglow.pk, subject=cast.alpenglow)
    work_off()

    (got,) = receiver.received
    told = json.loads(got.body)
    assert told["type"] == "partner.changed"
    assert told["data"]["partner"] == str(cast.alpenglow.public_id)
    assert "Alpenglow" not in got.body

    cora.is_active = False
    cora.save()
    record_activity("partner.changed", "x", partner_id=cast.alpenglow.pk, subject=cast.alpenglow)
    assert WebhookMessage.objects.count() == 1


def test_what_an_integrator_missed_while_paused_comes_when_it_is_resumed(cast, receiver):
    crm = add_endpoint(by=cast.maria, name="CRM", url=receiver.url(), events=["partner.changed"])
    pause_endpoint(crm, by=cast.maria)
    record_activity("partner.changed", "x", partner_id=cast.alpenglow.pk, subject=cast.alpenglow)
    work_off()
    assert receiver.received == []
    resume_endpoint(crm, by=cast.maria)
    work_off()
    assert len(receiver.received) == 1
