"""What PartnerHub needs to work, each asked for real. A check answers quickly or counts as failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from celery import current_app
from django.db import connection

from partnerhub.health.heartbeat import FRESH_FOR_SECONDS, age_in_seconds


@dataclass(frozen=True)
class Check:
    """`seconds` is how long the answer took; for the worker, how long ago it ran."""

    name: str
    ok: bool
    seconds: float | None
    says: str

    def as_dict(self) -> dict:
        return {"ok": self.ok, "seconds": None if self.seconds is None else round(self.seconds, 3), "says": self.says}


def all_checks() -> list[Check]:
    return [_timed("database", _ask_database), _timed("broker", _ask_broker), _worker()]


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)
        broker.default_channel.client.ping()


def _timed(name: str, ask: Callable[[], None]) -> Check:
    began = time.monotonic()
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not well, and this page says so
        return Check(name, ok=False, seconds=time.monotonic() - began, says=type(error).__name__)
    return Check(name, ok=True, seconds=time.monotonic() - began, says="answers")


def _worker() -> Check:
    try:
        age = age_in_seconds()
    except Exception as error:  # noqa: BLE001 - as above
        return Check("worker", ok=False, seconds=None, says=type(error).__name__)
    if age is None:
        return Check("worker", ok=False, seconds=None, says="has not run yet")
    return Check(
        "worker", ok=age <= FRESH_FOR_SECONDS, seconds=age, says="ran" if age <= FRESH_FOR_SECONDS else "has not run lately"
    )
