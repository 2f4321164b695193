"""The edge: opens and clicks, answered without Django's middleware, many at once.

A small ASGI application beside the web process, which answers the same paths where no edge is set. Hits that come within five
milliseconds go to the stream together, and no request is answered before its hit is there or, while the stream is away, in a
file. The database is asked once for each version of an announcement: where its links lead."""

import asyncio
import contextlib
import time

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
GATHERS_SECONDS = 0.005
AT_MOST_A_TRIP = 2000
# One command for all of them, in one piece, which costs a fraction of one for each. No line of JSON has an end of line in it.
_PUT_ALL = r"""for line in string.gmatch(ARGV[1], '[^\n]+') do redis.call('XADD', KEYS[1], '*', 'hit', line) end"""
_NEVER_KEPT = (b"cache-control", b"max-age=0, no-cache, no-store, must-revalidate, private")
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")


class Batch:
    """Hits that go together. Whoever added one waits for all."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_done = asyncio.Event()
        self.error: BaseException | None = None


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
        batch.lines.append(hit.line())
        await batch.is_done.wait()
        if batch.error is not None:
            raise batch.error

    def _send(self) -> None:
        batch, self.open = self.open, None
        task = asyncio.ensure_future(self._finish(batch))
        self._tasks.add(task)  # a loop keeps tasks only weakly
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, batch: Batch) -> None:
        try:
            await self._put(batch.lines)
        except Exception as error:
            batch.error = error
        finally:
            batch.is_done.set()

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


class Edge:
    """`/t/o/….gif`, `/t/c/…` and `/health/live`; anything else is not found here."""

    def __init__(self) -> None:
        self.gathering = Gathering()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await _answer(send, scope["method"], *await self._respond(scope))

    async def _respond(self, scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        path: str = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            return 405, [_PLAIN, (b"allow", b"GET, HEAD")], b"This address is only read."
        if path.startswith("/t/o/") and path.endswith(".gif"):
            return await self._opened(scope, path[5:-4])
        if path.startswith("/t/c/"):
            return await self._clicked(scope, path[5:])
        if path == "/health/live":
            return 200, [_PLAIN], b"ok"
        return _not_found()

    async def _opened(self, scope, text: str):
        """Always a picture: one that fails would only annoy its reader."""
        token = read_token(text)
        if token is not None and token.link == Place.PIXEL:
            await self.gathering.keep(_hit(token, scope))
        return 200, [(b"content-type", b"image/gif"), _NEVER_KEPT], PIXEL

    async def _clicked(self, scope, text: str):
        token = read_token(text)
        if token is None:
            return _not_found()
        try:
            target = settings.SITE_URL if token.link == Place.TRAP else await _target(token)
        except DatabaseError:
            return 503, [_PLAIN, (b"retry-after", b"5")], b"This link cannot be followed just now. Please try again in a moment."
        if target is None:
            return _not_found()
        await self.gathering.keep(_hit(token, scope))
        return 302, [(b"location", target.encode()), _NEVER_KEPT], b""


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
    headers = dict(scope["headers"])
    client = scope.get("client") or ("",)
    return hit_of(
        token,
        method=scope["method"],
        agent=_text(headers, b"user-agent"),
        purpose=_text(headers, b"sec-purpose") or _text(headers, b"purpose"),
        address=forwarded_for(_text(headers, b"x-forwarded-for")) or client[0],
    )


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _not_found():
    return 404, [_PLAIN], b"There is nothing at this address. The link may have been cut off; try it from the mail again."


async def _answer(send, method: str, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body)), (b"referrer-policy", b"no-referrer")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


async def _live(receive, send) -> None:
    while True:
        message = await receive()
        with contextlib.suppress(KeyError):
            await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
