"""All worker processes together keep no more connections to the mail server than it may have; nothing is lost by waiting."""

import threading

import pytest
from django.urls import reverse

from communications.actions.announcements import schedule_announcement
from communications.actions.deliveries import deliver_chunk, hand_out_chunks, release_due
from communications.channels import email, places
from communications.channels.contract import hand_over_one
from communications.channels.email import Connections
from communications.channels.places import Place, Places, places_taken
from communications.models import Delivery
from tests.announcement_story import approve, draft, work_off
from tests.pipelining_server import PipeliningServer
from tests.test_smtp_connections import Notes, mails


@pytest.fixture(autouse=True)
def three(settings):
    settings.MAIL_SERVER_CONNECTIONS, redis = 3, places._client()
    redis.delete(places._TAKEN, places._WANTED)
    yield
    email.close_kept()
    redis.delete(places._TAKEN, places._WANTED)


@pytest.fixture
def server(settings):
    with PipeliningServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 30
        yield server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(email, "_WAITS_FOR_A_PLACE_SECONDS", 0.0)


def all_taken() -> list[Place]:
    return [Places().take(is_first=True) for _ in range(3)]


def test_no_more_than_there_are_places(server):
    channel, notes = Connections(8), Notes()
    for _outcome in channel.hand_over(mails(40), notes):
        assert len(channel.sessions) <= places_taken() <= 3
    assert len(channel.sessions) == 3
    channel.close()
    assert places_taken() == 0


def test_without_a_limit_nothing_is_asked(server, settings, monkeypatch):
    settings.MAIL_SERVER_CONNECTIONS = 0
    monkeypatch.setattr(places, "_client", lambda: pytest.fail("Redis was asked"))
    channel = Connections(2)
    assert len(list(channel.hand_over(mails(9), Notes()))) == 9
    channel.close()


def test_while_others_have_them_all_nothing_is_taken_from_the_caller(server, impatient):
    others = all_taken()
    source = iter(mails(2))
    assert list(Connections(4).hand_over(source, Notes())) == []
    assert len(list(source)) == 2
    outcome = hand_over_one(Connections(4), "news@vendor.example", "nora@x.example", b"Subject: x\r\n\r\nx\r\n")
    assert (outcome.state, outcome.reason) == ("deferred", "all connections to the mail server are in use")
    others[0].give_back()
    assert len(list(Connections(4).hand_over(mails(2), Notes()))) == 2
    assert not server.errors


def test_who_has_several_leaves_one_to_who_has_none(server, monkeypatch):
    """Each mail goes out once, whoever had to leave a connection in the middle."""
    monkeypatch.setattr(email, "_RENEWS_EVERY_SECONDS", 0.01)
    greedy, notes, most = Connections(3), Notes(), []
    running = greedy.hand_over(mails(300), notes)
    first = next(running)
    other, of_other = Connections(3), Notes()
    thread = threading.Thread(target=lambda: list(other.hand_over(mails(5), of_other)))
    thread.start()
    while not places._client().zcard(places._WANTED):
        assert thread.is_alive()
    outcomes = [first]
    for outcome in running:
        outcomes.append(outcome)
        most += [places_taken(), len(greedy.sessions) + len(other.sessions)]
    thread.join()
    assert max(most) <= 3
    assert sorted(of_other.ended) == list(range(5)), "it got a place while the other went on"
    assert sorted(number for number, _outcome in outcomes) == list(range(300))
    assert {outcome.state for _number, outcome in outcomes} == {"delivered"}
    assert len(server.taken) == 305
    assert not server.errors
    greedy.close(), other.close()


def test_the_place_of_who_was_killed_is_free_again(server):
    all_taken()
    assert Places().take(is_first=True) is None
    for name in places._client().zrange(places._TAKEN, 0, 0):
        places._client().zadd(places._TAKEN, {name: 1})
    assert Places().take(is_first=True)


def test_renewing_puts_back_what_was_lost_and_no_more_than_there_may_be():
    taken = all_taken()
    places._client().delete(places._TAKEN)  # as FLUSHALL does
    Places.renew(taken[:2])
    assert places_taken() == 2
    Places.renew([*taken, Place("given back long ago")])
    assert places_taken() == 3


def test_one_that_wants_another_waits_behind_who_has_none(impatient):
    others = all_taken()
    assert Places().take(is_first=True) is None
    others[0].give_back()
    assert Places().take(is_first=False) is None
    assert Places().take(is_first=True)


def test_while_redis_is_away_each_process_keeps_one(server, monkeypatch):
    away = places.redis.Redis.from_url("unix:///nowhere.sock")
    monkeypatch.setattr(places, "_client", lambda: away)
    channel = Connections(4)
    assert len(list(channel.hand_over(mails(20), Notes()))) == 20
    assert len(channel.sessions) == 1
    channel.close()
    assert places_taken() is None


@pytest.mark.django_db
def test_a_chunk_that_finds_no_place_stays_as_it_was(cast, sink, impatient, settings):
    schedule_announcement(approve(draft(cast), cast), by=cast.maria)
    release_due()
    others = all_taken()
    for chunk in hand_out_chunks():
        deliver_chunk(chunk)
    mails_waiting = Delivery.objects.filter(channel="email")
    assert set(mails_waiting.values_list("state", "attempts")) == {("queued", 0)}
    for place in others:
        place.give_back()
    work_off()
    assert set(mails_waiting.values_list("state", "attempts")) == {("delivered", 1)}
    assert len(sink.mails) == mails_waiting.count()


@pytest.mark.django_db
def test_the_page_tells_how_many_are_in_use(cast, client, settings):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    all_taken()
    page = reverse("admin:communications_announcement_sending")
    assert "3 of 3" in client.get(page).text
    settings.MAIL_SERVER_CONNECTIONS = 0
    assert "Connections to the mail server" not in client.get(page).text
