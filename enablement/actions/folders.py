"""A folder of files, taken into the library of a programme: for everybody in it, published, found at once.

A file is known again by its path in the folder, so a changed one is a new version and an unchanged one is left alone."""

import hashlib
import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.refusals import Invalid, Refused
from activity.uniqueness import unless_taken
from enablement.actions.indexing import keep_reading
from enablement.actions.resources import add_version, change_resource, create_resource, publish_resource, retire_resource
from enablement.file_types import TYPES
from enablement.models import Resource, ResourceKind, ResourceState
from enablement.reading.files import is_read, read_file
from enablement.reading.passages import Reading
from enablement.reading.texts import language_of
from partners.actions.checks import check_language
from partners.models import Programme

FILE_AT_MOST = 50 * 1024 * 1024
PATH_AT_MOST = 500
logger = logging.getLogger(__name__)
_OVER = ("retired", "expired", "archived", "superseded", "obsolete", "withdrawn")
_ENDINGS = {ending for ending, known in TYPES.items() if is_read(known.media_type)}


@dataclass(frozen=True)
class Taken:
    """What became of one file: `new`, `changed`, `same` or `refused`, and the sentence that says it."""

    path: str
    outcome: str
    sentence: str


def take_folder(folder: Path, programme: Programme, *, by: User | None = None) -> Iterator[Taken]:
    """One after another, each by itself: what is refused keeps nothing else back."""
    root = folder.resolve()
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        try:
            name.encode()
            yield _take(_content(path, root), name, programme, by=by)
        except UnicodeEncodeError:
            shown = name.encode(errors="replace").decode()
            yield Taken(shown, "refused", _("Its name is no text. Rename it."))
        except Refused as refusal:
            yield Taken(name, "refused", str(refusal))
        except OSError as error:
            yield Taken(name, "refused", _("It cannot be read (%(why)s).") % {"why": error.strerror})


def _files(root: Path) -> Iterator[Path]:
    """All there are, with links to folders, which are refused; hidden ones are nobody's documents."""
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*linked, *(name for name in names if not name.startswith("."))]):
            yield Path(folder) / name


def _content(path: Path, root: Path) -> bytes:
    if path.is_symlink():
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise Refused(_("It is a link that leads out of the folder. Put the file itself there."))
        raise Refused(_("It is a link to another file of the folder, which is taken itself."))
    if len(path.relative_to(root).as_posix()) > PATH_AT_MOST:
        raise Refused(_("Its path is longer than %(n)d characters. Shorten it.") % {"n": PATH_AT_MOST})
    if path.suffix[1:].lower() not in _ENDINGS:
        raise Refused(_("It is none of the types that are read: %(types)s.") % {"types": ", ".join(sorted(_ENDINGS))})
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Refused(_("It is no ordinary file."))
        if found.st_size > FILE_AT_MOST:
            raise Refused(_("It is larger than %(mb)d MB. Divide it.") % {"mb": FILE_AT_MOST >> 20})
        return file.read()


@transaction.atomic
def _take(content: bytes, path: str, programme: Programme, *, by: User | None) -> Taken:
    known = (
        Resource.objects.select_for_update(of=("self",)).select_related("current").filter(programme=programme, source=path).first()
    )
    file = File(BytesIO(content), name=path.rpartition("/")[2])
    file.size = len(content)
    if known is None:
        return _take_new(file, content, path, programme, by=by)
    if known.current.sha256 == hashlib.sha256(content).hexdigest():
        return Taken(path, "same", _("unchanged: “%(title)s”") % {"title": known} + _standing(known))
    reading = _read(content, path)
    version = add_version(known, by=by, changes=_("Taken anew from %(path)s") % {"path": path[-300:]}, file=file)
    keep_reading(version, reading)
    change_resource(known, by=by, **_said_by(reading, path))
    _put_where_it_says(known, reading, by=by)
    words = {"title": known, "n": version.number, "count": _counted(reading)}
    return Taken(path, "changed", _("version %(n)d of “%(title)s”, %(count)s") % words + _standing(known))


