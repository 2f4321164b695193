"""CSV, row by row. Comma, semicolon or tab: whichever the first line has most of."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile
from context.imports.encoding import open_text
from context.imports.reading import Row, Table, column_key


def read_delimited(path: Path) -> Table:
    rows = _rows(path)
    _line, headers = next(rows, (0, []))
    return Table(check_headers(headers), _as_rows(headers, rows))


def check_headers(headers: list[str]) -> list[str]:
    keys = [column_key(header) for header in headers]
    if not any(keys):
        raise BrokenFile(_("The first line names no columns."))
    twice = next((header for header, key in zip(headers, keys, strict=True) if key and keys.count(key) > 1), None)
    if twice:
        raise BrokenFile(_("Two columns are called “%(name)s”. Give each its own name.") % {"name": twice})
    return [header.strip() for header in headers]


def row_from_cells(number: int, keys: list[str], cells: list) -> Row:
    """A row with more cells than there are columns has slipped, so none of its values can be trusted."""
    values = {key: cell for key, cell in zip(keys, cells, strict=False) if key and cell not in (None, "")}
    if any(cell not in (None, "") for cell in cells[len(keys) :]):
        problem = _("It has %(cells)d values, but there are %(columns)d columns.") % {"cells": len(cells), "columns": len(keys)}
        return Row(number, values, problem=problem)
    return Row(number, values)


def _as_rows(headers: list[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    keys = [column_key(header) for header in headers]
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield row_from_cells(number, keys, cells)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins in."""
    with open_text(path) as file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        begins = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BrokenFile(
                    _("The row that begins in line %(line)d cannot be read (%(error)s). Is a quotation mark left open?")
                    % {"line": begins, "error": error}
                ) from None
            yield begins, cells
            begins = reader.line_num + 1


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=first_line.count)
