"""Every page that managers and partners have, in a real browser: accessible, silent, and no wider than a phone."""

from collections.abc import Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import px_too_wide
from tests.every_page import pages_of, portal_pages_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Previews of what is composed are shown inside other pages, in frames that run nothing.
FRAMED = ("_preview",)


@pytest.mark.parametrize(("width", "theme"), [("phone", "light"), ("wide", "dark")])
@pytest.mark.parametrize("app", ["context", "partners", "activity", "communications", "collaboration", "enablement"])
def test_the_admins_pages_are_accessible_and_fit(cast, world, visit, app, width, theme):
    maria = visit(cast.maria, width=width, theme=theme)
    problems = []
    for name, path in pages_of(cast.maria, world, starts=f"admin/{app}/").items():
        if not name.endswith(FRAMED):
            problems += [f"{name}: {problem}" for problem in _problems(maria.open(path))]
    assert problems == [], "\n".join(problems)
    assert maria.complaints == []


@pytest.mark.parametrize(("width", "theme"), [("phone", "light"), ("wide", "dark")])
def test_the_portals_pages_are_accessible_and_fit(cast, world, visit, width, theme):
    nora = visit(cast.nora.user, width=width, theme=theme)
    pages = portal_pages_of(cast.nora.user, world)
    problems = [
        f"{name}: {problem}" for name, path in pages.items() for problem in _problems(nora.open(path), [*RULES, "best-practice"])
    ]
    assert {"portal-home", "portal-scorecard", "context-survey", "communications-announcement"} <= pages.keys()
    assert problems == [], "\n".join(problems)
    assert nora.complaints == []


def _problems(page, rules: Sequence[str] = RULES) -> list[str]:
    wide = px_too_wide(page)
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{wide} px too wide"] * (wide > 0) + [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]
