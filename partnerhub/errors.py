"""What is told where a request could not be answered: the database is away, the disk is full, or something broke on our side."""

import errno
import sys
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
RETRY_AFTER_SECONDS = 10


class Told(NamedTuple):
    status: int
    head: str
    sentence: str


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is missing."""
    told = reason_of(sys.exc_info()[1]) or Told(
        500, _("Something broke on our side"), _("It is written down. Nothing you entered was half saved; try again in a minute.")
    )
    if told.status == 507:
        _read_rest(request)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)} if told.status == 503 else {}
    return HttpResponse(
        loader.get_template("500.html").render(told._asdict() | _look(request)), status=told.status, headers=headers
    )


def _look(request: HttpRequest) -> dict:
    """The files by their plain names: which hashed one is meant is not to be asked either. Only what was read is tried again."""
    return {
        "name": settings.PORTAL_NAME,
        "files": settings.STATIC_URL,
        "sheets": ("tokens", "base", "layout", "nav", "button", "trouble"),
        "again": request.get_full_path() if request.method in ("GET", "HEAD") else "/",
    }


def _read_rest(request: HttpRequest) -> None:
    """A server that answers before it has read everything cuts the connection, and the browser never sees the answer."""
    stream = request.META.get("wsgi.input")
    while stream is not None and stream.read(1 << 16):
        pass


def reason_of(error: BaseException | None) -> Told | None:
    """What the machine lacks, where that is the cause; None where the fault is in us."""
    causes = list(_causes(error))
    if any(isinstance(cause, (OperationalError, InterfaceError)) for cause in causes):
        sentence = _("The database does not answer just now. Nothing was half saved; try again in a minute.")
        return Told(503, _("We will be back in a moment"), sentence)
    if any(isinstance(cause, OSError) and cause.errno in _FULL for cause in causes):
        sentence = _("The disk of this server is full, so nothing of it was saved. Whoever runs this server must make room first; "
                     "then send it again.")  # fmt: skip
        return Told(507, _("There is no room for this"), sentence)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
