"""Nora's attention: one budget whoever writes, quiet hours that hold, and nothing lost of what did not fit."""

import threading
from datetime import time, timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from communications.actions.attention import give_back, take_attention
from communications.actions.digests import send_due_digests
from communications.actions.preferences import AttentionChoice, set_attention, set_digest_rhythm, set_preference
from communications.models import Attention, AttentionPolicy, Delivery, Digest, DigestItem, EngagementEvent
from communications.queries.announcement_report import report_of
from communications.queries.attention import reader_of
from communications.queries.delivery_list import delivery_page
from communications.rendering.digests import digest_token
from communications.tracking_tokens import read_token
from partners.actions.consents import give_consent
from partners.models import Purpose
from tests import factories
from tests.announcement_story import draft, send, work_off

pytestmark = pytest.mark.django_db


def allow(**limits) -> AttentionPolicy:
    return AttentionPolicy.objects.update_or_create(pk=1, defaults=limits)[0]


def state_of(announcement, contact) -> tuple[str, str]:
    row = Delivery.objects.get(announcement=announcement, contact=contact, channel="email")
    return row.state, row.reason


def at_clock(moment):
    """The whole house reads this clock."""
    return mock.patch("django.utils.timezone.now", return_value=moment)


def due():
    Digest.objects.update(due_at=timezone.now())


def test_the_statement_takes_what_the_rule_in_words_allows():
    policy, now = allow(per_day=2, per_week=3), timezone.now()
    for days, granted in [(0, True), (0, True), (0, False), (1.1, True), (1.2, False), (7.05, True), (7.1, True), (7.2, False)]:
        with at_clock(now + timedelta(days=days)):
            assert bool(take_attention(["nora@alpenglow.example"], policy)) == granted, days


def test_what_passes_is_never_refused_and_counts():
    policy = allow(per_day=1)
    for _ in range(3):
        assert take_attention(["nora@alpenglow.example"], policy, passes=True)
    assert not take_attention(["nora@alpenglow.example"], policy)
    assert len(Attention.objects.get().taken) == 3


def test_a_new_installation_has_no_quiet_hours_and_a_generous_budget(cast, sink):
    """Nobody has chosen anything: five mails of a day arrive, at whatever hour, and the sixth waits for the digest."""
    AttentionPolicy.objects.all().delete()
    reader = reader_of(cast.nora, cast.programme)
    begins = timezone.now().replace(minute=0)
    assert [reader.end_of_quiet(begins + timedelta(hours=hour)) for hour in range(24)] == [None] * 24
    for nth in range(6):
        send(draft(cast, f"Number {nth}", channels=["email"]), cast)
    assert sink.recipients.count(cast.nora.email) == 5
    assert Digest.objects.get(contact=cast.nora).items.get().announcement.title == "Number 5"


