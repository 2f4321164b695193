"""The edge: opens and clicks, answered without Django's middleware, many at once.

A small application beside the web process, which answers the same paths where no edge is set. Hits that come within two
milliseconds go to the stream together, and no request is answered before its hit is there or, while the stream is away, in a
file. The database is asked once for each version of an announcement: where its links lead.

It speaks to its server by RSGI, Granian's own interface: an answer is one call, where ASGI takes two messages and a dictionary."""

import asyncio
import time
from typing import NamedTuple

import redis.asyncio
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from redis.exceptions import RedisError

from communications.channels import spool
from communications.channels.hits import LETS_IT_REST_SECONDS, STREAM, Hit, forwarded_for, hit_of
from communications.queries.links import known_links, links_of
from communications.rendering.pixel import PIXEL
from communications.tracking_tokens import Place, TrackingToken, read_token

logger = structlog.get_logger(__name__)
GATHERS_SECONDS = 0.002
AT_MOST_A_TRIP = 2000
# One command for all of them, in one piece, which costs a fraction of one for each. No line of JSON has an end of line in it.
_PUT_ALL = r"""for line in string.gmatch(ARGV[1], '[^\n]+') do redis.call('XADD', KEYS[1], '*', 'hit', line) end"""
_NEVER_KEPT = ("cache-control", "max-age=0, no-cache, no-store, must-revalidate, private")
_PLAIN = ("content-type", "text/plain; charset=utf-8")


class Batch:
    """Hits that go together. Whoever added one waits for all."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.waiting: list[asyncio.Future] = []

    def add(self, line: str) -> asyncio.Future:
        self.lines.append(line)
        kept = asyncio.get_running_loop().create_future()
        self.waiting.append(kept)
        return kept

    def finish(self, error: Exception | None = None) -> None:
        for kept in self.waiting:
            if not kept.done():  # as it is where a reader has gone
                kept.set_exception(error) if error else kept.set_result(None)


class Gathering:
    """Hits on their way to the stream."""

    def __init__(self) -> None:
        self.open: Batch | None = None
        self.rests_until = 0.0
        self._put_all = None
        self._tasks: set[asyncio.Task] = set()

    async def keep(self, hit: Hit) -> None:
        """Return once it is kept."""
        if (batch := self.open) is None:
            batch = self.open = Batch()
            asyncio.get_running_loop().call_later(GATHERS_SECONDS, self._send)
        await batch.add(hit.line())

    def _send(self) -> None:
        batch, self.open = self.open, None
        task = asyncio.ensure_future(self._finish(batch))
        self._tasks.add(task)  # a loop keeps tasks only weakly
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, batch: Batch) -> None:
        try:
            await self._put(batch.lines)
        except Exception as error:
            batch.finish(error)
        else:
            batch.finish()

    async def _put(self, lines: list[str]) -> None:
        """To the stream, trip by trip; what it does not take, into a file."""
        try:
            while lines and time.monotonic() >= self.rests_until:
                await self._stream(lines[:AT_MOST_A_TRIP])
                lines = lines[AT_MOST_A_TRIP:]
        except (RedisError, OSError) as error:
            self.rests_until = time.monotonic() + LETS_IT_REST_SECONDS
            logger.warning("stream_away", said=str(error))
        if lines:
            await asyncio.to_thread(spool.write, lines)

    async def _stream(self, lines: list[str]) -> None:
        """All of them or, where the stream says no, none."""
        if self._put_all is None:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.3)
            self._put_all = client.register_script(_PUT_ALL)
        await self._put_all(keys=[STREAM], args=["\n".join(lines)])


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


_TELLS_NOBODY = ("referrer-policy", "no-referrer")
_PICTURE = Answer(200, [("content-type", "image/gif"), _NEVER_KEPT], PIXEL)
_NOT_FOUND = Answer(404, [_PLAIN], b"There is nothing at this address. The link may have been cut off; try it from the mail again.")
_LATER = Answer(503, [_PLAIN, ("retry-after", "5")], b"This link cannot be followed just now. Please try again in a moment.")


class Edge:
    """`/t/o/….gif`, `/t/c/…` and `/health/live`; anything else is not found here."""

    def __init__(self) -> None:
        self.gathering = Gathering()

    async def __rsgi__(self, scope, protocol) -> None:
        status, headers, body = await self._respond(scope)
        headers = [*headers, ("content-length", str(len(body))), _TELLS_NOBODY]
        protocol.response_bytes(status, headers, b"" if scope.method == "HEAD" else body)

    async def _respond(self, scope) -> Answer:
        path: str = scope.path
        if scope.method not in ("GET", "HEAD"):
            return Answer(405, [_PLAIN, ("allow", "GET, HEAD")], b"This address is only read.")
        if path.startswith("/t/o/") and path.endswith(".gif"):
            return await self._opened(scope, path[5:-4])
        if path.startswith("/t/c/"):
            return await self._clicked(scope, path[5:])
        return Answer(200, [_PLAIN], b"ok") if path == "/health/live" else _NOT_FOUND

    async def _opened(self, scope, text: str) -> Answer:
        """Always a picture: one that fails would only annoy its reader."""
        token = read_token(text)
        if token is not None and token.link == Place.PIXEL:
            await self.gathering.keep(_hit(token, scope))
        return _PICTURE

    async def _clicked(self, scope, text: str) -> Answer:
        token = read_token(text)
        if token is None:
            return _NOT_FOUND
        try:
            target = settings.SITE_URL if token.link == Place.TRAP else await _target(token)
        except DatabaseError:
            return _LATER
        if target is None:
            return _NOT_FOUND
        await self.gathering.keep(_hit(token, scope))
        return Answer(302, [("location", target), _NEVER_KEPT], b"")


async def _target(token: TrackingToken) -> str | None:
    asked = token.announcement_id, token.version
    links = known_links(*asked)
    if links is None:
        links = await sync_to_async(_ask_links)(*asked)
    return links[token.link] if token.link < len(links) else None


def _ask_links(announcement_id: int, version: int) -> tuple[str, ...]:
    close_old_connections()
    try:
        return links_of(announcement_id, version)
    finally:
        close_old_connections()


def _hit(token: TrackingToken, scope) -> Hit:
    said = scope.headers.get
    return hit_of(
        token,
        method=scope.method,
        agent=said("user-agent") or _unreadable_agent(scope),
        purpose=said("sec-purpose") or said("purpose") or "",
        address=forwarded_for(_last(scope, "x-forwarded-for")) or scope.client.rpartition(":")[0].strip("[]"),
    )


def _unreadable_agent(scope) -> str:
    """The server does not read what is not ASCII out to us; whoever says something of itself is not one that says nothing."""
    return "not in ASCII" if "user-agent" in scope.headers else ""


def _last(scope, name: str) -> str:
    """Of several headers of a name, that of the proxy in front of us, which adds its own behind what it was given."""
    return said[-1] if (said := scope.headers.get_all(name)) else ""
