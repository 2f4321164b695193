"""Many new rows at once, by COPY: the fastest way in. Triggers fire as they do for any row, so history is kept."""

import io
import json
import os
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Model

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Json(str):
    """A value that is JSON already."""

    __slots__ = ()


def as_json(value: Any) -> Json:
    return Json(json.dumps(value, ensure_ascii=False))


def copy_rows(model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple]) -> None:
    """Append rows of plain values in the order of `columns`; each column without a default in the database has to be named.
    Values are text, numbers, booleans, days, moments, None, `Json`, and lists of text."""
    _copy(model._meta.db_table, columns, rows)


def update_rows(model: type[Model], columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Give rows new values: each of `rows` is an id, then values in the order of `columns`. No other column is written."""
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    told = ", ".join(f'"{column}" = told."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE told AS SELECT id, {names} FROM "{table}" WITH NO DATA')  # noqa: S608 - names of ours
        _copy("told", ("id", *columns), rows)
        cursor.execute(f'UPDATE "{table}" AS kept SET {told} FROM told WHERE kept.id = told.id')  # noqa: S608 - names of ours
        cursor.execute("DROP TABLE told")


def next_ids(model: type[Model], count: int) -> list[int]:
    """The numbers that new rows will have, taken before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, count]
        )
        return [pk for (pk,) in cursor.fetchall()]


def public_ids() -> Iterator[str]:
    """UUIDs of version 7, as `activity.public_ids` gives them, without an object for each."""
    while True:
        start, noise = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10 * 256).hex()
        for at in range(0, len(noise), 20):
            yield f"{start}7{noise[at : at + 3]}{'89ab'[int(noise[at + 3], 16) & 3]}{noise[at + 4 : at + 19]}"


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple]) -> None:
    text = "".join(["\t".join([_cell(value) for value in row]) + "\n" for row in rows])
    if text:
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', io.StringIO(text))


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        items = (str(item).replace("\\", "\\\\").replace('"', '\\"') for item in value)
        return ("{" + ",".join(f'"{item}"' for item in items) + "}").translate(_ESCAPED)
    return str(value)
