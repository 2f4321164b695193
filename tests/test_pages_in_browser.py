"""Every page of the portal in a real browser: accessible in both themes and at both widths, and nothing in the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.models import Acknowledgement, Question
from tests import factories, portal_story
from tests.browser import px_too_wide
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTSIDE = ("account_login", "account_request_login_code", "account_reset_password", "account_signup")
INSIDE = ("portal:home", "communications:announcements", "portal:organisation", "portal:standing", "portal:sites",
          "portal:add_site", "portal:notes", "portal:people", "portal:add_person",
          "portal:profile", "portal:organisation_data", "portal:own_data", "portal:tasks",
          "communications:preferences", "account_change_password", "account_email", "mfa_index")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "wide"])
def test_pages_are_accessible_and_silent(cast, visit, width, theme):
    asked = portal_story.tell(cast)
    inside = _inside(cast, asked)
    stranger, nora = visit(width=width, theme=theme), visit(cast.nora.user, width=width, theme=theme)

    problems = [found for name in OUTSIDE for found in _problems(stranger, reverse(name))]
    problems += [found for path in inside for found in _problems(nora, path)]

    assert problems == []
    assert stranger.complaints + nora.complaints == []


@pytest.mark.slow
def test_nothing_is_wider_than_a_phone(cast, visit):
    asked = portal_story.tell(cast)
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)  # so there is a switcher, too
    nora = visit(cast.nora.user, width="phone")

    for path in _inside(cast, asked):
        page = nora.open(path)
        assert px_too_wide(page) <= 0, path


def test_nora_acknowledges_and_the_focus_follows(cast, visit):
    asked = portal_story.tell(cast)
    nora = visit(cast.nora.user)
    page = nora.open(reverse("communications:announcement", args=[asked.public_id]))

    page.get_by_role("button", name="Acknowledge for Alpenglow GmbH").click()

    page.get_by_role("heading", name="You acknowledged this").wait_for()
    page.locator("#acknowledgement-head:focus").wait_for()
    assert Acknowledgement.objects.get().contact == cast.nora
    assert nora.complaints == []


def test_ben_asks_without_leaving_the_page(cast, visit):
    asked = portal_story.tell(cast)
    page = visit(cast.ben.user, width="phone").open(reverse("communications:announcement", args=[asked.public_id]))

    page.get_by_label("Your question").fill("Is there a trial licence?")
    page.get_by_role("button", name="Ask", exact=True).click()

    page.get_by_text("Your question is on its way.").wait_for()
    assert Question.objects.filter(contact=cast.ben, text="Is there a trial licence?").exists()


def test_everything_works_without_scripts(cast, visit):
    asked = portal_story.tell(cast)
    page = visit(scripts=False).open(reverse("account_login"))
    page.get_by_label("E-mail address").fill("nora@alpenglow.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("link", name=f"Acknowledge “{asked.title}”").click()
    page.get_by_role("button", name="Acknowledge for Alpenglow GmbH").click()

    page.get_by_role("heading", name="You acknowledged this").wait_for()


def test_the_keyboard_reaches_the_content_first(cast, visit):
    page = visit(cast.nora.user).open("/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def _inside(cast, asked) -> list[str]:
    site = cast.alpenglow.sites.get()
    own = [reverse("communications:announcement", args=[asked.public_id]), reverse("portal:site", args=[site.public_id])]
    return [*map(reverse, INSIDE), *own]


def _problems(window, path: str) -> list[str]:
    page = window.open(path)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return [
        f"{path}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
