"""Letters for PDF files: DejaVu Sans where the machine has it, else the font that comes with the library."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_INSTALLED = Path("/usr/share/fonts/truetype/dejavu")
_SHIPPED = Path(reportlab.__file__).parent / "fonts"
_FILES = {"text": ("DejaVuSans.ttf", "Vera.ttf"), "bold": ("DejaVuSans-Bold.ttf", "VeraBd.ttf")}
_STROKES = str.maketrans("ŁłĐđĦħıŦŧ", "LlDdHhiTt")  # marks that are no part of their own to Unicode


@lru_cache(maxsize=4)
def font(weight: str) -> str:
    """The name under which it is registered."""
    best, shipped = _FILES[weight]
    path = _INSTALLED / best if (_INSTALLED / best).exists() else _SHIPPED / shipped
    pdfmetrics.registerFont(TTFont(path.stem, str(path)))
    return path.stem


def in_letters_of(name: str, text: str) -> str:
    """A letter that the font lacks loses its mark before it is lost itself."""
    known = pdfmetrics.getFont(name).face.charToGlyph
    return "".join(letter if ord(letter) in known else _bare(letter) for letter in unicodedata.normalize("NFC", text))


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].translate(_STROKES)
