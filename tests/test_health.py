"""Whether PartnerHub is well, as a load balancer asks."""

import time

import pytest
from django.core.cache import cache

from activity import heartbeat
from partnerhub.tasks import heartbeat as heartbeat_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_heartbeat_yet():
    cache.delete_many([heartbeat.key_of(part) for part in heartbeat.PARTS])


def test_live_asks_nothing_else(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"status": "ok"}


def test_not_ready_before_a_worker_ran(client):
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "broker": True,
        "redis": True,
        "worker": False,
        "clerk": False,
        "beat": False,
    }


def test_ready_once_the_heartbeat_task_has_run(client):
    heartbeat.beat_now(heartbeat.BEAT)
    heartbeat_task()
    heartbeat_task(heartbeat.CLERK)

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json()["checks"]["worker"]["seconds"] < heartbeat.FRESH_FOR_SECONDS


def test_a_worker_that_fell_silent_is_told_with_its_age(client):
    cache.set(heartbeat.key_of(heartbeat.WORKER), 1_000_000_000.0)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"]["says"] == "has not run lately"


def test_a_timetable_that_fell_silent_is_told_apart_from_the_worker(client):
    heartbeat.beat_now()
    cache.set(heartbeat.key_of(heartbeat.BEAT), 1_000_000_000.0)

    checks = client.get("/health/ready").json()["checks"]

    assert checks["worker"]["ok"]
    assert not checks["beat"]["ok"]


def test_a_clerk_that_is_busy_with_an_import_is_not_silent(client):
    cache.set(heartbeat.key_of(heartbeat.CLERK), time.time() - 10 * heartbeat.FRESH_FOR_SECONDS)

    assert client.get("/health/ready").json()["checks"]["clerk"]["ok"]


def test_who_asks_for_a_heartbeat_gives_a_sign_of_life(client):
    heartbeat_task.delay()  # as beat does; no worker takes it here

    seen = heartbeat.heartbeats()
    assert seen.worker is None
    assert seen.beat < heartbeat.FRESH_FOR_SECONDS


def test_a_broker_that_is_away_is_an_answer_and_no_error(client, monkeypatch):
    from celery import current_app

    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0", raising=False)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"]["ok"] is False
    assert answer.json()["checks"]["database"]["ok"] is True


def test_only_reading_is_answered(client):
    assert client.post("/health/live").status_code == 405
