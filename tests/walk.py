"""Every address of PartnerHub, asked for by everyone: the walk that `tests/permissions.txt` writes down.

A line there is a route and a method, then one cell for each role: what that role gets for Alpenglow's object and, after the
slash, for one that does not exist. A route without a line fails the suite; so does an answer that differs from its cell."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ABSENT = uuid.UUID(int=0)
SENTINEL_KEY = "no-such-thing"
# Sessions and what a sign-in leaves are not what a refusal must keep.
_NOT_COMPARED = ["django_session"]
# As pg_stat_xact_user_tables has it, which also looks at every index and takes five times as long.
_ROWS_WRITTEN = """
SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid))
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""


@dataclass(frozen=True)
class Route:
    name: str  # with its namespace
    pattern: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.pattern)


def all_routes() -> list[Route]:
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda route: (route.name, route.pattern))


def _walk(patterns, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, where, inner)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name}" if entry.name else where, where)


def is_walked(route: Route) -> bool:
    """The admin's own add, change, delete and history pages are Django's, one check for all; one noun stands for them."""
    if route.pattern.startswith("admin/r/") or route.name.endswith(("_add", "_change", "_delete", "_history")):
        return "partners_partner_" in route.name
    return bool(route.name) and "dev/" not in route.pattern


def path_of(route: Route, values: dict[str, str]) -> str:
    """The route's address with its parameters put in."""
    path = re.sub(r"\(\?P<(\w+)>.*?\)(?=[/$.]|$)", r"<\1>", route.pattern.replace("^", "").replace("$", ""))
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match.group(1)]), path)


def rows_written() -> int:
    """How many rows this transaction has inserted, updated or deleted so far, sessions apart."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_WRITTEN, [_NOT_COMPARED])
        return int(cursor.fetchone()[0])


class _UndoError(Exception):
    pass


@dataclass
class Visitor:
    """One role, signed in once. What it does to the database is undone after each request."""

    name: str
    cookies: dict[str, str]
    headers: dict[str, str]
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str):
        """The response, and whether the database was as before after it."""
        client = self.client
        client.cookies = SimpleCookie(self.cookies)
        try:
            with transaction.atomic():
                before = rows_written()
                body = {"data": "{}", "content_type": "application/json"} if path.startswith("/api/") and method != "GET" else {}
                response = getattr(client, method.lower())(path, headers=self.headers, **body)
                response.is_unchanged = rows_written() == before
                raise _UndoError
        except _UndoError:
            return response


def status_of(response) -> str:
    """The cell for a response: its status, `login` where it leads to sign-in."""
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return "login"
    return str(response.status_code)
