"""The first sheet of an XLSX, row by row."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError  # noqa: S405 - only the error's name; openpyxl reads through defusedxml

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from context.imports.broken import BrokenFile
from context.imports.delimited import check_headers, row_from_cells
from context.imports.reading import Row, Table, column_key

# A sheet packs about 10 : 1. What unpacks to far more is not a list of partners.
_UNPACKED_TO_FILE_LIMIT = 5
_BROKEN = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, EOFError, TypeError, AttributeError)


def read_workbook(path: Path) -> Table:
    rows = _guarded(_cells(path))
    headers = [str(_plain(cell) or "") for cell in next(rows, (0, []))[1]]
    while headers and not headers[-1].strip():
        headers.pop()
    return Table(check_headers(headers), _as_rows([column_key(header) for header in headers], rows))


def _as_rows(keys: list[str], rows: Iterator[tuple[int, list]]) -> Iterator[Row]:
    for number, cells in rows:
        cells = [_plain(cell) for cell in cells]
        if any(cell not in (None, "") for cell in cells):
            yield row_from_cells(number, keys, cells)


def _cells(path: Path) -> Iterator[tuple[int, list]]:
    _check_unpacked_size(path)
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size, and then rows would be lost
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, list(cells)
    finally:
        book.close()


def _guarded(rows: Iterator) -> Iterator:
    try:
        yield from rows
    except BrokenFile:
        raise
    except (*_BROKEN, IndexError) as error:
        words = {"error": str(error)[:120] or type(error).__name__}
        sentence = _("This is not a workbook that can be read (%(error)s). Open it in a spreadsheet and save it as XLSX again.")
        raise BrokenFile(sentence % words) from None


def _check_unpacked_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > _UNPACKED_TO_FILE_LIMIT * settings.IMPORT_MAX_BYTES:
        raise BrokenFile(_("This workbook unpacks to far more than a list of partners holds. It was not opened."))


def _plain(cell):
    """Dates as ISO 8601, whole numbers without `.0`, everything else as it would be written in a CSV."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if cell is None else str(cell).strip()
