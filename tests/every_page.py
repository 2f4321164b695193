"""Every page that the permission walk knows, as whoever it is made for: what pictures are taken of, and what has to be accessible
and no wider than a phone."""

from django.apps import apps
from django.test import Client

from tests.walk import Route, all_routes, path_of
from tests.world import own_values

# The admin's pages for one row of a list; the walk knows one noun of them, here each has its own row.
ROW = "_change"


def pages_of(user, world, *, starts: str) -> dict[str, str]:
    """By their names: the addresses that begin so and answer this person, or a stranger, with a whole page."""
    return _found(user, world, [route for route in all_routes() if route.name and route.pattern.startswith(starts)])


def portal_pages_of(user, world) -> dict[str, str]:
    """What is neither the admin nor the API: the pages of partners, and those of their sign-in."""
    others = ("admin/", "api/", "dev/")
    return _found(user, world, [route for route in all_routes() if route.name and not route.pattern.startswith(others)])


def _found(user, world, routes: list[Route]) -> dict[str, str]:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    paths = {route.name.replace(":", "-"): _path(route, world) for route in routes}
    return {name: path for name, path in paths.items() if path and _is_page(client.get(path))}


def _path(route: Route, world) -> str | None:
    if not route.name.endswith(ROW) or route.parameters != ["object_id"]:
        return path_of(route, own_values(route, world))
    app, model = route.name.removeprefix("admin:").removesuffix(ROW).split("_", 1)
    row = apps.get_model(app, model).objects.first()
    return path_of(route, {"object_id": row.pk}) if row else None


def _is_page(answer) -> bool:
    """Not a file, not a part of a page, not a way to somewhere else."""
    is_text = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return is_text and b"<html" in answer.content[:2000]
