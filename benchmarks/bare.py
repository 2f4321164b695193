"""What the server of the edge can do at all: the same picture, and nothing kept."""

from communications.rendering.pixel import PIXEL

_HEADERS = [("content-type", "image/gif")]


async def application(_scope, protocol) -> None:
    protocol.response_bytes(200, _HEADERS, PIXEL)
