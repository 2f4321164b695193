"""Refused rows in a file that can be mended and fed in again: those of a table with its own columns, those of a nested
document with the plain columns of the mapping `partners`. Each row says where it was and why it was refused."""

import csv
import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path

from context.imports.mapping import FIELDS
from context.imports.reading import column_key
from context.imports.shaping import Record, plain_columns

ROW, REASON = "row", "reason"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RefusedRows:
    """Kept on disk while the file is read, since all rows of a large file may be refused."""

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed when nobody holds it any more
        self._columns: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, record: Record, reason: str) -> None:
        values = record.original or plain_columns(record)
        pickle.dump((values, record.number, reason), self._kept)
        self._columns |= values.keys()
        self._count += 1

    def write(self, path: Path, headers: list[str]) -> None:
        """A CSV in UTF-8 with a mark, as spreadsheets expect it. Without `headers` the columns are those that rows have."""
        own = [header for header in headers or self._plain_headers() if column_key(header) not in (ROW, REASON)]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*own, ROW, REASON])
            for values, number, reason in self._rows():
                writer.writerow([*(_safe(values.get(column_key(header), "")) for header in own), number, reason])

    def _rows(self) -> Iterator[tuple[dict, int, str]]:
        self._kept.seek(0)
        for _row in range(self._count):
            yield pickle.load(self._kept)  # noqa: S301 - written above

    def _plain_headers(self) -> list[str]:
        return [name for name in FIELDS if name in self._columns] + sorted(self._columns - set(FIELDS))


def _safe(value) -> str:
    """A spreadsheet would run a value that begins like a formula; a leading space stops it, and is stripped on the way in."""
    text = str(value)
    return f" {text}" if text.startswith(_FORMULA) else text
