"""One new row of a table that is only ever added to."""

from functools import cache
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def append(row: Row) -> Row:
    """What `save` writes of a new row, by a statement put together once for each model: where rows come one by one,
    putting it together took as long as everything else."""
    statement, fields = _insert(type(row))
    database = connections[DEFAULT_DB_ALIAS]  # asked for once, not by each field
    values = [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in fields]
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


@cache
def _insert(model: type[Model]) -> tuple[str, list[Field]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns, places = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING id', fields  # noqa: S608 - names of ours
