"""Rows of several querysets by one statement. Django's own `union` puts each of them together twice, which takes longer than
everything that is asked."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


def numbered_rows(parts: Iterable[tuple[int, QuerySet]]) -> list[tuple[Any, ...]]:
    """The rows of all parts, each after the number that its part was given. Parts are `values_list`s whose columns have the same
    types, none of them JSON; their rows come in no order. No query where no part can have a row."""
    statements, parameters, database = [], [], ""
    for number, part in parts:
        try:
            statement, its_own = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(f"SELECT %s::bigint, part.* FROM ({statement}) AS part")  # noqa: S608 - words of Django's
        parameters += [number, *its_own]
        database = part.db
    if not statements:
        return []
    with connections[database].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), parameters)
        return cursor.fetchall()
