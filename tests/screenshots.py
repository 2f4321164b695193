"""`make screenshots`: every page of the portal at two widths in both themes, into screenshots/ (or $SCREENSHOTS)."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse

from partners.middleware import CONTACT_KEY, VIEWED_AS_KEY
from tests import factories, portal_story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = Path(os.environ.get("SCREENSHOTS", "screenshots"))
ONLY = os.environ.get("ONLY", "")

OUTSIDE = {
    "sign-in": "account_login",
    "code": "account_request_login_code",
    "forgotten": "account_reset_password",
    "closed": "account_signup",
}
INSIDE = {
    "home": "portal:home",
    "news": "communications:announcements",
    "organisation": "portal:organisation",
    "people": "portal:people",
    "add-person": "portal:add_person",
    "profile": "portal:profile",
    "preferences": "communications:preferences",
    "password": "account_change_password",
    "address": "account_email",
    "two-step": "mfa_index",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "phone"])
def test_take(cast, visit, width, theme):
    asked = portal_story.tell(cast)
    outside = {name: reverse(url) for name, url in OUTSIDE.items()}
    inside = {name: reverse(url) for name, url in INSIDE.items()}
    inside["announcement"] = reverse("communications:announcement", args=[asked.public_id])
    inside["nothing-here"] = "/nothing-here/"
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    suffix = f"{width}-{theme}"
    _take(visit(width=width, theme=theme), outside, suffix)
    _take(visit(cast.nora.user, width=width, theme=theme, session={CONTACT_KEY: str(cast.nora.public_id)}), inside, suffix)
    _take(visit(cast.sven.user, width=width, theme=theme), {"empty-home": "/", "empty-news": "/announcements/"}, suffix)
    _take(visit(cast.maria, width=width, theme=theme), {"manager-home": "/"}, suffix)
    viewing = {VIEWED_AS_KEY: str(cast.ben.public_id)}
    _take(visit(cast.maria, width=width, theme=theme, session=viewing), {"viewed-as": inside["announcement"]}, suffix)


def test_take_an_open_menu(cast, visit):
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    for width in ("wide", "phone"):
        page = visit(cast.nora.user, width=width).open("/")
        page.locator(".person-menu summary").click()
        page.screenshot(path=FOLDER / f"menu-{width}.png")
        page.keyboard.press("Escape")
        page.locator("details.menu summary").first.click()
        page.screenshot(path=FOLDER / f"switcher-{width}.png")


def _take(window, pages: dict[str, str], suffix: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, path in pages.items():
        if re.search(ONLY, name):
            window.open(path).screenshot(path=FOLDER / f"{name}-{suffix}.png", full_page=True)
    unexpected = [text for text in window.complaints if "404" not in text]
    assert not unexpected
