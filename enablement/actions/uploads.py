"""A file is looked at before anything of it is kept: its size, its type by content, and by the virus scanner where there is one."""

import hashlib
import logging
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from enablement.channels.virus_scan import NoAnswerError, TooLargeError, virus_in
from enablement.file_types import media_type_of, safe_name

_MEGABYTE = 1024 * 1024
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CheckedFile:
    file: File
    name: str
    media_type: str
    size: int
    sha256: str


def check_file(file: File) -> CheckedFile:
    """`Invalid` with a sentence where it is not taken; `Refused` where it could not be looked at."""
    name, size = safe_name(file.name or ""), file.size
    if size > settings.LIBRARY_MAX_BYTES:
        words = {"name": name, "mb": settings.LIBRARY_MAX_BYTES // _MEGABYTE}
        raise Invalid(_("“%(name)s” is larger than %(mb)s MB. Take a smaller copy, or a link to it.") % words, field="file")
    media_type = media_type_of(file, name)
    _scan(file, name)
    return CheckedFile(file, name, media_type, size, _sum_of(file))


def _scan(file: BinaryIO, name: str) -> None:
    """Fails closed: what could not be scanned is not kept."""
    if not settings.VIRUS_SCAN_URL:
        return
    try:
        found = virus_in(file, settings.VIRUS_SCAN_URL)
    except TooLargeError:
        said = _(
            "“%(name)s” is larger than what the virus scanner looks at, so nothing was kept. Take a smaller copy, or a link to it."
        )
        raise Invalid(said % {"name": name}, code="not_scanned", field="file") from None
    except NoAnswerError as problem:
        logger.error("The virus scanner did not answer: %s", problem)
        raise Refused(
            _("“%(name)s” could not be checked for viruses, so nothing was kept. Try again in a few minutes.") % {"name": name},
            code="not_scanned",
        ) from None
    if found:
        raise Invalid(
            _("“%(name)s” carries a virus (%(virus)s); nothing was kept. Clean the machine it comes from.")
            % {"name": name, "virus": found[:80]},
            code="virus",
            field="file",
        )


def _sum_of(file: BinaryIO) -> str:
    file.seek(0)
    total = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return total
