"""When beat last asked for something, and when a worker last did it. Both live in the cache: a lost one comes again in seconds."""

import time
from dataclasses import dataclass

from django.core.cache import cache

WORKER, BEAT = "worker-heartbeat", "beat-heartbeat"
# The timetable asks for one every five seconds; a worker that is busy with a long task may leave some out.
FRESH_FOR_SECONDS = 30
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Heartbeats:
    """Ages in seconds; None where there was none within a day."""

    worker: float | None
    beat: float | None


def beat_now(part: str = WORKER) -> None:
    cache.set(part, time.time(), timeout=KEPT_SECONDS)


def heartbeats() -> Heartbeats:
    now, found = time.time(), cache.get_many([WORKER, BEAT])
    worker, beat = (None if part not in found else max(0.0, now - found[part]) for part in (WORKER, BEAT))
    return Heartbeats(worker, beat)
