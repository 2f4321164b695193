"""An announcement in a partner's chat room: one message for each endpoint, beside the people, in sums of its own."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from activity.actions.webhook_endpoints import add_endpoint, pause_endpoint
from activity.actions.webhook_sending import send_webhooks
from activity.channels.webhooks import secret_of
from activity.models import WebhookEndpoint, WebhookMessage
from activity.refusals import Invalid
from communications.actions import announcements, deliveries
from communications.actions.audiences import freeze_audience
from communications.forms.composer import ComposerForm
from communications.models import Announcement, State
from communications.queries.announcement_report import report_of
from communications.queries.portfolio import Portfolio
from communications.rendering.chat import ChatMessage, body_for
from tests import factories
from tests.announcement_story import approve, draft, work_off
from tests.api import integrator
from tests.test_webhooks import allowed, receiver  # noqa: F401 - pytest finds them here

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoints(cast, receiver):  # noqa: F811
    """Alpenglow has a room in each kind of chat and a server; Baltic has a room."""
    forms = WebhookEndpoint.Form.values
    for form in forms:
        add_endpoint(by=cast.nora.user, name=form, url=receiver.url(f"/{form}"), form=form, partner_id=cast.alpenglow.pk)
    add_endpoint(by=cast.sven.user, name="Baltic", url=receiver.url("/baltic"), form="slack", partner_id=cast.baltic.pk)
    return {endpoint.name: endpoint for endpoint in WebhookEndpoint.objects.all()}


def for_chats(cast, **fields) -> Announcement:
    fields.setdefault("segment", factories.make_segment(f"Everyone {WebhookMessage.objects.count()}"))
    body = "Hello {{ contact.name }}, read [the notes](https://vendor.example/notes)."
    return draft(cast, "{{ partner.name }}: Aurora 3", body=body, channels=["portal", "webhook"], **fields)


def scheduled(announcement: Announcement, cast) -> Announcement:
    announcements.schedule_announcement(approve(announcement, cast), by=cast.maria)
    deliveries.release_due()
    announcement.refresh_from_db()
    return announcement


def post_all() -> None:
    while send_webhooks(failing=False) + send_webhooks(failing=True):
        pass


def sums(announcement, portfolio=None):
    return report_of(announcement, portfolio or Portfolio()).channels["webhook"]


def test_each_endpoint_of_the_audience_gets_it_once_in_its_own_form(cast, endpoints, receiver):  # noqa: F811
    announcement = scheduled(for_chats(cast, call_to_action="Partner admins, by Friday"), cast)
    assert sums(announcement).pending == sums(announcement).audience == 4
    post_all()
    work_off()

    got = {one.path: one for one in receiver.received}
    assert sorted(got) == ["/baltic", "/signed", "/slack", "/teams"]
    assert len(receiver.received) == 4
    address = f"/announcements/{announcement.public_id}/"
    slack = json.loads(got["/slack"].body)
    assert [block["type"] for block in slack["blocks"]] == ["header", "section", "section", "actions"]
    assert slack["blocks"][0]["text"]["text"] == "Alpenglow GmbH: Aurora 3"
    assert slack["blocks"][1]["text"]["text"] == "Partner admins, by Friday"
    assert "Hello Alpenglow GmbH, read the notes" in slack["blocks"][2]["text"]["text"]
    assert slack["blocks"][3]["elements"][0]["url"].endswith(address)
    card = json.loads(got["/teams"].body)["attachments"][0]["content"]
    assert card["actions"][0]["url"].endswith(address)
    told = Webhook(secret_of(endpoints["signed"])).verify(got["/signed"].body, got["/signed"].headers)
    assert told["type"] == "announcement.published"
    assert told["data"]["title"] == "Alpenglow GmbH: Aurora 3"
    assert told["data"]["partner"] == str(cast.alpenglow.public_id)
    assert "Baltic" in got["/baltic"].body
    assert not any("Nora" in one.body for one in receiver.received)
    report = report_of(announcement)
    assert report.audience == 3  # people, as ever
    assert report.channels["webhook"].delivered == report.channels["webhook"].audience == 4
    assert report.channels["portal"].audience == 3
    assert sums(announcement, Portfolio((cast.baltic.pk,))).audience == 1


def test_freezing_again_adds_nobody_twice(cast, endpoints):
    announcement = scheduled(for_chats(cast), cast)
    Announcement.objects.filter(pk=announcement.pk).update(frozen_at=None)
    freeze_audience(announcement)
    assert WebhookMessage.objects.count() == 4


def test_only_endpoints_whose_partner_is_in_the_audience_are_told(cast, endpoints):
    estonia = factories.make_segment("Estonia", rule={"all": [{"field": "partner.country", "op": "in", "value": ["EE"]}]})
    announcement = scheduled(for_chats(cast, segment=estonia), cast)
    assert [message.endpoint.name for message in WebhookMessage.objects.select_related("endpoint")] == ["Baltic"]
    assert sums(announcement).audience == 1


def test_pause_holds_and_cancel_ends_what_waits(cast, endpoints, receiver):  # noqa: F811
    announcement = scheduled(for_chats(cast), cast)
    announcements.pause_announcement(announcement, by=cast.maria)
    post_all()
    assert receiver.received == []
    assert sums(announcement).pending == 4
    announcements.resume_announcement(announcement, by=cast.maria)
    assert send_webhooks(failing=False) == 4

    other = scheduled(for_chats(cast), cast)
    WebhookMessage.objects.filter(source_id=other.pk, endpoint=endpoints["slack"]).update(state="sending")
    announcements.cancel_announcement(other, by=cast.maria)
    assert (sums(other).cancelled, sums(other).pending, sums(other).audience) == (3, 1, 4)
    WebhookMessage.objects.filter(source_id=other.pk, state="sending").update(state="deferred")
    post_all()
    assert (sums(other).cancelled, sums(other).suppressed) == (3, 1)
    assert len(receiver.received) == 4


def test_it_is_sent_once_each_was_tried_and_goes_on_trying(cast, endpoints, receiver):  # noqa: F811
    announcement = scheduled(for_chats(cast), cast)
    work_off()
    announcement.refresh_from_db()
    assert announcement.state == State.SENDING
    receiver.answers_with(503)
    post_all()
    work_off()
    announcement.refresh_from_db()
    assert announcement.state == State.SENT
    assert sums(announcement).pending == 4

    receiver.answers_with(200)
    WebhookMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    post_all()
    assert sums(announcement).delivered == 4


def test_a_paused_room_and_an_expired_announcement_are_withheld_with_their_reason(cast, endpoints, receiver):  # noqa: F811
    pause_endpoint(endpoints["slack"], by=cast.nora.user)
    announcement = scheduled(for_chats(cast, expires_at=timezone.now() + timedelta(hours=1)), cast)
    assert (sums(announcement).pending, sums(announcement).suppressed) == (3, 1)
    WebhookMessage.objects.update(not_after=timezone.now())
    post_all()
    assert sums(announcement).suppressed == 4
    assert receiver.received == []


def test_a_chat_needs_the_portal_it_leads_to_and_is_offered_where_there_is_one(cast, endpoints):
    with pytest.raises(Invalid, match="Choose the portal"):
        announcements.create_announcement(
            by=cast.maria, title="x", body="y", segment=factories.make_segment(), channels=["webhook"], programme=cast.programme
        )
    assert "webhook" in dict(ComposerForm(user=cast.maria).fields["channels"].choices)
    WebhookEndpoint.objects.update(state="removed")
    assert "webhook" not in dict(ComposerForm(user=cast.maria).fields["channels"].choices)


def test_the_api_takes_the_channel_and_tells_its_sums(cast, endpoints):
    client = integrator(cast.maria)
    body = {"title": "x", "body": "y", "segment": str(factories.make_segment("All").public_id), "channels": ["portal", "webhook"],
            **factories.what_kind_asks("product_update")}  # fmt: skip
    made = client.post("announcements/", body)
    assert made.status_code == 201, made.content
    announcement = Announcement.objects.get(public_id=made.json()["id"])
    scheduled(announcement, cast)
    told = client.get(f"announcements/{announcement.public_id}/report/").json()
    assert told["channels"]["webhook"]["audience"] == told["channels"]["webhook"]["pending"] == 4


def test_nothing_in_a_text_can_call_a_room_or_become_a_link():
    message = ChatMessage("<!channel> & co", "[x](https://evil.example)", "<https://evil.example|click>", "https://here.example/")
    slack = json.loads(body_for("slack", message, {}))
    assert slack["text"] == "&lt;!channel&gt; &amp; co"
    assert all(block["text"]["type"] == "plain_text" for block in slack["blocks"][:3])
    card = json.loads(body_for("teams", message, {}))["attachments"][0]["content"]
    assert card["body"][1]["text"] == r"\[x\]\(https://evil.example\)"


def test_nora_sets_up_tries_and_removes_a_room(cast, client, receiver):  # noqa: F811
    client.force_login(cast.nora.user)
    assert "Nothing is connected yet" in client.get(reverse("communications:endpoints")).content.decode()
    refused = client.post(reverse("communications:add_endpoint"), {"form": "slack", "name": "x", "url": "https://10.0.0.1/"})
    assert refused.status_code == 422
    assert "private network" in refused.content.decode()
    assert not WebhookEndpoint.objects.exists()

    added = client.post(reverse("communications:add_endpoint"), {"form": "signed", "name": "Server", "url": receiver.url()})
    endpoint = WebhookEndpoint.objects.get()
    assert secret_of(endpoint) in added.content.decode()
    assert "no-store" in added["Cache-Control"]

    def move(verb):
        return client.post(reverse("communications:endpoint_move", args=[endpoint.public_id, verb]), follow=True)

    assert "on its way" in move("test").content.decode()
    post_all()
    Webhook(secret_of(endpoint)).verify(receiver.received[0].body, receiver.received[0].headers)
    page = client.get(reverse("communications:endpoints")).content.decode()
    assert "delivered" in page
    assert secret_of(endpoint) not in page
    endpoint.refresh_from_db()
    rotated = move("rotate").content.decode()
    endpoint.refresh_from_db()
    assert secret_of(endpoint) in rotated
    assert "paused" in move("pause").content.decode()
    assert "active again" in move("resume").content.decode()
    assert "removed" in move("remove").content.decode()

    client.force_login(cast.ben.user)
    assert client.get(reverse("communications:endpoints")).status_code == 403


def test_the_page_of_webhooks_asks_the_database_few_times(cast, endpoints, client, django_assert_max_num_queries):
    client.force_login(cast.nora.user)
    for endpoint in endpoints.values():
        WebhookMessage.objects.bulk_create(WebhookMessage(endpoint=endpoint, event="test", body="{}") for _n in range(5))
    with django_assert_max_num_queries(12):
        client.get(reverse("communications:endpoints"))


def test_an_integrator_subscribes_and_sees_the_secret_once(cast, receiver):  # noqa: F811
    client = integrator(cast.maria)
    made = client.post(
        "webhooks/", {"name": "CRM", "url": receiver.url(), "events": ["announcement.sent"]}, **{"idempotency-key": "k"}
    )
    assert made.status_code == 201, made.content
    endpoint = WebhookEndpoint.objects.get()
    assert made.json()["secret"] == secret_of(endpoint)
    (listed,) = client.get("webhooks/").json()["results"]
    assert "secret" not in listed
    assert integrator(cast.arthur, "announcements:read").get("webhooks/").status_code == 403

    for url, events, status in (
        ("https://169.254.169.254/", ["announcement.sent"], 422),
        ("file:///etc/passwd", ["announcement.sent"], 422),
        ("https://8.8.8.8/", ["fact.recorded"], 400),
        ("https://8.8.8.8/", [], 400),
    ):
        assert client.post("webhooks/", {"name": "x", "url": url, "events": events}).status_code == status
    assert WebhookEndpoint.objects.count() == 1

    rotated = client.post(f"webhooks/{endpoint.public_id}/rotate/").json()
    endpoint.refresh_from_db()
    assert rotated["secret"] == secret_of(endpoint) != made.json()["secret"]
    answer = client.client.delete(f"/api/v1/webhooks/{endpoint.public_id}/", headers={"authorization": f"Bearer {client.token}"})
    assert answer.status_code == 204
    assert client.get("webhooks/").json()["results"] == []


def test_maria_looks_at_a_message_and_sends_it_again(cast, endpoints, client, receiver):  # noqa: F811
    receiver.answers_with(410, "gone")
    announcement = scheduled(for_chats(cast), cast)
    post_all()
    client.force_login(cast.maria)
    rows = client.get(
        reverse("admin:communications_announcement_report_deliveries", args=[announcement.public_id]), {"channel": "webhook"}
    ).content.decode()
    assert "Alpenglow GmbH" in rows
    message = WebhookMessage.objects.filter(state="failed").first()
    address = reverse("admin:activity_webhookmessage_page", args=[message.public_id])
    assert "410" in client.get(address).content.decode()
    assert "switched off" in client.post(address, follow=True).content.decode()
    WebhookEndpoint.objects.update(state="active", failures=0)
    receiver.answers_with(200)
    assert "It is sent again" in client.post(address, follow=True).content.decode()
    post_all()
    message.refresh_from_db()
    assert message.state == "delivered"
    for name in ("webhookendpoint", "webhookmessage"):
        assert client.get(reverse(f"admin:activity_{name}_changelist")).status_code == 200


def test_maria_sets_one_up_for_a_partner(cast, client, receiver):  # noqa: F811
    client.force_login(cast.maria)
    address = reverse("admin:activity_webhookendpoint_add")
    values = {"partner": "alpenglow gmbh", "form": "slack", "name": "#news", "url": receiver.url()}
    assert "no partner" in client.post(address, values | {"partner": "Nobody"}).content.decode()
    assert client.post(address, values).status_code == 302
    assert WebhookEndpoint.objects.get().partner_id == cast.alpenglow.pk
