"""`make screenshots`: every page of the portal at two widths in both themes, into screenshots/ (or $SCREENSHOTS)."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests import portal_story

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
    _take(visit(width=width, theme=theme), outside, f"{width}-{theme}")
    _take(visit(cast.nora.user, width=width, theme=theme), inside, f"{width}-{theme}")


def _take(window, pages: dict[str, str], suffix: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, path in pages.items():
        if re.search(ONLY, name):
            window.open(path).screenshot(path=FOLDER / f"{name}-{suffix}.png", full_page=True)
    unexpected = [text for text in window.complaints if "404" not in text]
    assert not unexpected
