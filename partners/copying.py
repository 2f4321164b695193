"""Many new rows at once, by COPY: the fastest way in. Triggers fire as they do for any row, so history is kept."""

import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

_PIECE = 1 << 20
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Json(str):
    """A value that is JSON already."""

    __slots__ = ()


def as_json(value: Any) -> Json:
    return Json(_ENCODER.encode(value))


def copy_rows(model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple], **same: Any) -> None:
    """Append rows of plain values in the order of `columns`, and after them what is the `same` in each; every column without a
    default in the database has to be named. Values are text, numbers, booleans, days, moments, None, `Json`, and lists of text."""
    _copy(model._meta.db_table, (*columns, *same), rows, same.values())


def update_rows(model: type[Model], columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Give rows new values: each of `rows` is an id, then values in the order of `columns`. No other column is written."""
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    told = ", ".join(f'"{column}" = told."{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE told AS SELECT id, {names} FROM "{table}" WITH NO DATA')  # noqa: S608 - names of ours
        _copy("told", ("id", *columns), rows)
        cursor.execute(f'UPDATE "{table}" AS kept SET {told} FROM told WHERE kept.id = told.id')  # noqa: S608 - names of ours
        cursor.execute("DROP TABLE told")


def let_words_wait() -> None:
    """Until the transaction ends, words of new rows wait in a long list before they are sorted into the indexes that search names:
    of many words at once, each page is written once. Who searches meanwhile reads the list as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', '32MB', true)")


def sort_words_in(*models: type[Model]) -> None:
    """What waits for the indexes of these models is sorted in, once all rows have come."""
    with connection.cursor() as cursor:
        cursor.execute(_SORT_WORDS_IN, [[model._meta.db_table for model in models]])


_SORT_WORDS_IN = """
SELECT gin_clean_pending_list(kept.indexrelid) FROM pg_index AS kept JOIN pg_class ON pg_class.oid = kept.indexrelid
WHERE kept.indrelid = ANY(%s::regclass[]) AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
"""


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


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple], same: Iterable[Any] = ()) -> None:
    cells = _CELLS.get
    end = "".join(["\t" + cells(type(value), _other)(value) for value in same]) + "\n"
    text = end.join(["\t".join([cells(type(value), _other)(value) for value in row]) for row in rows])
    if text:
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', _Pieces(text + end))


class _Pieces(io.StringIO):
    """Handed over in few large pieces, whatever is asked for: a busy thread beside this one holds each of them up."""

    def read(self, _size: int | None = -1) -> str:
        return super().read(_PIECE)


def _text(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPED)


def _list(values: list) -> str:
    items = (str(item).replace("\\", "\\\\").replace('"', '\\"') for item in values)
    return _text("{" + ",".join(f'"{item}"' for item in items) + "}")


def _other(value: Any) -> str:
    return _text(str(value))


_CELLS: dict[type, Callable[[Any], str]] = {
    str: _text,
    Json: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _value: r"\N",
    datetime: lru_cache(datetime.isoformat),
    date: date.isoformat,
    list: _list,
}
