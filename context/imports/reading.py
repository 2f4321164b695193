"""Opening a file of any of the four formats."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from context.imports.broken import BrokenFile

FLAT = {".csv", ".tsv", ".txt", ".xlsx"}
NESTED = {".json", ".yml", ".yaml"}


@dataclass(frozen=True)
class Row:
    """One row as the file has it. `number` is the line of a CSV, the row of a sheet, or the how-many-eth item of a
    document; `levels` are the mappings above it, by the name of the list they are in."""

    number: int
    values: dict[str, Any]
    levels: dict[str, dict] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A flat file: `headers` as written, rows keyed by `column_key(header)`."""

    headers: list[str]
    rows: Iterator[Row]


@lru_cache(4096)
def column_key(header: str) -> str:
    """“Contact Name” and “contact_name” are the same column."""
    return "_".join(header.strip().lower().replace("-", "_").split())


def check_file(path: Path, name: str) -> str:
    """The file's ending when it can be read at all, else `BrokenFile`."""
    ending = Path(name).suffix.lower()
    if ending not in FLAT | NESTED:
        raise BrokenFile(_("“%(name)s” is not a CSV, XLSX, JSON or YAML file.") % {"name": name})
    try:
        size = path.stat().st_size
    except OSError:
        raise BrokenFile(_("There is no file “%(name)s”.") % {"name": name}) from None
    if size > settings.IMPORT_MAX_BYTES:
        sizes = {"size": filesizeformat(size), "limit": filesizeformat(settings.IMPORT_MAX_BYTES)}
        raise BrokenFile(_("The file has %(size)s; at most %(limit)s are taken. Split it and feed in the parts.") % sizes)
    if size == 0:
        raise BrokenFile(_("“%(name)s” is empty.") % {"name": name})
    return ending
