"""`kill -9` in the middle of a send, and SIGTERM. Nobody is mailed twice, nobody is lost, and what nobody can know is in doubt."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from communications.models import Delivery, DeliveryChunk
from partnerhub.celery import LONG
from tests.faults.house import wait_until
from tests.faults.mail_servers import Postfix, has_postfix
from tests.faults.story import company, compare, end_forgotten, end_pauses, is_settled, sums_of

pytestmark = pytest.mark.slow
SLOWLY = 0.004  # seconds a mail, so that a send is caught in the act
CONNECTIONS_A_CHILD = settings.MAIL_CONNECTIONS


def end_leases_of_the_dead() -> None:
    """The minute is over after which a lease that nobody renews is taken back."""
    DeliveryChunk.objects.filter(done_at=None).exclude(lease=None).update(leased_until=timezone.now() - timedelta(seconds=1))


def work_to_the_end(announcement, size) -> float:
    if not size.waits:
        end_leases_of_the_dead()
    return wait_until(lambda: is_settled(announcement), what="all settled")


@pytest.mark.fault("child killed")
def test_a_child_killed_in_mid_send(house, size, happened):
    told = company(people := 1200)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        assert house.kill_a_child("worker") is not None
        house.kill_a_child("worker", 1)
        # Both are dead, so no lease is a living one's; the pool has new children meanwhile.
        seconds = work_to_the_end(announcement, size)
        in_doubt = compare(announcement, sink.recipients, people)
    assert in_doubt <= 2 * CONNECTIONS_A_CHILD
    happened(f"2 children killed: {people} people, {sums_of(announcement)}, nobody twice, settled after {seconds:.0f} s")


@pytest.mark.fault("worker killed")
def test_a_worker_killed_in_mid_send(house, size, happened):
    told = company(people := 1200)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        house.kill("worker")
        assert sink.count < people
        house.start("worker")
        seconds = work_to_the_end(announcement, size)
        in_doubt = compare(announcement, sink.recipients, people)
    assert in_doubt <= 2 * CONNECTIONS_A_CHILD
    happened(f"1 worker killed: {people} people, {sums_of(announcement)}, nobody twice, settled after {seconds:.0f} s")


@pytest.mark.fault("child killed")
@pytest.mark.fault("worker killed")
@pytest.mark.parametrize("through", ["sink", "postfix"])
def test_killed_again_and_again(house, size, happened, through, tmp_path_factory):
    """Children and whole workers at random moments of a large send, once into our own server and once through a real MTA."""
    if through == "postfix" and not has_postfix():
        says = "Postfix is not installed, or this is not root. Install it: apt-get install postfix"
        (pytest.fail if os.environ.get("CI") or size.waits else pytest.skip)(says)
    people, chance = size.people, random.Random(7)
    told = company(people)
    relay = house.port_of_relay() if through == "postfix" else house.mail_port
    with house.counting_sink(port=relay, pause=SLOWLY if size.waits else SLOWLY / 2) as sink:
        mta = Postfix(house.folder / "postfix", house.mail_port, relay) if through == "postfix" else None
        if mta:
            mta.start()
        try:
            announcement = told.send()
            wait_until(lambda: sums_of(announcement).get("delivered", 0) > people * 0.02, what="the first are mailed")
            slots = kill_at_random(house, size.kills, chance)
            if not size.waits:
                wait_until(lambda: len(house.children_of("worker")) == 2, what="the worker is back")
            wait_until(lambda: is_settled(announcement) or end_forgotten(size), 1500, "all settled")
            if mta:
                wait_until(lambda: mta.waiting() == 0, 300, "the MTA has passed all on")
            in_doubt = compare(announcement, sink.recipients, people)
        finally:
            if mta:
                mta.stop()
    assert in_doubt <= slots
    happened(
        f"{people} people through {through}, {size.kills} kills at random moments: {sums_of(announcement)}, nobody twice, "
        f"nobody lost; at most {slots} could be in doubt"
    )


def kill_at_random(house, kills: int, chance: random.Random) -> int:
    """Every second one takes the whole worker. Returns how many connections were cut in all, at most."""
    slots = 0
    for number in range(kills):
        time.sleep(chance.uniform(0.3, 2.5))  # the random moment itself
        if number % 2:
            slots += len(house.children_of("worker")) * CONNECTIONS_A_CHILD
            house.kill("worker")
            house.start("worker")
        else:
            wait_until(lambda: house.children_of("worker"), what="the worker has children")
            house.kill_a_child("worker", chance.randrange(2))
            slots += CONNECTIONS_A_CHILD
    return slots


@pytest.mark.fault("SIGTERM")
def test_a_worker_asked_to_stop_finishes_what_it_holds(house, happened):
    told = company(people := 1500)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        began = time.monotonic()
        worker = house.running["worker"]
        worker.send_signal(signal.SIGTERM)
        worker.wait(45)  # as long as docker-compose.yml allows
        stopped = time.monotonic() - began
        left = Delivery.objects.filter(announcement=announcement)
        assert not left.filter(state="sending").exists()
        assert not left.filter(state="in_doubt").exists()
        assert not DeliveryChunk.objects.exclude(lease=None).filter(done_at=None).exists()
        before = sink.count
        end_pauses()
        house.start("worker")
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert compare(announcement, sink.recipients, people) == 0
    happened(f"stopped after {stopped:.1f} s with {before} of {people} mailed and none half done; the next worker mailed the rest")


@pytest.mark.fault("clerk stuck")
def test_a_clerk_that_is_stuck_holds_nothing_back(house, happened):
    told = company(people := 60)
    wait_until(lambda: house.children_of("clerk"), what="the clerk is up")
    os.killpg(house.running["clerk"].pid, signal.SIGSTOP)
    try:
        wait_until(lambda: house.redis.llen(LONG) >= 10, what="long work heaps up")
        with house.counting_sink() as sink:
            announcement = told.send()
            seconds = wait_until(lambda: is_settled(announcement), what="all settled")
            assert compare(announcement, sink.recipients, people) == 0
        heap = house.redis.llen(LONG)
    finally:
        os.killpg(house.running["clerk"].pid, signal.SIGCONT)
    wait_until(lambda: house.redis.llen(LONG) < 5, what="the heap is worked off or dropped")
    happened(f"{people} mailed within {seconds:.0f} s beside a heap of {heap}, which was gone once the clerk went on")
