"""When beat last asked for something, and when a worker and the clerk last did it. They live in the cache: a lost one comes
again in seconds."""

import time
from dataclasses import dataclass

from django.core.cache import cache

WORKER, CLERK, BEAT = PARTS = ("worker", "clerk", "beat")
# The timetable asks for one every five seconds; a worker that is busy may leave some out, the clerk a whole import's worth.
FRESH_FOR_SECONDS = 30
CLERK_FRESH_FOR_SECONDS = 15 * 60
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Heartbeats:
    """Ages in seconds; None where there was none within a day."""

    worker: float | None
    clerk: float | None
    beat: float | None


def key_of(part: str) -> str:
    return f"{part}-heartbeat"


def beat_now(part: str = WORKER) -> None:
    cache.set(key_of(part), time.time(), timeout=KEPT_SECONDS)


def heartbeats() -> Heartbeats:
    now, found = time.time(), cache.get_many([key_of(part) for part in PARTS])
    return Heartbeats(**{part: max(0.0, now - found[key_of(part)]) if key_of(part) in found else None for part in PARTS})
