"""Route × method × role × own/absent, and the promise that a foreign object looks like an absent one.

Write the table anew with `WRITE_PERMISSIONS=1 pytest tests/test_permission_walk.py`, then read its difference: each changed cell
is somebody who sees more or less than before."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions.api_tokens import create_api_token
from accounts.models import ApiToken, User
from tests import (
    factories,
)
from tests.walk import ABSENT, Route, Visitor, all_routes, is_walked, path_of, status_of
from tests.world import World, own_values

TABLE = Path(__file__).parent / "permissions.txt"
API_METHODS = ("GET", "POST", "PATCH", "DELETE")
DENIED = {"login", "401", "403", "404", "405"}
# Nobody is asked what they are after before they have a name and the method is one; the object makes no difference.
AT_THE_DOOR = {"login", "401", "405"}
# What answers a person differently from a refusal by design: asking to sign in is a step of signing in.
OPEN_TO_ALL = ("account_", "mfa_", "socialaccount_", "openid_connect_", "accounts/social/")

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitors(world) -> list[Visitor]:
    cast = world.cast
    vera = factories.make_user("vera@vendor.example", name="Vera Sales", roles=("Vendor sales",))
    logins = {
        "nora": cast.nora.user,
        "ben": cast.ben.user,
        "sven": cast.sven.user,
        "maria": cast.maria,
        "arthur": cast.arthur,
        "vera": vera,
    }
    people = [Visitor("anyone", {}, {}), *(Visitor(name, _signed_in(user), {}) for name, user in logins.items())]
    # Seen just now, so that noting it is not taken for a change.
    User.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    _row, token = create_api_token(cast.maria, ["all"])
    _row, narrow = create_api_token(cast.maria, ["partners:read"])
    ApiToken.objects.update(last_used_at=timezone.now() + timedelta(days=1))
    return [
        *people,
        Visitor("token", {}, {"authorization": f"Bearer {token}"}),
        Visitor("reader", {}, {"authorization": f"Bearer {narrow}"}),
    ]


def _signed_in(user) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def _absent(route: Route) -> dict[str, object]:
    by_name = {
        "token": "A" * 43,
        "name": "none.txt",
        "number": 99,
        "object_id": 999_999,
        "decision": 999_999,
        "step": 999_999,
        "pk": 999_999,
        "id": ABSENT,
        "figure": "none",
    }
    return {parameter: by_name.get(parameter, ABSENT if "uuid" in route.pattern else "none") for parameter in route.parameters}


def _methods(route: Route) -> tuple[str, ...]:
    return API_METHODS if route.pattern.startswith("api/v1") else ("GET", "POST")


def _cell(visitor: Visitor, route: Route, method: str, world: World, problems: list[str]) -> str:
    own = visitor.ask(method, path_of(route, own_values(route, world)))
    answers = [status_of(own)]
    if status_of(own) in DENIED and not own.is_unchanged:
        problems.append(f"{visitor.name} {method} {route.name}: answered {own.status_code}, yet something changed")
    if own.status_code >= 500 and route.name != "health_ready":  # it says 503 while no worker runs
        problems.append(f"{visitor.name} {method} {route.name}: {own.status_code}")
    if route.parameters and answers[0] not in AT_THE_DOOR:
        absent = visitor.ask(method, path_of(route, _absent(route)))
        answers.append(status_of(absent))
        if visitor.name == "sven" and answers[0] == "404" and _shape(own) != _shape(absent):
            problems.append(f"sven {method} {route.name}: a foreign object does not look like an absent one")
    return "/".join(answers)


def _shape(response) -> tuple:
    return response.status_code, response.headers.get("Content-Type"), len(response.content) // 200


def test_every_route_has_its_lines():
    written = {tuple(line.split(" ")[:2]) for line in TABLE.read_text().splitlines()}
    walked = {(route.name, method) for route in all_routes() if is_walked(route) for method in _methods(route)}
    assert walked == written, "Write the table anew (see above) and read its difference."


LONG = ("accounts", "portal", "admin", "api")


@pytest.mark.parametrize("part", ["sites", *(pytest.param(part, marks=pytest.mark.slow) for part in LONG)])
def test_everyone_gets_what_the_table_says(part, world, visitors):
    problems: list[str] = []
    lines = []
    for route in (route for route in all_routes() if is_walked(route) and _part_of(route) == part):
        for method in _methods(route):
            cells = {visitor.name: _cell(visitor, route, method, world, problems) for visitor in _asking(visitors, route)}
            lines.append(f"{route.name} {method} " + " ".join(f"{name}={cell}" for name, cell in cells.items()))
    if os.environ.get("WRITE_PERMISSIONS"):
        _write(lines)
    assert lines
    assert not problems, "\n".join(problems)
    names = {line.split(" ")[0] for line in lines}
    assert sorted(lines) == [line for line in TABLE.read_text().splitlines() if line.split(" ")[0] in names]


def _part_of(route: Route) -> str:
    """Sites are walked by themselves: a few addresses with something of everything."""
    first = route.pattern.split("/")[0]
    if first in ("api", "accounts", "admin"):
        return first
    return "sites" if "/sites/" in route.pattern else "portal"


def _write(lines: list[str]) -> None:
    """Replace the lines of these routes, and keep the others."""
    kept = TABLE.read_text().splitlines() if TABLE.exists() else []
    names = {line.split(" ")[0] for line in lines}
    TABLE.write_text("\n".join(sorted([*(line for line in kept if line.split(" ")[0] not in names), *lines])) + "\n")


def _asking(visitors: list[Visitor], route: Route) -> list[Visitor]:
    """Tokens open the API and nothing else."""
    return [visitor for visitor in visitors if route.pattern.startswith("api/") or visitor.name not in ("token", "reader")]
