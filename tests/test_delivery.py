"""An approved announcement on its way: frozen, handed over, settled. Every recipient is in exactly one state."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from communications.actions import announcements, audiences, deliveries
from communications.actions.leases import take_lease
from communications.actions.mail_deliveries import _claim
from communications.actions.portal_deliveries import deliver_to_portal
from communications.actions.preferences import set_preference
from communications.channels.journal import Journal
from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import AttentionPolicy, Delivery, DeliveryChunk, DeliveryState, State, Suppression, Topic
from communications.partitions import first_of_thousand, partition_of
from communications.queries.announcement_report import report_of
from tests import factories
from tests.announcement_story import approve, draft, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    """Maria's announcement to everyone, approved by Arthur."""
    announcement = factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.maria)
    version = announcements.submit_announcement(announcement, by=cast.maria)
    announcements.approve_announcement(announcement, by=cast.arthur, version=version.number)
    return announcement


def send(announcement, *, by):
    announcements.schedule_announcement(announcement, by=by)
    work_off()
    announcement.refresh_from_db()


def states(announcement, channel="email") -> dict[str, str]:
    rows = Delivery.objects.filter(announcement=announcement, channel=channel).select_related("contact")
    return {row.contact.name: row.state for row in rows}


def test_everyone_gets_it_once_and_the_sums_add_up(cast, approved, sink):
    send(approved, by=cast.maria)

    assert sorted(sink.recipients) == ["ben@alpenglow.example", "nora@alpenglow.example", "sven@baltic.example"]
    assert approved.state == State.SENT
    report = report_of(approved)
    assert report.audience == 3
    assert report.partners == 2
    for sums in report.channels.values():
        assert sums.audience == sums.delivered == 3


def test_of_a_large_audience_the_database_learns_at_once(cast, approved, sink, monkeypatch):
    """Else it takes a million rows for one, and reads all of them for every window of mails."""
    monkeypatch.setattr(audiences, "CHUNKS_TO_LEARN_OF", 1)
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()

    with connection.cursor() as cursor:
        partition = partition_of("communications_delivery", first_of_thousand(approved.pk))
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [partition])
        assert cursor.fetchone() == (6.0,)  # three people by two channels


def test_each_thousand_of_announcements_has_tables_of_its_own(cast, sink):
    send(approve(draft(cast, pk=7_001), cast), by=cast.maria)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM communications_delivery_7000 WHERE announcement_id = 7001")
        assert cursor.fetchone() == (6,)
        cursor.execute("SELECT to_regclass('communications_engagementevent_7000') IS NOT NULL")
        assert cursor.fetchone() == (True,)


def test_a_worker_claims_of_its_own_chunk_alone(cast, approved, sink, monkeypatch):
    monkeypatch.setattr(audiences, "CHUNK_ROWS", 2)
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    first, second = DeliveryChunk.objects.filter(announcement=approved, channel="email").order_by("number")

    assert len(_claim(take_lease(first.pk))) == 2
    assert set(states(approved).values()) == {"sending", "queued"}
    assert len(_claim(take_lease(second.pk))) == 1
    assert set(states(approved).values()) == {"sending"}


