"""What PartnerHub needs to work, each asked for real. A check answers quickly or counts as failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from activity.heartbeat import CLERK_FRESH_FOR_SECONDS, FRESH_FOR_SECONDS, heartbeats


@dataclass(frozen=True)
class Check:
    """`seconds` is how long the answer took; for worker, clerk and beat, how long ago they gave a sign of life."""

    name: str
    ok: bool
    seconds: float | None
    says: str

    def as_dict(self) -> dict:
        return {"ok": self.ok, "seconds": None if self.seconds is None else round(self.seconds, 3), "says": self.says}


def all_checks() -> list[Check]:
    return [_timed("database", _ask_database), _timed("broker", _ask_broker), _timed("redis", _ask_redis), *_programs()]


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)


def _ask_redis() -> None:
    """Written, since a full one still answers what is read."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=1)
    with client:
        client.set("health", 1, ex=60)


def _timed(name: str, ask: Callable[[], None]) -> Check:
    began = time.monotonic()
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not well, and this page says so
        return Check(name, ok=False, seconds=time.monotonic() - began, says=type(error).__name__)
    return Check(name, ok=True, seconds=time.monotonic() - began, says="answers")


def _programs() -> list[Check]:
    """Worker, clerk and beat by their last sign of life."""
    seen = heartbeats()
    return [
        _alive("worker", seen.worker),
        _alive("clerk", seen.clerk, CLERK_FRESH_FOR_SECONDS),
        _alive("beat", seen.beat),
    ]


def _alive(name: str, age: float | None, fresh_for: int = FRESH_FOR_SECONDS) -> Check:
    if age is None:
        return Check(name, ok=False, seconds=None, says="has not run yet")
    return Check(name, ok=age <= fresh_for, seconds=age, says="ran" if age <= fresh_for else "has not run lately")
