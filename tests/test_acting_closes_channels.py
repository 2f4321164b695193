"""Who has done what an announcement asks for is not asked again by another channel; the sums hold."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.actions import announcements, deliveries
from communications.actions.engagement import acknowledge_announcement, mark_read
from communications.models import Action, Actor, Channel, Delivery, DeliveryChunk, DeliveryState, Reason
from communications.queries.announcement_report import report_of
from communications.queries.feed import feed_of
from communications.queries.unread import unread_count
from tests.announcement_story import approve, draft, send, touch, work_off

pytestmark = pytest.mark.django_db


def in_the_portal_only(announcement, cast):
    """It has reached everyone's portal; its mails still wait."""
    announcements.schedule_announcement(approve(announcement, cast), by=cast.maria)
    deliveries.release_due()
    for chunk in DeliveryChunk.objects.filter(channel=Channel.PORTAL):
        deliveries.deliver_chunk(chunk.pk)
    announcement.refresh_from_db()
    return announcement


def mail_to(announcement, contact) -> Delivery:
    return Delivery.objects.get(announcement=announcement, contact=contact, channel=Channel.EMAIL)


def test_who_read_it_in_the_portal_is_not_mailed_any_more(cast, sink):
    announcement = in_the_portal_only(draft(cast), cast)
    mark_read(announcement, contact=cast.nora)

    work_off()

    assert sorted(sink.recipients) == ["ben@alpenglow.example", "sven@baltic.example"]
    row = mail_to(announcement, cast.nora)
    assert (row.state, row.reason) == (DeliveryState.SUPPRESSED, Reason.ACTED)
    report = report_of(announcement)
    assert report.channels["email"].audience == 3
    assert (report.channels["email"].delivered, report.channels["email"].suppressed) == (2, 1)
    assert report.reasons == {"already acted in the portal": 1}


def test_where_an_acknowledgement_is_asked_for_reading_is_not_enough(cast, sink):
    announcement = in_the_portal_only(draft(cast, requires_acknowledgement=True), cast)
    mark_read(announcement, contact=cast.ben)
    acknowledge_announcement(announcement, contact=cast.nora)

    work_off()

    assert sorted(sink.recipients) == ["ben@alpenglow.example", "sven@baltic.example"]
    assert mail_to(announcement, cast.nora).reason == Reason.ACTED


def test_a_mail_that_was_put_off_is_not_sent_once_its_reader_followed_a_link(cast, sink):
    announcement = in_the_portal_only(draft(cast), cast)
    touch(announcement, cast.nora, Action.CLICKED, Actor.HUMAN, link=0)
    touch(announcement, cast.ben, Action.CLICKED, Actor.MACHINE, link=0)

    work_off()

    assert sorted(sink.recipients) == ["ben@alpenglow.example", "sven@baltic.example"]


def test_what_a_person_followed_in_the_mail_is_read_in_the_portal(cast, sink, client):
    announcement = send(draft(cast), cast)
    assert unread_count(cast.nora) == unread_count(cast.ben) == 1

    touch(announcement, cast.nora, Action.CLICKED, Actor.HUMAN, link=0)
    touch(announcement, cast.ben, Action.CLICKED, Actor.MACHINE, link=0)

    assert unread_count(cast.nora) == 0
    assert feed_of(cast.nora)[0].is_read
    assert unread_count(cast.ben) == 1
    assert not feed_of(cast.ben)[0].is_read
    # What the report counts as read in the portal is still only what was on the screen there.
    assert report_of(announcement).read == 0
    client.force_login(cast.nora.user)
    client.get(reverse("communications:announcement", args=[announcement.public_id]))
    assert report_of(announcement).read == 1


@pytest.fixture
def put_off(cast, sink):
    """Its mails wait until the evening, its portal has it."""

    def put_off(**fields):
        sink.on_recipient = lambda _address: "451 4.2.1 come back later"
        announcement = send(draft(cast, **fields), cast)
        waiting = Delivery.objects.filter(announcement=announcement, channel="email", state="deferred")
        assert waiting.update(next_try_at=timezone.now() + timedelta(hours=9)) == 3
        return announcement

    return put_off


def test_who_acknowledged_is_not_waited_for_until_the_evening(cast, put_off):
    announcement = put_off(requires_acknowledgement=True)
    mark_read(announcement, contact=cast.nora)  # not what was asked for
    assert mail_to(announcement, cast.nora).state == DeliveryState.DEFERRED

    for contact in (cast.nora, cast.ben):
        acknowledge_announcement(announcement, contact=contact)
        row = mail_to(announcement, contact)
        assert (row.state, row.reason, row.next_try_at) == (DeliveryState.SUPPRESSED, Reason.ACTED, None)
    work_off()
    announcement.refresh_from_db()
    assert announcement.state == "sending"  # for Sven

    acknowledge_announcement(announcement, contact=cast.sven)
    work_off()
    announcement.refresh_from_db()
    assert announcement.state == "sent"
    assert report_of(announcement).channels["email"].suppressed == 3


def test_who_read_it_is_not_waited_for_where_nothing_else_is_asked_for(cast, put_off, django_assert_num_queries):
    announcement = put_off()
    mark_read(announcement, contact=cast.nora)
    assert mail_to(announcement, cast.nora).reason == Reason.ACTED
    assert mail_to(announcement, cast.ben).state == DeliveryState.DEFERRED
    with django_assert_num_queries(1):
        mark_read(announcement, contact=cast.nora)
