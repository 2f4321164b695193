"""What the pages about sending can do, by API: the same actions, the same rights."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.actions.announcements import schedule_announcement, submit_announcement
from communications.models import Alarm, Delivery, SendingLimit, Suppression
from tests import factories
from tests.announcement_story import approve, draft, send
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


@pytest.fixture
def dana(cast):
    return factories.make_user("dana@vendor.example", roles=("Partner manager",))


def test_what_is_scheduled_is_taken_off_again(cast, api):
    announcement = approve(draft(cast), cast)
    schedule_announcement(announcement, by=cast.maria, send_at=timezone.now() + timedelta(days=1))
    answer = api.post(f"announcements/{announcement.public_id}/unschedule/")
    assert (answer.status_code, answer.json()["state"], answer.json()["send_at"]) == (200, "approved", None)


def test_what_was_submitted_goes_back_with_a_reason_by_who_may_approve(cast):
    announcement = draft(cast)
    submit_announcement(announcement, by=cast.maria)
    path = f"announcements/{announcement.public_id}/return/"
    assert integrator(cast.arthur, "announcements:read").post(path, {"reason": "Prices."}).status_code == 403
    assert integrator(cast.arthur).post(path).status_code == 400
    answer = integrator(cast.arthur).post(path, {"reason": "The price is missing."})
    assert (answer.status_code, answer.json()["state"]) == (200, "draft")
    assert announcement.transitions.latest("pk").reason == "The price is missing."


def test_what_is_in_doubt_is_decided(cast, api, dana, sink):
    sent = send(draft(cast, channels=["email"]), cast)
    Delivery.objects.filter(announcement=sent).update(state="in_doubt")
    path = f"announcements/{sent.public_id}/in-doubt/"
    assert integrator(cast.maria, "announcements:read").post(path, {"decision": "skip"}).status_code == 403
    one = {"decision": "resend", "contact": str(cast.nora.public_id)}
    assert api.post(path, one).json() == {"settled": 1}
    assert api.post(path, one).status_code == 409
    assert api.post(path, {"decision": "skip"}).json() == {"settled": 2}
    states = dict(Delivery.objects.filter(announcement=sent).values_list("contact__name", "state"))
    assert states == {"Nora Berg": "queued", "Ben Ott": "failed", "Sven Tamm": "failed"}
    listed = api.get("deliveries/", state="pending", announcement=str(sent.public_id)).json()["results"]
    assert [row["contact"] for row in listed] == [str(cast.nora.public_id)]


def test_addresses_are_suppressed_and_mailed_again(cast, api, dana):
    body = {"address": "Nora@alpenglow.example", "reason": "She asked for it."}
    made = api.post("suppressions/", body)
    assert (made.status_code, made.json()["address"], made.json()["source"]) == (201, "nora@alpenglow.example", "by_hand")
    assert api.post("suppressions/", body).status_code == 422
    assert [row["address"] for row in api.get("suppressions/", address="NORA@alpenglow.example").json()["results"]]
    back = {"address": "nora@alpenglow.example", "reason": "She changed her mind."}
    assert integrator(dana).post("suppressions/mail-again/", back).status_code == 403
    assert api.post("suppressions/mail-again/", back).json() == {"address": "nora@alpenglow.example"}
    assert api.post("suppressions/mail-again/", back).status_code == 422
    assert not Suppression.objects.exists()


def test_how_sending_stands_is_told(cast, dana, sink):
    SendingLimit.objects.create(domain="alpenglow.example", per_minute=1)
    Alarm.objects.create(rule="waits_long", sentence="It waits.")
    send(draft(cast), cast)
    api = integrator(dana)
    now = api.get("sending/").json()
    assert (now["waiting"], now["due"], [(row["why"], row["mails"]) for row in now["later"]]) == (1, {}, [("limit", 1)])
    assert api.get("sending-limits/").json()["results"][0]["per_minute"] == 1
    assert [row["sentence"] for row in api.get("alarms/").json()["results"]] == ["It waits."]


def test_who_sees_how_sending_stands_sees_what_limits_it_and_changes_nothing(cast, client, dana):
    client.force_login(dana, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("admin:communications_sendinglimit_now"))
    assert answer.status_code == 200
    assert "Change the limits" not in answer.text
    assert client.get(reverse("admin:communications_sendinglimit_changelist")).status_code == 403
