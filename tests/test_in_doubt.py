"""What a crash left in doubt is decided by a person: one by one or all at once, and nothing is promised that cannot be."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Refused
from communications.actions import deliveries
from communications.actions.announcements import cancel_announcement
from communications.models import Announcement, Delivery, DeliveryState, State
from tests.announcement_story import draft, send, work_off
from tests.factories import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sent(cast, sink):
    announcement = send(draft(cast, channels=["email"]), cast)
    Delivery.objects.filter(announcement=announcement).update(state=DeliveryState.IN_DOUBT)
    sink.mails.clear()
    return announcement


def of(announcement, contact) -> Delivery:
    return Delivery.objects.get(announcement=announcement, contact=contact, channel="email")


def settle(maria, announcement, **said):
    return maria.post(reverse("admin:communications_announcement_settle", args=[announcement.public_id]), said, follow=True)


def test_what_goes_again_is_queued_again_and_nothing_else_is_said(cast, maria, sent, sink):
    said = settle(maria, sent, contact=cast.nora.public_id, channel="email", decision="resend").text
    assert "Nora Berg: queued again." in said
    assert of(sent, cast.nora).state == DeliveryState.QUEUED
    work_off()
    assert sink.recipients == ["nora@alpenglow.example"]


def test_of_a_cancelled_announcement_nothing_is_sent_again(cast, maria, sent):
    Announcement.objects.filter(pk=sent.pk).update(state=State.PAUSED)
    cancel_announcement(sent, by=cast.maria)
    said = settle(maria, sent, contact=cast.nora.public_id, channel="email", decision="resend").text
    assert "“Aurora 3 is here” was cancelled: nothing of it is sent any more. Skip what is in doubt." in said
    assert of(sent, cast.nora).state == DeliveryState.IN_DOUBT
    settle(maria, sent, contact=cast.nora.public_id, channel="email", decision="skip")
    assert of(sent, cast.nora).state == DeliveryState.FAILED


def test_of_what_has_expired_nothing_is_sent_again(cast, maria, sent):
    Announcement.objects.filter(pk=sent.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    said = settle(maria, sent, contact=cast.nora.public_id, channel="email", decision="resend").text
    assert "has expired: nothing of it is sent any more" in said
    assert of(sent, cast.nora).state == DeliveryState.IN_DOUBT
    with pytest.raises(Refused, match="has expired"):
        deliveries.settle_all_in_doubt(sent, "resend", by=cast.maria)


@pytest.fixture
def many(cast, sink):
    for number in range(57):
        make_contact(cast.baltic, f"Person {number}", f"person{number}@baltic.example")
    announcement = send(draft(cast, channels=["email"]), cast)
    Delivery.objects.filter(announcement=announcement).update(state=DeliveryState.IN_DOUBT)
    sink.mails.clear()
    return announcement


def test_the_heading_counts_all_of_them_and_leads_to_the_list(cast, maria, many):
    report = reverse("admin:communications_announcement_report", args=[many.public_id])
    text = maria.get(report).text
    assert "60 deliveries are in doubt" in text
    assert f"{report}deliveries/?state=in_doubt" in text


def test_all_at_once_after_a_second_look(cast, maria, many, sink):
    asked = settle(maria, many, all="1", decision="resend").text
    assert "Resend all 60 deliveries?" in asked
    assert not Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
    settle(maria, many, contact=cast.nora.public_id, channel="email", decision="skip")
    changed = settle(maria, many, all="1", decision="resend", confirmed="60").text
    assert "Resend all 59 deliveries?" in changed  # another had decided meanwhile: look again
    assert "59 deliveries: queued again." in settle(maria, many, all="1", decision="resend", confirmed="59").text
    work_off()
    assert len(sink.recipients) == 59
    told = Activity.objects.filter(verb="delivery.resend").get()
    assert told.data["deliveries"] == 59
    many.refresh_from_db()
    assert many.state == State.SENT


def test_all_can_be_let_be(cast, maria, many, sink):
    assert "Skip all 60 deliveries?" in settle(maria, many, all="1", decision="skip").text
    assert "60 deliveries: not sent again." in settle(maria, many, all="1", decision="skip", confirmed="60").text
    assert Delivery.objects.filter(state=DeliveryState.FAILED).count() == 60
    assert not sink.recipients
    assert "Nothing of it is in doubt any more." in settle(maria, many, all="1", decision="skip", confirmed="60").text