def _take_new(file: File, content: bytes, path: str, programme: Programme, *, by: User | None) -> Taken:
    reading = _read(content, path)
    said = _said_by(reading, path)
    with unless_taken(Refused(_("Somebody else is taking it at this moment.")), "resource_source_once"):
        resource = create_resource(by=by, programme=programme, kind=ResourceKind.FILE, file=file, source=path, **said)
    keep_reading(resource.current, reading)
    _put_where_it_says(resource, reading, by=by)
    words = {"title": resource, "count": _counted(reading)}
    return Taken(path, "new", _("“%(title)s”, %(count)s") % words + _standing(resource))


def _counted(reading: Reading) -> str:
    count = len(reading.passages)
    return ngettext("%(n)d paragraph", "%(n)d paragraphs", count) % {"n": count}


def _put_where_it_says(resource: Resource, reading: Reading, *, by: User | None) -> None:
    """Published, unless it says of itself that it is a draft or over."""
    status = reading.notes.get("status", "").lower()
    if status in _OVER and resource.state != ResourceState.RETIRED:
        retire_resource(resource, by=by, reason=_("The file says so."))
    elif resource.state == ResourceState.DRAFT and status != "draft" and not resource.is_over:
        publish_resource(resource, by=by)
        if reading.notes.get("review"):  # also a day that is past: then it waits for its review
            change_resource(resource, by=by, review_on=_moment(reading.notes["review"], "review").date())


def _standing(resource: Resource) -> str:
    """Where nobody finds it although it was taken."""
    if resource.state == ResourceState.PUBLISHED and not resource.is_over:
        is_overdue = resource.review_on and resource.review_on < timezone.localdate()
        return _("; the assistant quotes it after its review, which is overdue") if is_overdue else ""
    if resource.expires_at and resource.is_over and resource.state != ResourceState.RETIRED:
        return _("; nobody finds it, since it has expired")
    return _("; nobody finds it, since it is %(state)s") % {"state": resource.get_state_display()}


def _read(content: bytes, path: str) -> Reading:
    ending = path.rpartition(".")[2].lower()
    if ending == "pdf" and not content.startswith(b"%PDF-"):
        raise Invalid(_("It is no PDF, whatever its name says."))
    try:
        reading = read_file(content, TYPES[ending].media_type)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - files are broken in as many ways as there are programs
        logger.warning("%s cannot be read", path, exc_info=True)
        raise Invalid(_("It cannot be read. Open it in the program that made it and save it anew.")) from error
    if not content.strip():
        raise Invalid(_("It is empty."))
    if not reading.passages:
        raise Invalid(_("There is no text in it that could be found. Where it is a scan, let a program read its letters first."))
    return reading


def _said_by(reading: Reading, path: str) -> dict:
    """Title, summary, language, expiry and review, as the file says or as its words show."""
    notes = reading.notes
    title = reading.title or notes.get("title", "") or _title_of(path)
    said: dict = {
        "title": _short(title, 200),
        "language": _language(notes.get("language", "")) or language_of(reading.text) or "en",
    }
    if notes.get("summary"):
        said["summary"] = _short(notes["summary"], 400)
    if notes.get("expires"):
        said["expires_at"] = _moment(notes["expires"], "expires")
    if notes.get("review"):
        said["review_on"] = _moment(notes["review"], "review").date()
    return said


def _language(said: str) -> str:
    try:
        return check_language(said)
    except Invalid:
        return ""


def _title_of(path: str) -> str:
    words = re.sub(r"[-_\s]+", " ", path.rpartition("/")[2].rpartition(".")[0]).strip()
    return words[:1].upper() + words[1:] if slugify(words) or words else path


def _short(text: str, longest: int) -> str:
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _moment(text: str, name: str) -> datetime:
    """A day holds until its end."""
    try:
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1 if name == "expires" else 0)
        if at := parse_datetime(text):
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise Invalid(
        _("It says “%(name)s: %(text)s”, which is no date. Write it as in 2030-05-01.") % {"name": name, "text": text[:40]}
    )
