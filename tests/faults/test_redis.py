"""The broker is disposable: stopped, emptied, full. What is to be done stands in the rows."""

import json
import time

import pytest
from django.test import Client
from redis import RedisError

from communications.models import Delivery, EngagementEvent
from communications.tracking_tokens import Place, TrackingToken
from tests.faults.house import wait_until
from tests.faults.story import company, compare, is_settled, sums_of

pytestmark = pytest.mark.slow
SLOWLY = 0.004
ANSWERS_WITHIN = 1.0
GOES_ON_WITHIN = 60


def cookie_of(user) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def hit_path(announcement, contact_id: int) -> str:
    token = TrackingToken(announcement.pk, contact_id, "email", announcement.approved_version, Place.PIXEL)
    return f"/t/o/{token}.gif"


def ask_pages(house, cookie: str, *more: str) -> float:
    """How long the slowest of some pages took."""
    slowest = 0.0
    for path in ("/admin/", "/admin/context/segment/", "/admin/communications/announcement/", *more):
        answer = house.get(path, cookie=cookie)
        assert answer.status == 200, f"{path} answered {answer.status}"
        slowest = max(slowest, answer.seconds)
    return slowest


@pytest.mark.fault("Redis away")
@pytest.mark.fault("Redis emptied")
def test_redis_stops_in_mid_send_and_comes_back(house, size, happened):
    told = company(people := size.people)
    cookie = cookie_of(told.maria)
    for _time in range(2):  # a first request compiles templates, in each of two processes
        ask_pages(house, cookie)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        hit = hit_path(announcement, announcement.deliveries.first().contact_id)
        house.valkey.stop()
        until, slowest, hits = time.monotonic() + size.redis_away_seconds, 0.0, 0
        while time.monotonic() < until:
            slowest = max(slowest, ask_pages(house, cookie, hit))
            hits += 1
            assert house.get("/health/ready").status == 503
            time.sleep(0.2)
        scheduled = told.send("Scheduled while Redis was away")
        assert sums_of(announcement)  # whatever went on or waited, it adds up
        while_away = sums_of(announcement).get("delivered", 0)
        house.valkey.start()
        back = wait_until(lambda: _goes_on(house, scheduled), what="work goes on")
        wait_until(lambda: is_settled(announcement) and is_settled(scheduled), what="all settled")
        of_both = sink.recipients
        assert len(of_both) == 2 * people
        assert len(set(of_both)) == people
        wait_until(lambda: EngagementEvent.objects.filter(announcement=announcement).count() == hits, what="every hit is counted")
        wait_until(lambda: house.get("/health/ready").status == 200, what="all is well")
    assert slowest < (ANSWERS_WITHIN if size.waits else 5)  # the small one runs beside others; what would hang takes longer
    assert back < GOES_ON_WITHIN or not size.waits
    assert house.is_running("worker")
    happened(
        f"away for {size.redis_away_seconds:g} s: slowest page {slowest:.2f} s, {while_away} of {people} mailed by then, "
        f"work again {back:.0f} s after it was back, all of both mailed once, {hits} hits kept"
    )


def _goes_on(house, announcement) -> bool:
    house.start_what_ended()
    return bool(is_settled(announcement) or sums_of(announcement).get("delivered"))


@pytest.mark.fault("Redis emptied")
def test_redis_is_emptied_in_mid_send(house, size, happened):
    told = company(people := 1_600)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        house.redis.flushall()
        seconds = wait_until(lambda: is_settled(announcement), what="all settled")
        assert compare(announcement, sink.recipients, people) == 0
    happened(f"FLUSHALL with {people} on their way: all mailed once, {seconds:.0f} s later")


@pytest.mark.fault("Redis full")
def test_redis_has_no_memory_left(house, happened):
    told = company(30)
    with house.counting_sink() as sink:
        announcement = told.send()
        wait_until(lambda: is_settled(announcement), what="all settled")
        hit = hit_path(announcement, announcement.deliveries.first().contact_id)
        client = house.redis
        client.set("kept", "x" * 1000)
        client.config_set("maxmemory", 1_000_000)  # less than it uses by itself
        with pytest.raises(RedisError):
            client.set("more", "y" * 1000)
        assert house.get(hit).status == 200
        ready = house.get("/health/ready")
        assert ready.status == 503
        assert not json.loads(ready.text)["checks"]["redis"]["ok"]
        wait_until(lambda: "maxmemory" in house.log("beat").read_text(), what="beat reports it")
        waiting = told.send("Written while Redis was full")
        assert client.get("kept")
        assert client.info("stats")["evicted_keys"] == 0
        client.config_set("maxmemory", 0)
        seconds = wait_until(lambda: is_settled(waiting), what="work goes on")
        assert sum(Delivery.objects.filter(state="delivered").values_list("attempts", flat=True)) == 60
        assert len(sink.recipients) == 60
        wait_until(lambda: EngagementEvent.objects.filter(announcement=announcement).count() == 1, what="the hit is counted")
    happened(
        "writes refused, /health/ready 503, beat's log says so, 0 keys evicted, the hit kept in a file; "
        f"work again after {seconds:.0f} s"
    )


@pytest.mark.fault("second copy")
def test_a_task_that_comes_twice(house, happened):
    """As when a task outlives its visibility timeout: the broker hands the same message out again while the first runs."""
    told = company(people := 900)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        chunk = announcement.chunks.get()
        assert chunk.lease is not None
        for _copy in range(5):
            publish(house, "communications.deliver_chunk", chunk.pk)
        wait_until(lambda: not house.redis.llen("celery"), what="the copies are taken")
        assert sink.count < people, "the first copy ended before the others came: nothing was shown"
        assert announcement.chunks.get().lease == chunk.lease
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert compare(announcement, sink.recipients, people) == 0
    happened(f"5 more copies while the first ran: they left at once, {people} mailed once")


def publish(house, task: str, *arguments) -> None:
    from partnerhub.celery import app

    with app.connection_for_write(f"redis+socket://{house.valkey.socket}") as broker:
        app.send_task(task, arguments, connection=broker)
