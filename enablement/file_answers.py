"""A file of the library as an answer: whole or in parts, saved or played. Nothing in it ever runs in a page."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from enablement.models import LessonVideo, ResourceVersion

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 256 * 1024


def is_kept(version: ResourceVersion | LessonVideo) -> bool:
    """Whether its bytes are where they were put."""
    return bool(version.file) and version.file.storage.exists(version.file.name)


def answer_with(version: ResourceVersion | LessonVideo, request, *, is_played: bool = False) -> HttpResponse:
    response = ranged(request, version) or FileResponse(
        version.file.open("rb"), as_attachment=not is_played, filename=version.name, content_type=version.media_type
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def ranged(request, version) -> HttpResponse | None:
    """What a player asks for when somebody jumps; None where the whole is meant."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not asked or not (asked[1] or asked[2]):
        return None
    size = version.size
    first = int(asked[1]) if asked[1] else max(size - int(asked[2]), 0)
    last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
    if first >= size or first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    opened = version.file.open("rb")
    opened.seek(first)
    response = StreamingHttpResponse(_pieces(opened, last - first + 1), status=206, content_type=version.media_type)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _pieces(opened: BinaryIO, left: int) -> Iterator[bytes]:
    with opened:
        while left > 0 and (piece := opened.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
