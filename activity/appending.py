"""One new row of a table that is only ever added to."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def append(row: Model, *, then: str = "NULL") -> Any:
    """What `save` writes of a new row, by a statement put together once for each model: where rows come one by one,
    putting it together took as long as everything else. `then` is asked of the row in the same statement, such as
    `follow(id)`; what it says is returned."""
    statement, fields = _insert(type(row), then)
    database = connections[DEFAULT_DB_ALIAS]  # asked for once, not by each field
    values = [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in fields]
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        row.pk, said = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return said


@cache
def _insert(model: type[Model], then: str) -> tuple[str, list[Field]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns, places = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING id, {then}', fields  # noqa: S608 - names of ours
