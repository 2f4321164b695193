"""Paragraphs of presentations and spreadsheets: each slide under its title, each row of a sheet with the words of the first."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from enablement.reading.archives import DAMAGED
from enablement.reading.passages import Cutter, Reading, in_one_line

PART_AT_MOST = 20 * 1024 * 1024
ROWS_AT_MOST = 5000
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_slides(content: bytes) -> Reading:
    cutter = Cutter()
    with _opened(content) as archive:
        for number, name in _numbered(archive, r"ppt/slides/slide(\d+)\.xml"):
            cutter.page = number
            _slide(_tree(archive, name), cutter)
    return cutter.reading()


def read_sheets(content: bytes) -> Reading:
    cutter = Cutter()
    with _opened(content) as archive:
        shared = _shared(archive)
        names = [str(sheet.get("name")) for sheet in _tree(archive, "xl/workbook.xml").iter(f"{_S}sheet")]
        for place, (_number, part) in enumerate(_numbered(archive, r"xl/worksheets/sheet(\d+)\.xml")):
            cutter.heading(2, names[place] if place < len(names) else part)
            rows = [row for row in _rows(_tree(archive, part), shared) if any(row)]
            cutter.table(rows[0] if len(rows) > 1 else [], rows[1:] if len(rows) > 1 else rows)
    return cutter.reading()


def _slide(tree: ElementTree.Element, cutter: Cutter) -> None:
    shapes = list(tree.iter(f"{_P}sp"))
    for shape in sorted(shapes, key=lambda shape: not _is_title(shape)):
        lines = [line for paragraph in shape.iter(f"{_A}p") if (line := _words(paragraph))]
        if _is_title(shape) and lines:
            cutter.heading(2, " ".join(lines))
        else:
            cutter.items([[line] for line in lines])
    for table in tree.iter(f"{_A}tbl"):
        rows = [[_words(cell) for cell in row.iter(f"{_A}tc")] for row in table.iter(f"{_A}tr")]
        cutter.table(rows[0] if len(rows) > 1 else [], rows[1:] if len(rows) > 1 else rows)


def _is_title(shape: ElementTree.Element) -> bool:
    return any(place.get("type") in ("title", "ctrTitle") for place in shape.iter(f"{_P}ph"))


def _words(part: ElementTree.Element) -> str:
    return in_one_line("".join(each.text or "" for each in part.iter(f"{_A}t")))


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    strings = _tree(archive, "xl/sharedStrings.xml").iter(f"{_S}si")
    return [in_one_line("".join(each.text or "" for each in string.iter(f"{_S}t"))) for string in strings]


def _rows(tree: ElementTree.Element, shared: list[str]) -> Iterator[list[str]]:
    for number, row in enumerate(tree.iter(f"{_S}row")):
        if number == ROWS_AT_MOST:
            return
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_S}c")):
            cells[_column(cell.get("r") or "", place)] = _value(cell, shared)
        yield [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


def _column(reference: str, place: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return place
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return min(number - 1, 1000)


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return in_one_line("".join(each.text or "" for each in cell.iter(f"{_S}t")))
    written = cell.findtext(f"{_S}v") or ""
    if cell.get("t") == "s":
        return shared[int(written)] if written.isdigit() and int(written) < len(shared) else ""
    return written


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise _broken() from error


def _numbered(archive: zipfile.ZipFile, pattern: str) -> list[tuple[int, str]]:
    found = [(int(match.group(1)), match.group()) for name in archive.namelist() if (match := re.fullmatch(pattern, name))]
    return sorted(found)[:500]


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """No more is unpacked than the part says it has, and none that says too much."""
    try:
        if archive.getinfo(name).file_size > PART_AT_MOST:
            raise _broken()
        return fromstring(archive.read(name), forbid_dtd=True)  # entities in one can unpack to more than memory holds
    except (KeyError, ElementTree.ParseError, ValueError, *DAMAGED) as error:
        raise _broken() from error


def _broken() -> Invalid:
    return Invalid(_("This file cannot be read. Open it in the program that made it and save it anew."), code="unreadable")
