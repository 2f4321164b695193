"""Who goes first: what is urgent overtakes whatever is being sent, and of the others nobody waits behind a long queue."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from communications.actions import announcements, audiences, cancelling, deliveries, mail_deliveries
from communications.models import Announcement, Delivery, DeliveryChunk, Kind, State, VariantTest
from communications.partitions import PARTITIONED, first_of_thousand, partition_of
from communications.queries.announcement_report import report_of
from tests.announcement_story import approve, draft, work_off

pytestmark = pytest.mark.django_db


def released(cast, title, **fields):
    announcement = approve(draft(cast, title, channels=["email"], **fields), cast)
    announcements.schedule_announcement(announcement, by=cast.maria)
    deliveries.release_due()
    return announcement


def in_pieces(announcement, count):
    """The audience in chunks of one."""
    for number, row in enumerate(Delivery.objects.filter(announcement=announcement).order_by("contact_id")[:count]):
        Delivery.objects.filter(pk=row.pk).update(chunk=number)
        DeliveryChunk.objects.get_or_create(announcement=announcement, channel="email", number=number)


def before_each_mail(monkeypatch, happens):
    plain = mail_deliveries.MailTemplate.message_for

    def after_it(template, recipient):
        happens()
        return plain(template, recipient)

    monkeypatch.setattr(mail_deliveries.MailTemplate, "message_for", after_it)


def test_two_announcements_take_turns(cast, sink):
    first, second = released(cast, "First"), released(cast, "Second")
    in_pieces(first, 3)
    in_pieces(second, 3)
    handed_out = deliveries.hand_out_chunks()
    chunks = DeliveryChunk.objects.in_bulk(handed_out)
    assert [chunks[chunk_id].announcement_id for chunk_id in handed_out] == [first.pk, second.pk] * 3


def test_only_so_many_wait_to_be_taken(cast, sink, monkeypatch):
    monkeypatch.setattr(deliveries, "CHUNKS_WAITING", 2)
    in_pieces(released(cast, "First"), 3)
    handed_out = deliveries.hand_out_chunks()
    assert len(handed_out) == 2
    assert deliveries.hand_out_chunks() == []
    deliveries.deliver_chunk(handed_out[0])
    assert len(deliveries.hand_out_chunks()) == 1


def test_an_advisory_overtakes_what_is_being_sent(cast, sink, monkeypatch):
    """It is scheduled while the first mail of the other is on the wire; the worker gives the rest back and sends it first."""
    monkeypatch.setattr(mail_deliveries, "LOOKS_EVERY_SECONDS", 0.0)
    advisory = approve(draft(cast, "Close the hole", kind=Kind.SECURITY_ADVISORY, channels=["email"]), cast)
    ordinary = released(cast, "Aurora 3 is here")

    def scheduling_it():
        advisory.refresh_from_db()
        if advisory.state == "approved":
            announcements.schedule_announcement(advisory, by=cast.maria)
            deliveries.release_due()

    before_each_mail(monkeypatch, scheduling_it)
    [chunk] = DeliveryChunk.objects.filter(announcement=ordinary)
    deliveries.deliver_chunk(chunk.pk)
    titles = [message["Subject"] for _address, message in sink.mails]
    assert titles == ["Aurora 3 is here", *["Close the hole"] * 3]
    assert set(Delivery.objects.filter(announcement=ordinary).values_list("state", "attempts")) == {("delivered", 1), ("queued", 0)}
    work_off()
    assert [message["Subject"] for _address, message in sink.mails].count("Aurora 3 is here") == 3
    assert len({(address, message["Subject"]) for address, message in sink.mails}) == len(sink.mails) == 6


def test_a_busy_worker_begins_what_is_urgent_by_itself(cast, sink, monkeypatch):
    """Where the mail server is slow, every worker has its hands full for twenty seconds, and the kick that would begin it waits."""
    monkeypatch.setattr(mail_deliveries, "LOOKS_EVERY_SECONDS", 0.0)
    advisory = approve(draft(cast, "Close the hole", kind=Kind.SECURITY_ADVISORY, channels=["email"]), cast)
    ordinary = released(cast, "Aurora 3 is here")

    def scheduling_it():
        advisory.refresh_from_db()
        if advisory.state == "approved":
            announcements.schedule_announcement(advisory, by=cast.maria)

    before_each_mail(monkeypatch, scheduling_it)
    [chunk] = DeliveryChunk.objects.filter(announcement=ordinary)
    deliveries.deliver_chunk(chunk.pk)
    subjects = [mail["Subject"] for _address, mail in sink.mails]
    assert subjects == ["Aurora 3 is here", *["Close the hole"] * 3]
    work_off()
    assert sorted(sink.recipients) == sorted(2 * ["ben@alpenglow.example", "nora@alpenglow.example", "sven@baltic.example"])


def test_what_cannot_be_begun_is_held_and_nothing_waits_for_it(cast, sink, monkeypatch):
    broken = approve(draft(cast, "Close the hole", kind=Kind.SECURITY_ADVISORY, channels=["email"]), cast)
    ordinary = approve(draft(cast, "Aurora 3 is here", channels=["email"]), cast)
    plain = deliveries.freeze_audience

    def breaks(announcement):
        if announcement.pk == broken.pk:
            raise ZeroDivisionError("Nora's secret")
        return plain(announcement)

    monkeypatch.setattr(deliveries, "freeze_audience", breaks)
    for announcement in (broken, ordinary):
        announcements.schedule_announcement(announcement, by=cast.maria)
    work_off()
    broken.refresh_from_db()
    assert broken.state == State.PAUSED
    reason = broken.transitions.latest("pk").reason
    assert "Held: its audience could not be written down (ZeroDivisionError)" in reason
    assert "secret" not in reason
    assert report_of(ordinary).channels["email"].delivered == 3


def test_while_what_is_urgent_cannot_be_begun_others_go_on_after_a_moment(cast, sink, monkeypatch):
    def database_is_slow(_announcement):
        raise OperationalError("canceling statement due to statement timeout")

    ordinary = released(cast, "Aurora 3 is here")
    advisory = approve(draft(cast, "Close the hole", kind=Kind.SECURITY_ADVISORY, channels=["email"]), cast)
    announcements.schedule_announcement(advisory, by=cast.maria)
    monkeypatch.setattr(deliveries, "freeze_audience", database_is_slow)
    [chunk] = DeliveryChunk.objects.filter(announcement=ordinary)
    deliveries.deliver_chunk(chunk.pk)
    assert sink.mails == []
    Announcement.objects.filter(pk=advisory.pk).update(send_at=timezone.now() - timedelta(minutes=3))
    deliveries.deliver_chunk(chunk.pk)
    assert len(sink.mails) == 3


def test_pausing_stops_a_send_in_the_middle_of_a_window(cast, sink, monkeypatch):
    monkeypatch.setattr(mail_deliveries, "LOOKS_EVERY_SECONDS", 0.0)
    ordinary = released(cast, "Aurora 3 is here")

    def pausing():
        ordinary.refresh_from_db()
        if ordinary.state == "sending":
            announcements.pause_announcement(ordinary, by=cast.maria)

    [chunk] = DeliveryChunk.objects.filter(announcement=ordinary)
    with monkeypatch.context() as meanwhile:
        before_each_mail(meanwhile, pausing)
        deliveries.deliver_chunk(chunk.pk)
    assert len(sink.mails) == 1
    announcements.resume_announcement(ordinary, by=cast.maria)
    work_off()
    assert sorted(sink.recipients) == sorted({"nora@alpenglow.example", "ben@alpenglow.example", "sven@baltic.example"})


def test_what_is_too_much_to_be_cancelled_at_once_is_cancelled_later_and_holds_nobody_up(cast, sink, monkeypatch):
    monkeypatch.setattr(cancelling, "SECONDS_AT_ONCE", 0.0)
    large, other = released(cast, "Large"), released(cast, "Other")
    in_pieces(large, 3)
    announcements.cancel_announcement(large, by=cast.maria)
    sums = report_of(large).channels["email"]
    assert (sums.cancelled, sums.pending, sums.audience) == (1, 2, 3)

    [others] = deliveries.hand_out_chunks()
    assert deliveries.deliver_chunk(others)
    sums = report_of(large).channels["email"]
    assert (sums.cancelled, sums.pending, sums.audience) == (2, 1, 3)
    deliveries.hand_out_chunks()
    assert report_of(large).channels["email"].cancelled == 3
    assert report_of(other).channels["email"].delivered == 3
    assert len(sink.mails) == 3
    assert not DeliveryChunk.objects.filter(done_at=None).exists()


def test_of_a_cancelled_test_of_variants_the_rest_waits_for_nothing_either(cast, sink):
    large = released(cast, "Large")
    DeliveryChunk.objects.filter(announcement=large).delete()
    now = timezone.now()
    VariantTest.objects.create(announcement=large, begun_at=now, decide_at=now + timedelta(hours=1))
    announcements.cancel_announcement(large, by=cast.maria)
    assert report_of(large).channels["email"].cancelled == 3


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_chunk_that_somebody_else_is_cancelling(cast, sink):
    large = released(cast, "Large")
    in_pieces(large, 3)
    Announcement.objects.filter(pk=large.pk).update(state=State.CANCELLED)
    first = DeliveryChunk.objects.filter(announcement=large).earliest("pk")
    with closing(connection.copy()) as elsewhere, elsewhere.cursor() as cursor:
        elsewhere.set_autocommit(False)
        cursor.execute("SELECT FROM communications_deliverychunk WHERE id = %s FOR UPDATE", [first.pk])
        cursor.execute("UPDATE communications_delivery SET state = 'cancelled' WHERE announcement_id = %s AND chunk = %s",
                       [large.pk, first.number])  # fmt: skip
        with connection.cursor() as here:
            here.execute("SET lock_timeout = '5s'")
        deliveries.hand_out_chunks()
        assert list(DeliveryChunk.objects.filter(done_at=None)) == [first]
        elsewhere.rollback()
    deliveries.hand_out_chunks()
    assert report_of(large).channels["email"].cancelled == 3


def test_of_what_is_due_at_once_the_urgent_is_frozen_first(cast, sink, monkeypatch):
    kinds = {"First": Kind.PRODUCT_UPDATE, "Close the hole": Kind.SECURITY_ADVISORY, "Last": Kind.PRODUCT_UPDATE}
    for title, kind in kinds.items():
        announcement = approve(draft(cast, title, kind=kind, channels=["email"]), cast)
        announcements.schedule_announcement(announcement, by=cast.maria)
    frozen, plain = [], deliveries.freeze_audience
    monkeypatch.setattr(deliveries, "freeze_audience", lambda one: frozen.append(one.title) or plain(one))
    assert deliveries.release_due() == 3
    assert frozen[0] == "Close the hole"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first_of_thousand", [False, True])
def test_an_advisory_is_frozen_while_a_large_audience_is(cast, sink, monkeypatch, is_first_of_thousand):
    """Freezing a million people takes a quarter of a minute, in one transaction."""
    large = approve(draft(cast, "Large", channels=["email"]), cast)
    advisory = approve(draft(cast, "Close the hole", kind=Kind.SECURITY_ADVISORY, channels=["email"]), cast)
    for announcement in (large, advisory):
        announcements.schedule_announcement(announcement, by=cast.maria)
        announcements.release_announcement(announcement)
    with connection.cursor() as here:
        here.execute("SET lock_timeout = '5s'")
        if is_first_of_thousand:
            for table in PARTITIONED:
                here.execute(f"DROP TABLE IF EXISTS {partition_of(table, first_of_thousand(large.pk))}")
    halfway, may_end, plain = threading.Event(), threading.Event(), audiences._freeze_channel

    def slowly(announcement, *arguments, **named):
        rows = plain(announcement, *arguments, **named)
        if announcement.pk == large.pk:
            halfway.set()
            may_end.wait(60)
        return rows

    def freeze_large():
        with closing(connection):
            return audiences.freeze_audience(large)

    monkeypatch.setattr(audiences, "_freeze_channel", slowly)
    with ThreadPoolExecutor(1) as elsewhere:
        freezing = elsewhere.submit(freeze_large)
        assert halfway.wait(60)
        try:
            assert audiences.freeze_audience(advisory)
            assert report_of(advisory).channels["email"].pending == 3
        finally:
            may_end.set()
        assert freezing.result(60)
    assert report_of(large).channels["email"].pending == 3
