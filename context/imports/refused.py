"""Refused rows in a file that can be mended and fed in again: those of a table with its own columns, those of a nested
document with the plain columns of the mapping `partners`. Each row says where it was and why it was refused."""

import csv
from collections.abc import Iterable
from pathlib import Path

from context.imports.mapping import FIELDS
from context.imports.reading import column_key
from context.imports.shaping import plain_columns

ROW, REASON = "row", "reason"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_refused(path: Path, plans: Iterable, headers: list[str]) -> int:
    """Writes a CSV in UTF-8 with a mark, as spreadsheets expect it. `plans` may be one-pass when there are `headers`."""
    if not headers:
        plans = list(plans)
        headers = _plain_headers(plans)
    own = [header for header in headers if column_key(header) not in (ROW, REASON)]
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*own, ROW, REASON])
        for plan in plans:
            values = plan.record.original or plain_columns(plan.record)
            writer.writerow([*(_safe(values.get(column_key(header), "")) for header in own), plan.record.number, plan.reason])
            count += 1
    return count


def _plain_headers(plans: list) -> list[str]:
    used = {name for plan in plans for name in plain_columns(plan.record)}
    return [name for name in FIELDS if name in used] + sorted(used - set(FIELDS))


def _safe(value) -> str:
    """A spreadsheet would run a value that begins like a formula; a leading space stops it, and is stripped on the way in."""
    text = str(value)
    return f" {text}" if text.startswith(_FORMULA) else text
