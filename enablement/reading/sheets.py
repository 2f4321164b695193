"""Sheets as their reader sees them: what is hidden is left out, and a number says what its format makes of it. As paragraphs, each
row of a sheet with the words of the first."""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

from enablement.reading.office import is_on, opened, parts_of, tree_of
from enablement.reading.passages import ROWS_AT_MOST, Cutter, Reading, in_one_line
from enablement.reading.sheet_numbers import NumberFormat, as_written, format_of

COLUMNS_AT_MOST = 1000
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Sheet(NamedTuple):
    name: str
    rows: list[list[str]]


class _Book(NamedTuple):
    """What its sheets share: texts by number, formats by the style of a cell, and whether it counts days from 1904."""

    texts: list[str]
    formats: list[NumberFormat]
    from_1904: bool


def read_sheets(content: bytes) -> Reading:
    cutter = Cutter()
    for sheet in sheets_of(content):
        cutter.heading(2, sheet.name)
        cutter.sheet(sheet.rows)
    return cutter.reading()


def sheets_of(content: bytes) -> Iterator[Sheet]:
    """In their order, with the rows in which something stands."""
    with opened(content) as archive:
        book = _book(archive)
        for named, part in parts_of(archive, "xl/workbook.xml", f"{_S}sheet"):
            if named.get("state", "visible") == "visible":
                yield Sheet(str(named.get("name")), [row for row in _rows(tree_of(archive, part), book) if any(row)])


def _book(archive: zipfile.ZipFile) -> _Book:
    names = set(archive.namelist())
    texts = tree_of(archive, "xl/sharedStrings.xml").iter(f"{_S}si") if "xl/sharedStrings.xml" in names else ()
    about = tree_of(archive, "xl/workbook.xml").find(f"{_S}workbookPr")
    return _Book(
        [_text(each) for each in texts], _formats(archive) if "xl/styles.xml" in names else [],
        about is not None and is_on(about.get("date1904")),
    )  # fmt: skip


def _formats(archive: zipfile.ZipFile) -> list[NumberFormat]:
    tree = tree_of(archive, "xl/styles.xml")
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in tree.iter(f"{_S}numFmt")}
    used = tree.find(f"{_S}cellXfs")
    ids = [] if used is None else [each.get("numFmtId", "0") for each in used]
    made = {each: format_of(each, own.get(each, "")) for each in set(ids)}
    return [made[each] for each in ids]


def _rows(tree: ElementTree.Element, book: _Book) -> Iterator[list[str]]:
    hidden = _hidden_columns(tree)
    for number, row in enumerate(tree.iter(f"{_S}row")):
        if number == ROWS_AT_MOST:
            return
        if is_on(row.get("hidden")):
            continue
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_S}c")):
            cells[_column(cell.get("r") or "", place)] = _value(cell, book)
        yield [cells.get(place, "") for place in range(max(cells, default=-1) + 1) if place not in hidden]


def _hidden_columns(tree: ElementTree.Element) -> set[int]:
    hidden: set[int] = set()
    for each in tree.iter(f"{_S}col"):
        first, last = each.get("min", ""), each.get("max", "")
        if is_on(each.get("hidden")) and first.isdecimal() and last.isdecimal():
            hidden.update(range(int(first) - 1, min(int(last), COLUMNS_AT_MOST)))
    return hidden


def _column(reference: str, place: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return place
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return min(number - 1, COLUMNS_AT_MOST)


def _value(cell: ElementTree.Element, book: _Book) -> str:
    kind, written = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
    if kind == "inlineStr":
        return _text(cell)
    if kind == "s":
        return book.texts[int(written)] if written.isdecimal() and int(written) < len(book.texts) else ""
    if kind == "b":
        return "TRUE" if written == "1" else "FALSE"
    style = cell.get("s", "")
    if kind == "n" and style.isdecimal() and int(style) < len(book.formats):
        return as_written(written, book.formats[int(style)], from_1904=book.from_1904)
    return as_written(written, NumberFormat()) if kind == "n" else in_one_line(written)


def _text(part: ElementTree.Element) -> str:
    """Without how it is pronounced."""
    said = {id(each) for spoken in part.iter(f"{_S}rPh") for each in spoken.iter(f"{_S}t")}
    return in_one_line("".join(each.text or "" for each in part.iter(f"{_S}t") if id(each) not in said))
