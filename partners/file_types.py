"""What a file is, read from its bytes and never believed from its name."""

import zipfile
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from activity.refusals import Invalid

IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
PIXELS_AT_MOST = 50_000_000
UNPACKED_AT_MOST = 200 * 1024 * 1024
_OFFICE = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_TEXTS = {"txt": "text/plain", "csv": "text/csv"}
_IMAGE_ENDINGS = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


def image_type(content: bytes) -> str:
    """The type of an image, or nothing where it is none. One that would unpack to too many pixels is `Invalid`."""
    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > PIXELS_AT_MOST:
                raise _too_many_pixels()
            image.verify()
            return IMAGES.get(image.format or "", "")
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return ""


def is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig") and b"<script" not in content.lower()
    except UnicodeDecodeError:
        return False


def document_type(content: bytes, name: str) -> str:
    """The type of a PDF, PNG, JPEG, plain text, CSV, DOCX or XLSX whose bytes are what its name's ending says; else nothing."""
    ending = name.rpartition(".")[2].lower()
    if ending in _IMAGE_ENDINGS:
        return _IMAGE_ENDINGS[ending] if image_type(content) == _IMAGE_ENDINGS[ending] else ""
    if ending == "pdf":
        return "application/pdf" if content.startswith(b"%PDF-") else ""
    if ending in _OFFICE:
        part, media_type = _OFFICE[ending]
        return media_type if part in _parts_of_archive(content) else ""
    return _TEXTS.get(ending, "") if is_text(content) and not image_type(content) and not content.startswith(b"%PDF-") else ""


def _parts_of_archive(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return []
    if sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
        raise Invalid(_("This file unpacks to more than anyone would read. Save it anew, or as PDF."), field="file")
    return [part.filename for part in parts]


def _too_many_pixels() -> Invalid:
    return Invalid(_("This image has too many pixels to be shown. Make it smaller."), field="file")
