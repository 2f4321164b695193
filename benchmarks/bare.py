"""What the server of the edge can do at all: the same picture, and nothing kept."""

from communications.rendering.pixel import PIXEL

_HEADERS = [(b"content-type", b"image/gif"), (b"content-length", b"%d" % len(PIXEL))]


async def application(scope, _receive, send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": PIXEL})
