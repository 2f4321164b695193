"""When a worker last ran our heartbeat task. It lives in the cache: a lost one comes again in seconds."""

import time

from django.core.cache import cache

KEY = "worker-heartbeat"
# The timetable asks for one every five seconds; a worker that is busy with a long task may leave some out.
FRESH_FOR_SECONDS = 30


def beat_now() -> None:
    cache.set(KEY, time.time(), timeout=24 * 3600)


def age_in_seconds() -> float | None:
    """None when no worker has run it within a day."""
    last = cache.get(KEY)
    return None if last is None else max(0.0, time.time() - last)
