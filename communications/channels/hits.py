"""A hit on a tracked link, from the request to the stream and from there to the reader. No database on the way in.

A hit is one line of JSON, on the stream as in the files that take its place while the stream is away (`spool.py`)."""

import ipaddress
import json
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import redis
from django.conf import settings

from communications.channels import spool
from communications.models import Action
from communications.tracking_tokens import Place, TrackingToken

STREAM = "hits"
BATCH = 5000
LETS_IT_REST_SECONDS = 2.0
_BORN = "hits:born"
_CLICKED = Action.CLICKED.value
_ACTIONS: dict[int, str] = {Place.PIXEL: Action.OPENED.value, Place.TRAP: Action.TRAPPED.value}


class Hit(NamedTuple):
    announcement_id: int
    contact_id: int  # NOBODY where the picture does not say who
    channel: str
    action: str
    link: int | None
    method: str
    agent: str
    purpose: str
    network: str
    at: float  # seconds since 1970

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def line(self) -> str:
        """As JSON. Its words are few and come again and again, so each is written once."""
        link = "null" if self.link is None else self.link
        about = f"{self.announcement_id},{self.contact_id},{_words(self.channel, self.action)},{link}"
        return f"[{about},{_words(*self[5:9])},{self.at!r}]"


def hit_of(token: TrackingToken, *, method: str, agent: str, purpose: str, address: str) -> Hit:
    """What is kept of a request. Of the address only the network, which is enough to know a machine and not a person."""
    action = _ACTIONS.get(token.link, _CLICKED)
    link = token.link if action == _CLICKED else None
    by = _kept_of_asker(method, agent, purpose, address)
    return Hit(token.announcement_id, token.contact_id, token.channel, action, link, *by, time.time())


@lru_cache(maxsize=10_000)
def _kept_of_asker(method: str, agent: str, purpose: str, address: str) -> tuple[str, str, str, str]:
    return method[:4], _clean(agent, 300), _clean(purpose, 60), network_of(address)


def forwarded_for(header: str) -> str:
    """Whom the proxy in front of us answered: what it wrote is last. Empty without one, since anybody can write the header."""
    return header.rpartition(",")[2].strip() if settings.BEHIND_PROXY else ""


@lru_cache(maxsize=10_000)
def _words(*words: str) -> str:
    return json.dumps(words, separators=(",", ":"))[1:-1]


def network_of(address: str) -> str:
    """`192.0.2.0` for 192.0.2.77: 24 bits of an IPv4 address, 48 of an IPv6 one; empty for anything else."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False).network_address)


def _clean(text: str, length: int) -> str:
    return text.replace("\x00", "")[:length]


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.3)


class _Rest:
    """A stream that did not answer is left alone for a moment, so that not every hit waits for it."""

    until = 0.0


def put(hit: Hit) -> None:
    """Keep a hit: on the stream, or in a file while the stream does not take it."""
    if time.monotonic() >= _Rest.until:
        try:
            _client().xadd(STREAM, {"hit": hit.line()})
        except redis.RedisError:
            _Rest.until = time.monotonic() + LETS_IT_REST_SECONDS
        else:
            return
    spool.write([hit.line()])


def read(line: bytes | str) -> Hit | None:
    """None for a line that is not whole: its writer was killed in the middle of it."""
    try:
        return Hit(*json.loads(line))
    except (ValueError, TypeError):
        return None


def read_after(position: str) -> list[tuple[str, Hit | None]]:
    """Up to `BATCH` hits after a stream position, oldest first, with the position of each."""
    rows = _client().xrange(STREAM, min=f"({position}", count=BATCH)
    made = _read_all([fields[b"hit"] for _key, fields in rows])
    return [(key.decode(), hit) for (key, _fields), hit in zip(rows, made, strict=True)]


def _read_all(lines: list[bytes]) -> list[Hit | None]:
    """As one text, which takes half as long; where one of them is not whole, one by one."""
    with suppress(ValueError, TypeError):
        made: list[Hit | None] = [Hit(*row) for row in json.loads(b"[%b]" % b",".join(lines))]
        if len(made) == len(lines):
            return made
    return [read(line) for line in lines]


def born() -> str:
    """A name for this stream. When Redis was emptied it is another one, and positions in the old one say nothing of it."""
    client = _client()
    client.set(_BORN, uuid.uuid4().hex, nx=True)
    return client.get(_BORN).decode()


def trim_through(position: str) -> None:
    """Forget what has been written to the database, to the last one: what is left on the stream is what waits."""
    milliseconds, _dash, number = position.partition("-")
    _client().xtrim(STREAM, minid=f"{milliseconds}-{int(number or 0) + 1}", approximate=False)


def stream_length() -> int | None:
    """How many entries wait to be read; None while the stream is away."""
    try:
        return _client().xlen(STREAM)
    except redis.RedisError:
        return None