def test_what_is_given_back_can_be_taken_again():
    policy = allow(per_day=1)
    slots = take_attention(["ben@alpenglow.example"], policy)
    give_back(slots.items())
    assert take_attention(["ben@alpenglow.example"], policy)


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_do_not_take_more_than_there_is():
    policy, granted, gate = allow(per_day=3), [], threading.Barrier(8)

    def ask() -> None:
        try:
            gate.wait()
            granted.append(len(take_attention(["nora@alpenglow.example", "ben@alpenglow.example"], policy)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 6
    assert [len(row.taken) for row in Attention.objects.all()] == [3, 3]


NORA, BEN = "nora@alpenglow.example", "ben@alpenglow.example"
asking = st.tuples(st.sampled_from([(NORA,), (BEN,), (NORA, BEN)]), st.booleans())


class _Asker(threading.Thread):
    """Asks in a transaction of a connection of its own, which stays open until it is told to end."""

    def __init__(self, policy, people, is_kept):
        super().__init__(daemon=True)
        self.policy, self.people, self.is_kept = policy, people, is_kept
        self.may_end, self.has_asked, self.backend = threading.Event(), threading.Event(), 0
        self.granted: dict = {}

    def run(self):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    self.backend = cursor.fetchone()[0]
                self.granted = take_attention(self.people, self.policy)
                self.has_asked.set()
                self.may_end.wait()
                transaction.set_rollback(not self.is_kept)
        finally:
            connection.close()

    def begin(self):
        """Until it was answered, or waits for another's row."""
        self.start()
        while not self.has_asked.is_set() and not self._waits():
            assert self.is_alive()

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE pid = %s AND NOT granted", [self.backend])
            return cursor.fetchone() is not None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_however_transactions_interleave_the_last_unit_is_taken_once():
    """Each opens before any ends, in any order, and some are rolled back: what is taken is what was asked for and kept, as far as
    there is room, and not one more."""

    @trying(max_examples=40, deadline=None)
    @given(st.lists(asking, min_size=2, max_size=4), st.integers(1, 3), st.booleans(), st.permutations(range(4)))
    def holds(askers, room, is_new, order):
        Attention.objects.all().delete()
        if not is_new:  # the row of a person is there already, with nothing in it
            Attention.objects.bulk_create(Attention(person=person, taken=[]) for person in (NORA, BEN))
        policy = allow(per_day=room)
        threads = [_Asker(policy, *asked) for asked in askers]
        try:
            for thread in threads:
                thread.begin()
        finally:  # whatever went wrong: one that stays open would hold up the next example for ever
            for place in (place for place in order if place < len(threads)):
                threads[place].may_end.set()
            for thread in threads:
                thread.join()
        for person in (NORA, BEN):
            asked = sum(person in people and is_kept for people, is_kept in askers)
            granted = sum(person in thread.granted and thread.is_kept for thread in threads)
            row = Attention.objects.filter(pk=person).first()
            assert granted == min(room, asked) == len(row.taken if row else [])

    holds()


def test_one_person_has_one_budget_wherever_she_works_and_whoever_writes(cast, sink):
    allow(per_week=1)
    other = factories.make_programme("other")
    second = factories.make_contact(cast.baltic, "Nora Berg", "n.berg@baltic.example", user=cast.nora.user)
    segment = factories.make_segment("Nora", contact_rule={"all": [{"field": "contact.name", "op": "eq", "value": "Nora Berg"}]})
    send(draft(cast, segment=segment), cast)
    more = draft(cast, "More", segment=segment)
    more.programme = other
    more.save()
    send(more, cast)
    assert len(sink.mails) == 1
    assert {state_of(more, contact)[0] for contact in (cast.nora, second)} == {"suppressed"}


def test_what_is_critical_passes_both_budget_and_quiet_hours(cast, sink):
    allow(per_week=1)
    send(draft(cast), cast)
    cast.programme.quiet_from, cast.programme.quiet_until = time(0), time(23, 59)
    cast.programme.save()
    send(draft(cast, "A hole in Aurora", kind="security_advisory"), cast)
    assert len(sink.mails) == 6


def test_in_quiet_hours_it_waits_for_their_end_and_is_no_failure(cast, sink):
    night = timezone.now().replace(hour=22, minute=30)
    set_attention(cast.nora, AttentionChoice(quiet="own", quiet_from=time(22), quiet_until=time(7)), how="preferences")
    with at_clock(night):
        sent = send(draft(cast), cast)
        assert sorted(sink.recipients) == ["ben@alpenglow.example", "sven@baltic.example"]
        row = Delivery.objects.get(announcement=sent, contact=cast.nora, channel="email")
        assert (row.state, row.reason) == ("deferred", "quiet_hours")
        assert row.next_try_at == (night + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)
        assert "nora@alpenglow.example" not in Attention.objects.values_list("pk", flat=True)
    with at_clock(row.next_try_at):
        work_off()
    assert "nora@alpenglow.example" in sink.recipients
    assert report_of(sent).channels["email"].delivered == 3


def test_at_each_persons_best_time(cast, sink):
    morning = timezone.now().replace(hour=6, minute=0)
    set_attention(cast.ben, AttentionChoice(best_hour=11), how="preferences")
    with at_clock(morning):
        sent = send(draft(cast, best_time_hours=4), cast)
        assert "ben@alpenglow.example" in sink.recipients  # eleven is not within four hours, so he gets it now
        assert state_of(sent, cast.nora) == ("deferred", "best_time")
    with at_clock(morning.replace(hour=9, second=1)):
        work_off()
    assert len(sink.mails) == 3


def test_something_more_important_on_its_way_goes_first(cast, sink):
    allow(per_week=1)
    sink.on_recipient = lambda _address: "451 later"
    prices = send(draft(cast, "Prices", kind="price_list"), cast)
    sink.on_recipient = lambda _address: None
    news = send(draft(cast, "Newsletter", kind="newsletter"), cast)
    assert sink.mails == []
    assert state_of(news, cast.nora) == ("suppressed", "rolled_up")
    Delivery.objects.filter(announcement=prices, state="deferred").update(next_try_at=timezone.now())
    prices.chunks.update(due_at=timezone.now())
    work_off()
    assert {message["Subject"] for _address, message in sink.mails} == {"Prices"}


@pytest.fixture
def rolled_up(cast, sink):
    """Two announcements for which nobody had room, and room again for the digest."""
    allow(per_week=1)
    first = send(draft(cast, "Aurora 3 is here"), cast)
    later = [send(draft(cast, title), cast) for title in ("Prices change", "A webinar")]
    Attention.objects.all().delete()
    due()
    sink.mails.clear()
    return first, *later


def test_what_did_not_fit_comes_as_one_mail(cast, rolled_up, sink, client):
    _first, prices, webinar = rolled_up
    assert send_due_digests() == 3
    assert len(sink.mails) == 3
    mail = sink.to("nora@alpenglow.example")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "Prices change" in text
        assert "A webinar" in text
        assert "Hello Nora Berg, read" in text
    for announcement in (prices, webinar):
        sums = report_of(announcement).channels["email"]
        assert (sums.suppressed, sums.audience) == (3, 3)
        line = next(row for row in delivery_page(announcement, cast.maria, channel="email") if row.name == "Nora Berg")
        assert line.reason.startswith("rolled up into the digest of")
    assert len(Attention.objects.get(pk="nora@alpenglow.example").taken) == 1
    assert send_due_digests() == 0


def test_its_links_are_known_for_their_announcement(cast, rolled_up, sink, client):
    send_due_digests()
    text = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    address = next(line.strip() for line in text.splitlines() if "/t/a/" in line)
    token = address.rpartition("/")[2]
    assert read_token(token).contact_id == cast.nora.pk
    answer = client.get(f"/t/a/{token}")
    assert answer["Location"] == f"/announcements/{rolled_up[1].public_id}/"
    assert client.get(f"/t/a/{token[:-3]}abc").status_code == 404
    assert EngagementEvent.objects.count() == 0  # it is on the stream, not written in the request


def test_what_expired_was_cancelled_read_or_is_unwanted_is_left_out_and_says_so(cast, rolled_up, sink):
    _first, prices, webinar = rolled_up
    prices.expires_at = timezone.now()
    prices.save()
    Delivery.objects.filter(announcement=webinar, contact=cast.ben, channel="portal").update(read_at=timezone.now())
    set_preference(cast.sven.email, webinar.topic, is_wanted=False, how="preferences")
    assert send_due_digests() == 1
    assert "Prices change" not in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert state_of(prices, cast.nora) == ("suppressed", "expired")
    assert state_of(webinar, cast.ben) == ("suppressed", "acted")
    assert state_of(webinar, cast.sven) == ("suppressed", "unsubscribed")
    assert sorted(Digest.objects.values_list("state", flat=True)) == ["delivered", "empty", "empty"]


def test_a_digest_that_is_put_off_or_refused_loses_nothing(cast, rolled_up, sink):
    _first, prices, _webinar = rolled_up
    sink.on_recipient = lambda address: "451 later" if address.startswith("nora") else "550 no such user"
    assert send_due_digests() == 0
    assert state_of(prices, cast.nora) == ("suppressed", "rolled_up")
    assert state_of(prices, cast.ben) == ("suppressed", "digest_failed")
    assert Delivery.objects.get(announcement=prices, contact=cast.ben, channel="portal").state == "delivered"
    assert DigestItem.objects.filter(digest__state="waiting").count() == 2
    assert not Attention.objects.exclude(taken=[]).exists()
    sink.on_recipient = lambda _address: None
    due()
    assert send_due_digests() == 1


def test_no_room_puts_a_digest_off(cast, rolled_up, sink):
    take_attention([cast.nora.email], AttentionPolicy.objects.get())
    assert send_due_digests() == 2
    waiting = Digest.objects.get(state="waiting")
    assert waiting.person == cast.nora.email
    assert waiting.due_at > timezone.now()


def test_the_way_out_of_digests_asks_on_get_and_acts_on_post(cast, rolled_up, sink, client):
    digest = Digest.objects.get(person=cast.nora.email)
    address = f"/t/d/{digest_token(digest.pk)}"
    assert client.get(address).status_code == 200
    due()
    client.post(address, {"List-Unsubscribe": "One-Click"})
    due()
    send_due_digests()
    assert "nora@alpenglow.example" not in sink.recipients
    assert state_of(rolled_up[1], cast.nora) == ("suppressed", "had_enough")
    assert client.get("/t/d/x").status_code == 404


def test_who_wants_no_digest_finds_it_in_the_portal(cast, sink):
    allow(per_week=1)
    set_digest_rhythm(cast.nora, "never", how="preferences")
    send(draft(cast), cast)
    more = send(draft(cast, "More", channels=["email"]), cast)
    assert state_of(more, cast.nora) == ("suppressed", "had_enough")
    assert state_of(more, cast.ben) == ("suppressed", "rolled_up")
    assert Delivery.objects.get(announcement=more, contact=cast.nora, channel="portal").state == "delivered"


def test_a_topic_that_rests_on_consent_goes_to_those_who_gave_it(cast, sink):
    purpose = Purpose.objects.create(key="marketing", name="Marketing", basis="consent")
    announcement = draft(cast)
    announcement.topic.purpose = purpose
    announcement.topic.save()
    give_consent(cast.nora, purpose, by=cast.nora.user, how="in the portal")
    send(announcement, cast)
    assert sink.recipients == ["nora@alpenglow.example"]
    assert state_of(announcement, cast.ben) == ("suppressed", "no_consent")
