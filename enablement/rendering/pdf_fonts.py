"""Letters for PDF files: DejaVu Sans where the machine has it, else the font that comes with the library."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont, features
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_INSTALLED = Path("/usr/share/fonts/truetype/dejavu")
_SHIPPED = Path(reportlab.__file__).parent / "fonts"
_FILES = {"text": ("DejaVuSans.ttf", "Vera.ttf"), "bold": ("DejaVuSans-Bold.ttf", "VeraBd.ttf")}
_STROKES = str.maketrans("ŁłĐđĦħıŦŧ", "LlDdHhiTt")  # marks that are no part of their own to Unicode


@lru_cache(maxsize=4)
def font(weight: str) -> str:
    """The name under which it is registered."""
    path = _path(weight)
    pdfmetrics.registerFont(TTFont(path.stem, str(path)))
    return path.stem


def _path(weight: str) -> Path:
    best, shipped = _FILES[weight]
    return _INSTALLED / best if (_INSTALLED / best).exists() else _SHIPPED / shipped


def undrawable(weight: str, words: str) -> str:
    """The first letter that cannot be drawn; nothing where all can. What runs to the left needs a program that joins letters."""
    known, joins = pdfmetrics.getFont(font(weight)).face.charToGlyph, features.check("raqm")
    lost = (each for each in words if ord(each) not in known or (runs_to_the_left(each) and not joins))
    return next(lost, "")


def runs_to_the_left(words: str) -> bool:
    return any(unicodedata.bidirectional(each) in ("R", "AL") for each in words)


def as_picture(weight: str, words: str, colour: str) -> Image.Image:
    """Words that run to the left, their letters joined as they are written: a PDF's own text knows neither. 100 points high."""
    face = ImageFont.truetype(str(_path(weight)), 100, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = face.getbbox(words)
    picture = Image.new("RGBA", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(picture).text((-left, -top), words, font=face, fill=colour)
    return picture


def in_letters_of(name: str, text: str) -> str:
    """A letter that the font lacks loses its mark before it is lost itself."""
    known = pdfmetrics.getFont(name).face.charToGlyph
    return "".join(letter if ord(letter) in known else _bare(letter) for letter in unicodedata.normalize("NFC", text))


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].translate(_STROKES)
