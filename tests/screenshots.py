"""`make screenshots`: every page of the permission walk at two widths in both themes, into screenshots/ (or $SCREENSHOTS)."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse

from partners.middleware import CONTACT_KEY, VIEWED_AS_KEY
from portal.models import AskedQuestion
from tests import factories
from tests.every_page import pages_of, portal_pages_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = Path(os.environ.get("SCREENSHOTS", "screenshots"))
ONLY = os.environ.get("ONLY", "")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "phone"])
def test_take(cast, world, visit, width, theme):
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    suffix = f"{width}-{theme}"
    here = {CONTACT_KEY: str(cast.nora.public_id)}
    _take(visit(width=width, theme=theme), pages_of(None, world, starts="accounts/"), suffix)
    unknown = AskedQuestion.objects.filter(is_answered=False).earliest("pk").public_id
    own = {**portal_pages_of(cast.nora.user, world), "nothing-here": "/nothing-here/",
           "portal-searched": "/search/?q=aurora+licences", "portal-search-nothing": "/search/?q=zebra&kind=meeting",
           "portal-assistant-unknown": reverse("portal:assistant_answer", args=[unknown])}  # fmt: skip
    _take(visit(cast.nora.user, width=width, theme=theme, session=here), own, suffix)
    _take(visit(cast.sven.user, width=width, theme=theme), {"empty-home": "/", "empty-news": "/announcements/"}, suffix)
    _take(
        visit(cast.maria, width=width, theme=theme), {"manager-home": "/", **pages_of(cast.maria, world, starts="admin/")}, suffix
    )
    viewing = {VIEWED_AS_KEY: str(cast.ben.public_id)}
    _take(visit(cast.maria, width=width, theme=theme, session=viewing), {"viewed-as": "/announcements/"}, suffix)


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
