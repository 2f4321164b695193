"""Bytes to text: UTF-8 with or without a mark, UTF-16 with one. Anything else is refused rather than guessed,
because a wrong guess ends up in the names of real companies."""

import codecs
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PIECE_BYTES = 1 << 20


def open_text(path: Path) -> TextIO:
    """The file as text, read as it is needed. Looked through once before, so that a wrong byte is told with its line."""
    encoding = _encoding_of(path)
    _look_through(path, encoding)
    return path.open(encoding=encoding, newline="")


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "utf-8")


def _look_through(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE_BYTES)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise BrokenFile(_wrong_encoding(line)) from None
            if "\0" in text:
                raise BrokenFile(_("This is not a text file: it has zero bytes in it. Save it as UTF-8 and feed it in again."))
            line += text.count("\n")
            if not piece:
                return


def _wrong_encoding(line: int) -> str:
    return _("Line %(line)d is not UTF-8. Save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and feed it in again.") % {
        "line": line
    }
