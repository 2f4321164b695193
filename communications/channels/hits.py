"""A hit on a tracked link, from the request to the stream and from there to the reader. No database on the way in.

When the stream cannot be reached the hit is kept in a file, and put on the stream later."""

import json
import time
from dataclasses import asdict, dataclass
from functools import lru_cache

import redis
from django.conf import settings

STREAM = "hits"
BATCH = 5000


@dataclass(frozen=True)
class Hit:
    token: str
    action: str
    agent: str
    method: str
    purpose: str
    at: float  # seconds since 1970


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.3, decode_responses=True)


def put(token: str, action: str, request) -> None:
    """Keep a hit. `action` is opened or clicked."""
    headers = request.headers
    hit = Hit(token, action, headers.get("User-Agent", "")[:300], request.method,
              headers.get("Sec-Purpose", "") or headers.get("Purpose", ""), time.time())  # fmt: skip
    try:
        _client().xadd(STREAM, {"hit": json.dumps(asdict(hit))})
    except redis.RedisError:
        _spool(hit)


def read_after(position: str) -> list[tuple[str, Hit]]:
    """Up to `BATCH` hits after a stream position, oldest first, with the position of each."""
    _unspool()
    rows = _client().xrange(STREAM, min=f"({position}", count=BATCH)
    return [(key, Hit(**json.loads(fields["hit"]))) for key, fields in rows]


def trim_through(position: str) -> None:
    """Forget what has been written to the database, except the entry at `position` itself."""
    _client().xtrim(STREAM, minid=position)


def stream_length() -> int | None:
    """How many entries the stream holds, the last one that was read included; None while it is away."""
    try:
        return _client().xlen(STREAM)
    except redis.RedisError:
        return None


def _spool_file():
    return settings.DATA_DIR / "spool" / "hits.jsonl"


def _spool(hit: Hit) -> None:
    path = _spool_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(asdict(hit)) + "\n")


def _unspool() -> None:
    path = _spool_file()
    taken = path.with_suffix(".taken")
    if not taken.exists():
        if not path.exists():
            return
        path.rename(taken)
    pipeline = _client().pipeline(transaction=True)
    for line in taken.read_text().splitlines():
        pipeline.xadd(STREAM, {"hit": line})
    pipeline.execute()
    taken.unlink()
