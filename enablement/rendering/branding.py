"""A partner's logo, name and contact put into a template. In SVG and HTML a place is written as `{{ partner.name }}`; in a PDF
it is a form field of that name, whose rectangle is drawn over."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO

from django.utils.translation import gettext as _
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from activity.refusals import Refused
from enablement.reading.texts import as_text
from enablement.rendering.pdf_fonts import as_picture, font, in_letters_of, runs_to_the_left, undrawable

LOGO = "partner.logo"
PLACES = (LOGO, "partner.name", "contact.name", "contact.job_title", "contact.email", "contact.phone")
_MARK = re.compile(r"\{\{\s*(" + "|".join(map(re.escape, PLACES)) + r")\s*\}\}")
_PDF, _WRITTEN = "application/pdf", ("image/svg+xml", "text/html")
_ENCODING = re.compile(r"((?:charset|encoding)\s*=\s*[\"']?)[\w-]+", re.I)
_HEAD = 2048  # characters, in which a text says its encoding
LETTERS_AT_MOST = 14  # points
Rectangle = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True)
class Brand:
    words: dict[str, str]
    logo: bytes
    logo_type: str


def places_in(content: bytes, media_type: str) -> set[str]:
    """Those that a file has; none where it is no template."""
    if media_type in _WRITTEN:
        return set(_MARK.findall(as_text(content) or ""))
    if media_type != _PDF or (b"/AcroForm" not in content and b"/ObjStm" not in content):
        return set()
    try:
        return {name for page in PdfReader(BytesIO(content)).pages for name, _rectangle in _fields(page)}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def check_drawable(words: dict[str, str], places: Iterable[str], media_type: str) -> None:
    """`Refused` where a letter of what goes into these places cannot be drawn into a PDF."""
    if media_type == _PDF:
        for name in places:
            _drawable(words.get(name, ""))


def branded(content: bytes, media_type: str, brand: Brand) -> bytes:
    return _drawn(content, brand) if media_type == _PDF else _written(content, media_type, brand)


def _written(content: bytes, media_type: str, brand: Brand) -> bytes:
    """Values are escaped, so none can become markup. In UTF-8, which has every letter of every name, and says so."""
    logo = f"data:{brand.logo_type};base64,{b64encode(brand.logo).decode()}"

    def put(found: re.Match) -> str:
        return logo if found.group(1) == LOGO else escape(brand.words.get(found.group(1), ""))

    text = as_text(content) or ""
    head, is_said = _ENCODING.subn(r"\1utf-8", text[:_HEAD], count=1)
    mark = "" if is_said or media_type != "text/html" else "\ufeff"  # a browser takes HTML that says nothing for something older
    return (mark + _MARK.sub(put, head + text[_HEAD:])).encode()


def _drawn(content: bytes, brand: Brand) -> bytes:
    reader, writer = PdfReader(BytesIO(content)), PdfWriter()
    for page in reader.pages:
        places = list(_fields(page))
        added = writer.add_page(page)
        if places:
            added.merge_page(_overlay(added, places, brand))
            _take_fields_out(added)
    if NameObject("/AcroForm") in writer._root_object:  # noqa: SLF001 - pypdf has no other way to take the form out
        del writer._root_object[NameObject("/AcroForm")]  # noqa: SLF001
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()


def _fields(page: PageObject) -> Iterator[tuple[str, Rectangle]]:
    for annotation in page.get("/Annots") or []:
        found = annotation.get_object()
        name = _name_of(found)
        if found.get("/Subtype") == "/Widget" and name in PLACES:
            left, bottom, right, top = (float(number) for number in found["/Rect"])
            yield name, (min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def _name_of(field) -> str:
    """With those above it: programs write `partner.name` as `name` below `partner`."""
    parts: list[str] = []
    while field is not None and len(parts) < 4:
        parts.insert(0, str(field.get("/T") or ""))
        field = field["/Parent"].get_object() if "/Parent" in field else None
    return ".".join(part for part in parts if part)


def _take_fields_out(page: PageObject) -> None:
    kept = [each for each in page["/Annots"] if _name_of(each.get_object()) not in PLACES]
    page["/Annots"].clear()
    page["/Annots"].extend(kept)


def _overlay(page: PageObject, places: Iterable[tuple[str, Rectangle]], brand: Brand) -> PageObject:
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=(float(page.mediabox.right), float(page.mediabox.top)))
    for name, rectangle in places:
        canvas.saveState()
        _draw(canvas, name, *_upright(canvas, rectangle, page.rotation % 360), brand)
        canvas.restoreState()
    canvas.save()
    return PdfReader(kept).pages[0]


def _upright(canvas: Canvas, rectangle: Rectangle, turned: int) -> tuple[float, float]:
    """Go to the corner of a place where its reader begins; how wide and high it is to them. A page may be shown turned."""
    left, bottom, right, top = rectangle
    canvas.translate(*{90: (right, bottom), 180: (right, top), 270: (left, top)}.get(turned, (left, bottom)))
    canvas.rotate(turned)
    return (top - bottom, right - left) if turned in (90, 270) else (right - left, top - bottom)


def _draw(canvas: Canvas, name: str, width: float, height: float, brand: Brand) -> None:
    if name == LOGO:
        picture = ImageReader(BytesIO(brand.logo))
        canvas.drawImage(picture, 0, 0, width, height, mask="auto", preserveAspectRatio=True, anchor="w")
    elif (words := _drawable(brand.words.get(name, ""))) and runs_to_the_left(words):
        picture = ImageReader(as_picture("text", words, "black"))
        canvas.drawImage(
            picture, 0, 0, width, min(height * 0.7, LETTERS_AT_MOST), mask="auto", preserveAspectRatio=True, anchor="w"
        )
    elif words:
        size = min(height * 0.7, LETTERS_AT_MOST)
        size *= min(1, width / max(pdfmetrics.stringWidth(words, font("text"), size), 1))
        canvas.setFont(font("text"), size)
        canvas.drawString(0, (height - size) / 2 + size * 0.2, words)


def _drawable(words: str) -> str:
    """A letter that the font has not is drawn without its marks; another script is refused."""
    drawn = in_letters_of(font("text"), words)
    if strange := undrawable("text", drawn):
        raise Refused(
            _("“%(letter)s” in “%(words)s” cannot be drawn into a PDF. Take a template that is SVG or HTML.")
            % {"letter": strange, "words": words[:60]},
            code="no_such_letter",
        )
    return drawn
