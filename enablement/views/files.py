"""A file behind a link that expires: saved, or played where it is a video. Nothing in it ever runs in the page."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.refusals import Refused
from enablement.signed_links import PLAY, read_link
from enablement.views.resources import readable_version

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 256 * 1024


@require_safe
@never_cache
@login_required
def file(request, token: str) -> HttpResponse:
    try:
        link = read_link(token, request.user)
    except Refused as refusal:
        return render(request, "enablement/expired.html", {"sentence": str(refusal)}, status=410)
    version = readable_version(request, link.version) if link else None
    if link is None or version is None or not version.file.storage.exists(version.file.name):
        raise Http404
    is_played = link.how == PLAY and version.is_video
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
