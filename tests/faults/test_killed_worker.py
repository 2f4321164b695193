"""`kill -9` in the middle of a send: at most one message of each connection in doubt, the rest sent, nobody mailed twice."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
import redis
from django.db import connection
from django.utils import timezone

from communications.actions import announcements, deliveries
from communications.models import DeliveryChunk
from communications.queries.announcement_report import report_of
from tests import factories

PEOPLE = 300
KILLED_AFTER = 60

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def released(cast, sink):
    """An announcement to three hundred people whose audience is frozen and whose first mail is about to go."""
    for number in range(PEOPLE - 3):
        factories.make_contact(cast.baltic, f"Person {number}", f"p{number}@baltic.example")
    announcement = factories.make_announcement(
        programme=cast.programme, segment=factories.make_segment(), author=cast.maria, channels=["email"]
    )
    version = announcements.submit_announcement(announcement, by=cast.maria)
    announcements.approve_announcement(announcement, by=cast.arthur, version=version.number)
    announcements.schedule_announcement(announcement, by=cast.maria)
    deliveries.release_due()
    return announcement


def start_worker(settings) -> subprocess.Popen:
    """A process of its own that takes chunks as a worker does, on this test's database and mail server."""
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.worker", str(settings.EMAIL_PORT)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "partnerhub.settings"},
    )


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.005)


@pytest.mark.fault("`kill -9` of the whole worker")
def test_a_worker_killed_in_mid_send(released, sink, settings):
    sink.on_data = lambda _address: time.sleep(0.005)  # slow enough to be caught in the act
    worker = start_worker(settings)
    wait_until(lambda: len(sink.mails) >= KILLED_AFTER)
    worker.kill()
    worker.wait()
    taken_before = len(sink.mails)
    assert taken_before < PEOPLE

    DeliveryChunk.objects.filter(done_at=None).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert deliveries.settle_abandoned() == 1
    assert start_worker(settings).wait() == 0

    sums = report_of(released).channels["email"]
    assert sums.audience == PEOPLE
    assert sums.in_doubt <= settings.MAIL_CONNECTIONS
    assert sums.delivered == PEOPLE - sums.in_doubt
    assert len(set(sink.recipients)) == len(sink.recipients)


@pytest.mark.fault("Redis back, or FLUSHALL")
def test_an_emptied_broker_loses_nothing(released, sink, settings):
    """Messages are only kicks: what is to be done stands in the database."""
    deliveries.hand_out_chunks()  # handed out, and the message is lost
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    assert deliveries.hand_out_chunks() == []
    DeliveryChunk.objects.update(handed_out_at=None)  # the time after which it is handed out again
    for chunk in deliveries.hand_out_chunks():
        deliveries.deliver_chunk(chunk)

    assert report_of(released).channels["email"].delivered == PEOPLE
    assert len(set(sink.recipients)) == PEOPLE
