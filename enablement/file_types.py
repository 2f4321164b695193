"""What the library takes, and how a file proves to be what its name says: by its content, opened for real."""

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
import pypdfium2
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.reading.texts import as_text
from partners.file_types import image_type

ENTRIES_AT_MOST = 5000
UNPACKED_AT_MOST = 500 * 1024 * 1024
RATIO_AT_MOST = 200  # beyond a megabyte: nothing that people write packs so well
_MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_HEAD = 8192


@dataclass(frozen=True)
class FileType:
    media_type: str
    opens: str  # how it is opened to be sure


TYPES = {
    "pdf": FileType("application/pdf", "pdf"),
    "docx": FileType(f"{_OFFICE}wordprocessingml.document", "word/document.xml"),
    "xlsx": FileType(f"{_OFFICE}spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": FileType(f"{_OFFICE}presentationml.presentation", "ppt/presentation.xml"),
    "zip": FileType("application/zip", "zip"),
    "png": FileType("image/png", "image"),
    "jpg": FileType("image/jpeg", "image"),
    "jpeg": FileType("image/jpeg", "image"),
    "gif": FileType("image/gif", "image"),
    "webp": FileType("image/webp", "image"),
    "svg": FileType("image/svg+xml", "svg"),
    "md": FileType("text/markdown", "text"),
    "markdown": FileType("text/markdown", "text"),
    "txt": FileType("text/plain", "text"),
    "csv": FileType("text/csv", "text"),
    "html": FileType("text/html", "text"),
    "htm": FileType("text/html", "text"),
    "mp4": FileType("video/mp4", "mp4"),
    "webm": FileType("video/webm", "webm"),
}
TAKEN = "PDF, DOCX, XLSX, PPTX, PNG, JPEG, GIF, WebP, SVG, MD, TXT, CSV, HTML, MP4, WebM, ZIP"


def safe_name(name: str) -> str:
    """Its last part, without what breaks a header, hides an ending or leads elsewhere."""
    return re.sub(r"[^\w .()+-]+", "-", name.replace("\\", "/").rpartition("/")[2]).strip(" -.")[-180:] or "file"


def media_type_of(file: BinaryIO, name: str) -> str:
    """The type of a file whose bytes are what its name says. `Invalid` where they are not, or where opening it would hurt."""
    ending = name.rpartition(".")[2].lower()
    known = TYPES.get(ending) if "." in name else None
    if known is None:
        raise _invalid(_("“%(name)s” is of no type that the library takes. It takes: %(types)s.") % {"name": name, "types": TAKEN})
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise _invalid(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    if not _fits(file, head, known) or _is_also_an_archive(file, known):
        raise _invalid(
            _("“%(name)s” is not what its name says. Save it anew in the program that made it, and take that file.")
            % {"name": name}
        )
    file.seek(0)
    return known.media_type


def _fits(file: BinaryIO, head: bytes, known: FileType) -> bool:
    file.seek(0)
    match known.opens:
        case "image":
            return image_type(file.read()) == known.media_type
        case "pdf":
            return head.startswith(b"%PDF-") and _looks_like(head, known.media_type) and _opens_as_pdf(file)
        case "mp4":
            return head[4:8] == b"ftyp" and not _has_markup(head)
        case "webm":
            return head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:100] and not _has_markup(head)
        case "text":
            return not _is_binary(head) and as_text(file.read()) is not None
        case "svg":
            return _is_harmless_svg(file.read())
    return _check_archive(file, "" if known.opens == "zip" else known.opens)


def _looks_like(head: bytes, media_type: str) -> bool:
    try:
        return media_type in {found.mime_type for found in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False


def _is_binary(head: bytes) -> bool:
    """A program, a picture or an archive under the name of a text."""
    return head.startswith(
        (b"MZ", b"\x7fELF", b"%PDF-", b"PK\x03\x04", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")
    )


def _has_markup(head: bytes) -> bool:
    return bool(re.search(rb"<(?:html|script|svg|!doctype)", head, re.I))


def _opens_as_pdf(file: BinaryIO) -> bool:
    try:
        document = pypdfium2.PdfDocument(file.read())
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise _invalid(_("This PDF asks for a password. Save it without one.")) from None
        return False
    return pages > 0


def _is_harmless_svg(content: bytes) -> bool:
    """No document type: entities in one can unpack to more than memory holds, or read other files."""
    text = as_text(content)
    if text is None or not re.search(r"<(?:\w+:)?svg[\s>]", text[:_HEAD]):
        return False
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.I):
        raise _invalid(_("This SVG defines entities or a document type. Save it as “plain SVG”."))
    return True


def _check_archive(file: BinaryIO, part: str) -> bool:
    """Whether it is an archive, with this part in it. Bombs, ways out of its folder, links and locked ones are `Invalid`."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    packed, unpacked = sum(each.compress_size for each in entries), sum(each.file_size for each in entries)
    is_bomb = unpacked > UNPACKED_AT_MOST or (unpacked > _MEGABYTE and unpacked > RATIO_AT_MOST * max(packed, 1))
    if len(entries) > ENTRIES_AT_MOST or is_bomb:
        raise _invalid(_("This file unpacks to more than anyone would read. Save it anew, with fewer or smaller parts."))
    for each in entries:
        if each.flag_bits & 0x1:
            raise _invalid(_("This archive is locked with a password, so nobody can look into it. Save it without one."))
        if _leads_out(each.filename) or (each.external_attr >> 28) == 0xA:
            raise _invalid(_("This archive holds “%(name)s”, which leads out of it. Pack it anew.") % {"name": each.filename[:80]})
    return bool(entries) and (not part or part in {each.filename for each in entries})


def _leads_out(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or ".." in path.split("/") or bool(re.match(r"[A-Za-z]:", path))


def _is_also_an_archive(file: BinaryIO, known: FileType) -> bool:
    """A picture or a document with an archive behind it is two files in one; whoever opens the second sees what nobody checked."""
    file.seek(0)
    return known.opens in ("image", "pdf", "mp4", "webm") and zipfile.is_zipfile(file)


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="not_taken", field="file")
