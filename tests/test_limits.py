"""How fast mail may go: never more than a limit in any period, nobody lost, and everybody comes back by themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from activity.models import Activity
from activity.refusals import Invalid
from communications.actions import deliveries
from communications.actions.limits import PAUSES, learn_from, remove_limit, set_limit, take_allowances
from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import Announcement, Delivery, DeliveryChunk, DeliveryState, SendingGrant, SendingLimit, SendingPause
from communications.queries.limits import PERIODS, limits_now
from tests.announcement_story import draft, send, work_off

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOW = "/admin/communications/sendinglimit/now/"


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def people(place: str, n: int, first: int = 1) -> dict[int, str]:
    return {first + k: f"person{k}@{place}" for k in range(n)}


def put_off(place: str, words: str = "451 4.7.1 try later") -> tuple[str, Outcome]:
    return f"nora@{place}", Outcome(DeliveryState.DEFERRED, words)


def try_again(announcement) -> None:
    """The time that the rows wait for has come; what went before is longer ago than any period."""
    SendingGrant.objects.all().delete()
    SendingPause.objects.update(until=timezone.now())
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    work_off()
    announcement.refresh_from_db()


def test_nothing_limited_writes_nothing(clock, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):  # two reads between a savepoint's two ends
        assert take_allowances(people("alpenglow.example", 50), clock=clock) == {}
    assert not SendingGrant.objects.exists()


def test_a_domain_has_its_limit_and_the_others_go(clock):
    SendingLimit.objects.create(domain="alpenglow.example", per_minute=3)
    wanted = people("alpenglow.example", 8) | people("baltic.example", 5, first=100)

    holds = take_allowances(wanted, clock=clock)

    assert sorted(holds) == [4, 5, 6, 7, 8]
    assert {hold.why for hold in holds.values()} == {"limit:alpenglow.example"}
    minutes = [(holds[one].until - NOON) / timedelta(minutes=1) for one in sorted(holds)]
    assert minutes == [1, 1, 1, 2, 2]
    clock.now += timedelta(seconds=59)
    assert len(take_allowances(people("alpenglow.example", 3), clock=clock)) == 3
    clock.now += timedelta(seconds=1)
    assert not take_allowances(people("alpenglow.example", 3), clock=clock)


def test_every_other_domain_has_a_limit_for_itself(clock):
    SendingLimit.objects.create(applies_to="each_domain", per_hour=2)
    SendingLimit.objects.create(domain="baltic.example", per_hour=4)
    wanted = people("one.example", 3) | people("two.example", 3, 100) | people("baltic.example", 5, 200)
    assert sorted(take_allowances(wanted, clock=clock)) == [3, 102, 204]


def test_all_mail_together_has_a_limit(clock):
    SendingLimit.objects.create(applies_to="server", per_second=4)
    holds = take_allowances(people("one.example", 3) | people("two.example", 3, 100), clock=clock)
    assert sorted(holds) == [101, 102]
    assert all(hold.is_of_server for hold in holds.values())


STEPS = st.lists(
    st.tuples(st.integers(0, 4000), st.lists(st.sampled_from(["a.example", "b.example", "c.example"]), max_size=12)), max_size=12
)
FIGURES = st.one_of(st.none(), st.integers(1, 8))


@settings(max_examples=20, deadline=None)
@given(STEPS, FIGURES, FIGURES, st.integers(1, 9), st.integers(1, 20))
def test_no_period_ever_holds_more_than_its_limit(steps, second, minute, hour, server):
    """Also over the edge of a minute; and who is held may ask again no later than it takes for the limit to leave room."""
    for model in (SendingGrant, SendingLimit, SendingPause):
        model.objects.all().delete()
    SendingLimit.objects.create(domain="a.example", per_second=second, per_minute=minute, per_hour=hour)
    SendingLimit.objects.create(applies_to="each_domain", per_minute=hour)
    SendingLimit.objects.create(applies_to="server", per_minute=server)
    clock, went = Clock(), []
    for pause, places in steps:
        clock.now += timedelta(milliseconds=pause * 10)
        wanted = {number: f"x@{place}" for number, place in enumerate(places)}
        holds = take_allowances(wanted, clock=clock)
        went += [(clock.now, place) for number, place in enumerate(places) if number not in holds]
        assert all(clock.now < hold.until for hold in holds.values())
    limits = [("a.example", "per_second", second), ("a.example", "per_minute", minute), ("a.example", "per_hour", hour)]
    limits += [("b.example", "per_minute", hour), ("c.example", "per_minute", hour), ("", "per_minute", server)]
    for place, period, most in limits:
        times = [at for at, domain in went if place in ("", domain)]
        for start in times if most else ():
            assert sum(start <= at < start + PERIODS[period] for at in times) <= most


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(0, 3), st.integers(1, 30))
def test_all_who_are_held_get_through_in_the_end(minute, second, waiting):
    for model in (SendingGrant, SendingLimit, SendingPause):
        model.objects.all().delete()
    SendingLimit.objects.create(domain="a.example", per_minute=minute, per_second=second or None)
    clock = Clock()
    due = dict.fromkeys(range(waiting), NOON)
    for _turn in range(200):
        if not due:
            break
        clock.now = min(due.values())
        asking = [one for one, at in due.items() if at <= clock.now]
        holds = take_allowances(dict.fromkeys(asking, "x@a.example"), clock=clock)
        for one in asking:
            due.pop(one)
        due |= {one: hold.until for one, hold in holds.items()}
    assert not due
    assert clock.now - NOON <= timedelta(minutes=waiting)


def test_a_limited_announcement_loses_nobody(cast, sink):
    SendingLimit.objects.create(domain="alpenglow.example", per_minute=1)
    announcement = send(draft(cast), cast)

    assert len(sink.recipients) == 2
    held = Delivery.objects.get(announcement=announcement, state="deferred")
    assert (held.reason, held.attempts) == ("limit:alpenglow.example", 0)
    assert timezone.now() < held.next_try_at <= timezone.now() + timedelta(minutes=1)
    assert announcement.state == "sending"
    try_again(announcement)
    assert len(set(sink.recipients)) == len(sink.recipients) == 3
    assert announcement.state == "sent"


def test_who_waited_for_days_is_not_given_up_at_the_first_try(cast, sink):
    """The limit let the mail wait; that the server then asks for a moment is no failure."""
    SendingLimit.objects.create(domain="baltic.example", per_hour=1)
    SendingGrant.objects.create(place="baltic.example", at=timezone.now(), mails=1)
    announcement = send(draft(cast), cast)
    Announcement.objects.filter(pk=announcement.pk).update(send_at=timezone.now() - timedelta(days=4))
    sink.on_recipient = lambda _address: "450 4.2.0 Later"
    try_again(announcement)
    row = Delivery.objects.get(announcement=announcement, channel="email", address="sven@baltic.example")
    assert (row.state, row.attempts) == ("deferred", 1)


def test_a_limit_of_the_server_stops_a_chunk_until_there_is_room(cast, sink):
    SendingLimit.objects.create(applies_to="server", per_hour=1)
    announcement = send(draft(cast), cast)
    assert len(sink.recipients) == 1
    assert Delivery.objects.filter(reason="limit:", state="deferred").count() == 2
    assert not deliveries.hand_out_chunks()  # nobody runs in vain meanwhile
    try_again(announcement)
    try_again(announcement)
    assert len(set(sink.recipients)) == 3


# --- Who asks us to wait -------------------------------------------------------------------------------------------------


def test_one_mail_put_off_stops_nobody(clock):
    learn_from([put_off("alpenglow.example")], clock=clock)
    assert not take_allowances(people("alpenglow.example", 2), clock=clock)


def test_a_domain_that_asks_again_and_again_is_left_alone_for_longer_and_longer(clock):
    for pause in (*PAUSES, PAUSES[-1]):
        learn_from([put_off("alpenglow.example")] * 3, clock=clock)
        learn_from([put_off("alpenglow.example")] * 3, clock=clock)  # a window that was under way: not longer for that
        holds = take_allowances(people("alpenglow.example", 2) | people("baltic.example", 1, 50), clock=clock)
        assert {one: (hold.why, hold.until) for one, hold in holds.items()} == dict.fromkeys(
            (1, 2), ("asked:alpenglow.example", clock.now + pause)
        )
        clock.now += pause
        assert not take_allowances(people("alpenglow.example", 2), clock=clock)
    learn_from([("ben@alpenglow.example", DELIVERED)], clock=clock)
    assert not SendingPause.objects.exists()


@pytest.mark.parametrize("words", ["421 4.3.2 too busy", "429 Too Many Requests", "no connection to the mail server: refused"])
def test_a_server_that_asks_is_left_alone_by_everybody(clock, words):
    learn_from([put_off("alpenglow.example", words)] * 3, clock=clock)
    [hold] = take_allowances(people("baltic.example", 1), clock=clock).values()
    assert (hold.why, hold.is_of_server) == ("asked:", True)


def test_a_refusal_of_one_address_teaches_nothing(clock):
    learn_from([("x@a.example", Outcome(DeliveryState.FAILED, "550 no such user", True))] * 5, clock=clock)
    learn_from([put_off("a.example", "452 4.2.2 mailbox full")] * 5, clock=clock)
    assert not SendingPause.objects.exists()


def test_a_domain_that_asked_gets_its_mails_when_it_is_ready(cast, sink):
    questions = []
    sink.on_recipient = lambda address: questions.append(address) or ("451 4.7.1 Too fast" if "alpenglow" in address else None)
    announcement = send(draft(cast), cast)
    try_again(announcement)
    assert SendingPause.objects.get().until > timezone.now()
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    asked = len(questions)
    work_off()  # they are due, and yet left alone
    assert len(questions) == asked
    rows = Delivery.objects.filter(announcement=announcement, channel="email")
    assert set(rows.filter(state="deferred").values_list("reason", "attempts")) == {("asked:alpenglow.example", 2)}
    assert not rows.filter(state="failed").exists()
    sink.on_recipient = lambda _address: None
    try_again(announcement)
    assert len(set(sink.recipients)) == len(sink.recipients) == 3
    assert not SendingPause.objects.exists()


# --- What managers see and decide ----------------------------------------------------------------------------------------


@pytest.fixture
def manager(client, cast):
    client.force_login(cast.maria)
    return client


def test_the_page_says_that_nothing_limits_sending(manager):
    assert "Nothing limits sending." in manager.get(NOW).text


def test_the_page_says_what_limits_and_leads_to_those_who_wait(manager, cast, sink):
    SendingLimit.objects.create(domain="alpenglow.example", per_minute=1)
    announcement = send(draft(cast, "Prices <b>"), cast)
    SendingPause.objects.create(place="example.org", said="451 <i>later", until=timezone.now() + timedelta(minutes=5))

    page = manager.get(NOW).text

    assert "alpenglow.example: 1 of 1 this minute, goes on in " in page
    assert "example.org asked us to wait (451 &lt;i&gt;later): until " in page
    assert "1 mail of “Prices &lt;b&gt;”" in page
    [line] = [line for line in limits_now(cast.maria).lines if line.waiting]
    report = f"/admin/communications/announcement/{announcement.public_id}/report/deliveries/"
    rows = manager.get(report, {"state": "deferred", "why": line.waiting[0].why})
    assert rows.text.count("waits for its turn: limit of alpenglow.example") == 2  # the filter and the row
    assert "sven@baltic.example" not in rows.text


def test_the_page_asks_a_bounded_number_of_questions(manager, cast, sink, django_assert_max_num_queries):
    SendingLimit.objects.create(applies_to="each_domain", per_hour=1)
    send(draft(cast), cast)
    with django_assert_max_num_queries(12):
        manager.get(NOW)


def test_a_manager_sets_changes_and_removes_a_limit(manager, cast):
    form = {"applies_to": "domain", "domain": "gmail.com", "per_second": "", "per_minute": "200", "per_hour": ""}
    assert manager.post("/admin/communications/sendinglimit/add/", form).status_code == 302
    row = SendingLimit.objects.get()
    manager.post(f"/admin/communications/sendinglimit/{row.pk}/change/", {**form, "per_minute": "100"})
    row.refresh_from_db()
    assert row.per_minute == 100
    remove_limit(row, by=cast.maria)
    kinds = Activity.objects.filter(verb__startswith="sending.").order_by("pk").values_list("verb", flat=True)
    assert list(kinds) == ["sending.limited", "sending.limited", "sending.unlimited"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"applies_to": "domain", "domain": "", "per_minute": 5}, "Name a domain"),
        ({"applies_to": "server", "domain": "gmail.com", "per_minute": 5}, "Name a domain"),
        ({"applies_to": "domain", "domain": "gmail.com"}, "at least one figure"),
        ({"applies_to": "domain", "domain": "taken.example", "per_hour": 5}, "There is a limit for this already"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_with_a_sentence(cast, values, sentence):
    SendingLimit.objects.create(domain="taken.example", per_hour=1)
    with pytest.raises(Invalid, match=sentence):
        set_limit(SendingLimit(), values, by=cast.maria)
    assert SendingLimit.objects.count() == 1
    assert not Activity.objects.filter(verb="sending.limited").exists()


@pytest.mark.parametrize("domain", ["gmail.com\r\nX: y", "Gmail", "<script>.com", "a b.com"])
def test_a_domain_that_is_none_is_refused_on_the_form(manager, domain):
    form = {"applies_to": "domain", "domain": domain, "per_minute": "200"}
    assert "Write a domain in small letters" in manager.post("/admin/communications/sendinglimit/add/", form).text
    assert not SendingLimit.objects.exists()