def test_the_mail_is_personal_and_can_be_left_with_one_click(cast, approved, sink):
    send(approved, by=cast.maria)

    mail = sink.to("nora@alpenglow.example")
    assert mail["Subject"] == "Aurora 3 is here"
    assert str(approved.public_id) in mail["Message-ID"]
    assert str(cast.nora.public_id) in mail["Message-ID"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Hello Nora Berg" in mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "Hello Nora Berg" in html
    assert "/t/c/" in html
    assert "https://vendor.example/notes" not in html


def test_freezing_and_delivering_twice_changes_nothing(cast, approved, sink):
    send(approved, by=cast.maria)
    chunk_ids = list(DeliveryChunk.objects.values_list("pk", flat=True))

    assert deliveries.release_due() == 0
    assert [deliveries.deliver_chunk(chunk_id) for chunk_id in chunk_ids] == [False] * len(chunk_ids)
    assert len(sink.mails) == 3


def test_one_mail_for_someone_who_works_for_two_partners(cast, approved, sink):
    factories.make_contact(cast.baltic, "Nora Berg", "Nora@Alpenglow.example")
    send(approved, by=cast.maria)

    assert sink.recipients.count("nora@alpenglow.example") == 1
    sums = report_of(approved).channels["email"]
    assert (sums.delivered, sums.suppressed, sums.audience) == (3, 1, 4)


def test_who_cannot_or_will_not_be_mailed_is_counted_with_the_reason(cast, approved, sink):
    factories.make_contact(cast.baltic, "Olga Mets", "")
    set_preference("ben@alpenglow.example", approved.topic, is_wanted=False, how="preferences")
    Suppression.objects.create(address="sven@baltic.example", reason="550 no such user")
    send(approved, by=cast.maria)

    assert sink.recipients == ["nora@alpenglow.example"]
    report = report_of(approved)
    assert report.channels["email"].suppressed == 3
    assert report.channels["portal"].delivered == 4
    assert set(report.reasons) == {
        "no e-mail address",
        "does not want this topic by e-mail",
        "the address is suppressed",
    }


def test_a_full_week_leaves_the_rest_in_the_portal(cast, approved, sink):
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_week": 1})
    announcements.change_announcement(approved, by=cast.maria, channels=["email"])
    for _ in range(2):
        follow_up = approved
        if approved.state != State.DRAFT:
            follow_up = factories.make_announcement(
                "More", programme=cast.programme, segment=approved.segment, author=cast.maria, channels=["email"]
            )
        version = announcements.submit_announcement(follow_up, by=cast.maria)
        announcements.approve_announcement(follow_up, by=cast.arthur, version=version.number)
        send(follow_up, by=cast.maria)

    assert len(sink.mails) == 3
    report = report_of(follow_up)
    assert report.channels["email"].suppressed == 3
    assert report.channels["portal"].delivered == 3
    assert list(report.reasons) == ["had enough for now; it goes into their digest, and waits in the portal"]


def test_a_refused_address_fails_alone_and_is_not_asked_again(cast, approved, sink):
    sink.on_recipient = lambda address: "550 5.1.1 no such user" if address.startswith("ben") else None
    send(approved, by=cast.maria)

    assert states(approved)["Ben Ott"] == DeliveryState.FAILED
    assert Suppression.objects.get().address == "ben@alpenglow.example"
    assert report_of(approved).channels["email"].delivered == 2


@pytest.mark.parametrize("answer", ["550 5.7.1 blocked using zen.spamhaus.org", "550 Message rejected as spam", "550 mailbox full"])
def test_who_was_refused_for_another_reason_than_the_address_is_mailed_next_time(cast, approved, sink, answer):
    sink.on_recipient = lambda _address: answer
    send(approved, by=cast.maria)
    assert set(states(approved).values()) == {DeliveryState.FAILED}
    assert not Suppression.objects.exists()

    sink.on_recipient = lambda _address: None
    again = approve(draft(cast, "The next one"), cast)
    send(again, by=cast.maria)
    assert set(states(again).values()) == {DeliveryState.DELIVERED}


def test_a_server_that_asks_to_wait_is_asked_again_later(cast, approved, sink):
    sink.on_recipient = lambda address: "451 4.7.1 try later" if address.startswith("ben") else None
    send(approved, by=cast.maria)

    assert states(approved)["Ben Ott"] == DeliveryState.DEFERRED
    assert approved.state == State.SENDING
    sink.on_recipient = lambda _address: None
    Delivery.objects.filter(state=DeliveryState.DEFERRED).update(next_try_at=timezone.now())
    DeliveryChunk.objects.update(due_at=timezone.now())
    work_off()
    assert set(states(approved).values()) == {DeliveryState.DELIVERED}
    assert len(sink.mails) == 3


def test_without_a_mail_server_everything_waits(cast, approved, settings):
    settings.EMAIL_PORT = 1
    send(approved, by=cast.maria)

    assert set(states(approved).values()) == {DeliveryState.DEFERRED}
    assert set(states(approved, "portal").values()) == {DeliveryState.DELIVERED}


def test_pause_holds_and_resume_goes_on(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    announcements.pause_announcement(approved, by=cast.maria)
    work_off()
    assert sink.mails == []
    announcements.resume_announcement(approved, by=cast.maria)
    work_off()
    assert len(sink.mails) == 3


def test_cancel_keeps_what_was_delivered_and_stops_the_rest(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    announcements.cancel_announcement(approved, by=cast.maria)
    work_off()

    assert sink.mails == []
    for sums in report_of(approved).channels.values():
        assert sums.cancelled == sums.audience == 3


def test_what_the_server_put_off_while_it_was_cancelled_waits_for_nothing(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    lease = take_lease(DeliveryChunk.objects.get(channel="email").pk)
    claimed = sorted(_claim(lease))
    announcements.cancel_announcement(approved, by=cast.maria)
    assert set(states(approved).values()) == {DeliveryState.SENDING}  # nobody knows yet what became of them

    journal = Journal(lease.key)
    for contact_id, outcome in zip(claimed, (DELIVERED, Outcome(DeliveryState.DEFERRED, "451 try later"), DELIVERED), strict=True):
        journal.begin([contact_id])
        journal.end(contact_id, outcome)
    journal.write()
    lease.give_up()
    deliveries.settle_abandoned()
    work_off()

    sums = report_of(approved).channels["email"]
    assert (sums.delivered, sums.cancelled, sums.pending, sums.audience) == (2, 1, 0, 3)
    assert not DeliveryChunk.objects.filter(done_at=None).exists()


def test_after_a_crash_only_the_message_on_the_wire_is_in_doubt(cast, approved, sink, django_capture_on_commit_callbacks):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    chunk = DeliveryChunk.objects.get(channel="email")
    lease = take_lease(chunk.pk)
    claimed = sorted(_claim(lease))
    journal = Journal(lease.key)  # the worker dies with the first message taken and the second on the wire
    journal.begin([claimed[0]])
    journal.end(claimed[0], DELIVERED)
    journal.begin([claimed[1]])

    assert deliveries.settle_abandoned() == 0
    DeliveryChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert deliveries.settle_abandoned() == 1
    work_off()

    found = dict(Delivery.objects.filter(announcement=approved, channel="email").values_list("contact_id", "state"))
    assert [found[contact_id] for contact_id in claimed] == ["delivered", "in_doubt", "delivered"]
    assert len(sink.mails) == 1  # only the third: the first had been taken before
    assert not journal.path.exists()
    assert report_of(approved).channels["email"].in_doubt == 1


def test_a_chunk_that_fails_again_and_again_holds_its_own_announcement_alone(cast, approved, sink, monkeypatch):
    def fails_for_one(lease):
        if lease.chunk.announcement_id == approved.pk:
            raise ZeroDivisionError("Nora's secret")
        deliver_to_portal(lease)

    monkeypatch.setattr(deliveries, "deliver_to_portal", fails_for_one)
    other = draft(cast, "Another one")
    announcements.schedule_announcement(approved, by=cast.maria)
    announcements.schedule_announcement(approve(other, cast), by=cast.maria)
    for _time in range(3):
        work_off()
        DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    approved.refresh_from_db()
    other.refresh_from_db()

    assert (approved.state, other.state) == (State.PAUSED, State.SENT)
    reason = approved.transitions.order_by("pk").last().reason
    assert "3 times in a row: ZeroDivisionError" in reason
    assert "secret" not in reason
    assert report_of(approved).channels["email"].delivered == 3

    monkeypatch.setattr(deliveries, "deliver_to_portal", deliver_to_portal)
    announcements.resume_announcement(approved, by=cast.maria)
    work_off()
    approved.refresh_from_db()
    assert approved.state == State.SENT
    for sums in report_of(approved).channels.values():
        assert sums.delivered == sums.audience == 3


def test_a_worker_that_stood_still_sends_nothing_that_was_given_to_another(
    cast, approved, sink, monkeypatch, django_capture_on_commit_callbacks
):
    """As by SIGSTOP, or on a machine that was asleep: its lease ran out before its first mail."""
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    chunk = DeliveryChunk.objects.get(channel="email")
    begin = Journal.begin

    def stands_still(journal, contact_id):
        monkeypatch.setattr(Journal, "begin", begin)
        DeliveryChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        with django_capture_on_commit_callbacks(execute=True):
            assert deliveries.settle_abandoned() == 1
        DeliveryChunk.objects.filter(pk=chunk.pk).update(due_at=timezone.now())
        begin(journal, contact_id)

    monkeypatch.setattr(Journal, "begin", stands_still)
    assert not deliveries.deliver_chunk(chunk.pk)
    assert sink.mails == []
    work_off()
    assert len(sink.recipients) == len(set(sink.recipients)) == 3
    assert report_of(approved).channels["email"].delivered == 3


def test_a_lost_machine_leaves_its_window_in_doubt(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    chunk = DeliveryChunk.objects.get(channel="email")
    _claim(take_lease(chunk.pk))
    DeliveryChunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1), lease=uuid.uuid4())
    deliveries.settle_abandoned()
    work_off()

    assert sink.mails == []
    assert report_of(approved).channels["email"].in_doubt == 3


def test_who_lost_the_lease_claims_nothing(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    chunk = DeliveryChunk.objects.get(channel="email")
    lost = take_lease(chunk.pk)
    DeliveryChunk.objects.filter(pk=chunk.pk).update(lease=uuid.uuid4())
    assert _claim(lost) == []
    assert set(states(approved).values()) == {DeliveryState.QUEUED}


def test_a_person_decides_what_is_in_doubt(cast, approved, sink):
    test_a_lost_machine_leaves_its_window_in_doubt(cast, approved, sink)
    nora, ben, _sven = (
        Delivery.objects.get(announcement=approved, channel="email", contact=c) for c in (cast.nora, cast.ben, cast.sven)
    )

    deliveries.settle_in_doubt(nora, "resend", by=cast.maria)
    deliveries.settle_in_doubt(ben, "skip", by=cast.maria)
    work_off()

    assert sink.recipients == ["nora@alpenglow.example"]
    sums = report_of(approved).channels["email"]
    assert (sums.delivered, sums.failed, sums.in_doubt, sums.audience) == (1, 1, 1, 3)
    approved.refresh_from_db()
    assert approved.state == State.SENT


def test_the_topic_is_asked_again_at_the_moment_of_sending(cast, approved, sink):
    announcements.schedule_announcement(approved, by=cast.maria)
    deliveries.release_due()
    set_preference("nora@alpenglow.example", Topic.objects.get(pk=approved.topic_id), is_wanted=False, how="one_click")
    work_off()
    assert "nora@alpenglow.example" not in sink.recipients


def test_rules_that_no_longer_make_sense_hold_it_and_nothing_else(cast, approved, sink):
    approved.versions.update(rule={"all": [{"field": "fact.deleted", "op": "eq", "value": 1}]})
    send(approved, by=cast.maria)

    assert approved.state == State.PAUSED
    assert "fact.deleted" in approved.transitions.last().reason
    assert sink.mails == []
