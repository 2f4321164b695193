"""A certificate on one page, in the colour of its programme, with a code that leads to the page that proves it."""

import math
from io import BytesIO

import qrcode
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from enablement.models import Certificate
from enablement.rendering.addresses import certificate_address
from enablement.rendering.pdf_fonts import font, in_letters_of

WIDTH, HEIGHT = landscape(A4)
MARGIN, QR = 56, 92
_INK, _QUIET = Color(0.13, 0.14, 0.17), Color(0.38, 0.40, 0.45)


def certificate_pdf(certificate: Certificate) -> bytes:
    programme, out = certificate.course.programme, BytesIO()
    accent = oklch(0.5, 0.165, programme.hue)
    page = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True, lang=get_language() or "en")
    page.setTitle(f"{certificate.title} · {certificate.number}")
    page.setAuthor(programme.brand)
    page.setFillColor(accent)
    page.rect(0, HEIGHT - 14, WIDTH, 14, stroke=0, fill=1)
    _line(page, programme.brand, MARGIN, HEIGHT - 76, 15, "bold", accent)
    _line(page, _("Certificate"), MARGIN, HEIGHT - 148, 13, "text", _QUIET)
    y = _lines(page, certificate.title, HEIGHT - 182, 32)
    _line(page, _("was earned by"), MARGIN, y - 20, 13, "text", _QUIET)
    y = _lines(page, certificate.name, y - 54, 25)
    page.setStrokeColor(accent)
    page.setLineWidth(1)
    page.line(MARGIN, 150, WIDTH - MARGIN, 150)
    _facts(page, certificate)
    _code(page, certificate_address(certificate))
    page.showPage()
    page.save()
    return out.getvalue()


def _facts(page: Canvas, certificate: Certificate) -> None:
    facts = [
        (_("Issued"), date_format(certificate.issued_on, "DATE_FORMAT")),
        (_("Valid until"), date_format(certificate.expires_on, "DATE_FORMAT") if certificate.expires_on else _("without end")),
        (_("Number"), certificate.number),
    ]
    for place, (label, value) in enumerate(facts):
        x = MARGIN + place * 178
        _line(page, label, x, 122, 10, "text", _QUIET)
        _line(page, value, x, 102, 13, "bold", _INK)
    _line(page, _("Whether it holds today is said at:"), MARGIN, 66, 10, "text", _QUIET)
    _line(page, certificate_address(certificate), MARGIN, 50, 10, "text", _INK)


def _lines(page: Canvas, text: str, y: float, size: int) -> float:
    """As many lines as it takes, in letters that fit three of them; where the next thing goes."""
    name = font("bold")
    written = in_letters_of(name, text)
    width = WIDTH - 2 * MARGIN
    while size > 15 and len(simpleSplit(written, name, size, width)) > 2:
        size -= 3
    for line in simpleSplit(written, name, size, width)[:3]:
        _line(page, line, MARGIN, y, size, "bold", _INK)
        y -= size * 1.25
    return y


def _line(page: Canvas, text: str, x: float, y: float, size: float, weight: str, colour: Color) -> None:
    name = font(weight)
    page.setFont(name, size)
    page.setFillColor(colour)
    page.drawString(x, y, in_letters_of(name, text))


def _code(page: Canvas, address: str) -> None:
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = QR / len(matrix)
    page.setFillColor(_INK)
    for row, cells in enumerate(matrix):
        for column, is_dark in enumerate(cells):
            if is_dark:
                page.rect(WIDTH - MARGIN - QR + column * side, 36 + QR - (row + 1) * side, side, side, stroke=0, fill=1)


def oklch(lightness: float, chroma: float, hue: float) -> Color:
    """The colour as screens show it, for paper: OKLCH to sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return Color(*(_gamma(min(max(part, 0.0), 1.0)) for part in linear))


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
