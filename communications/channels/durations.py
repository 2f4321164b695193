"""How long things take, as histograms that all processes add to: kept in Redis, told in `/metrics`.

Nothing waits for them: while Redis is away they are not counted, and where it was emptied they begin anew, as Prometheus expects of
a counter."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import redis
from django.conf import settings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_ENDS = (*map(str, BUCKETS), "+Inf")
_RESTS_SECONDS = 10.0


class Took(StrEnum):
    CHUNK = "chunk"
    ANSWER = "mail_answer"
    FREEZE = "freeze"
    RELEASE = "release_lag"


@dataclass(frozen=True)
class Histogram:
    """`buckets` are (upper end, how many took at most so long), the last one without an end."""

    buckets: tuple[tuple[str, int], ...]
    seconds: float


class _Rest:
    until = 0.0


def note(what: Took, seconds: Iterable[float]) -> None:
    """One call for any number of them."""
    told = [max(one, 0.0) for one in seconds]
    if not told or time.monotonic() < _Rest.until:
        return
    pipeline = _client().pipeline(transaction=False)
    for end, count in Counter(map(_bucket, told)).items():
        pipeline.hincrby(_key(what), end, count)
    pipeline.hincrbyfloat(_key(what), "seconds", sum(told))
    try:
        pipeline.execute()
    except redis.RedisError:
        _Rest.until = time.monotonic() + _RESTS_SECONDS


@contextmanager
def noted(what: Took) -> Iterator[None]:
    """What is done within, also where it fails."""
    began = time.monotonic()
    try:
        yield
    finally:
        note(what, [time.monotonic() - began])


def histograms() -> dict[Took, Histogram]:
    """Those that something was noted for; none while Redis is away."""
    try:
        rows = {what: _client().hgetall(_key(what)) for what in Took}
    except redis.RedisError:
        return {}
    return {what: _histogram({name.decode(): value for name, value in row.items()}) for what, row in rows.items() if row}


def _histogram(row: dict[str, bytes]) -> Histogram:
    upto, sums = 0, []
    for end in _ENDS:
        upto += int(row.get(end, 0))
        sums.append((end, upto))
    return Histogram(tuple(sums), float(row.get("seconds", 0)))


def _bucket(seconds: float) -> str:
    return _ENDS[bisect_left(BUCKETS, seconds)]


def _key(what: Took) -> str:
    return f"took:{what}"


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.3)
