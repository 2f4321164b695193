"""Nora describes what she needs and finds it while she types; what she misses, Maria mends. In a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.actions.known_answers import keep_known_answer
from search.actions.indexing import embed_waiting
from search.actions.missed_searches import note_missed_search
from search.models import MissedSearch
from tests import portal_story
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
QUESTION = "Who pays market development funds?"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_from_a_description_to_a_synonym(cast, visit):
    portal_story.announce(cast, "Ending a contract", cast.nora, body="Whoever cancels a subscription does so in writing.")
    keep_known_answer(by=cast.maria, programme=cast.programme, question=QUESTION, answer="We do, in May.")
    embed_waiting(100)
    nora, plain = visit(cast.nora.user, width="phone", theme="dark"), visit(cast.nora.user, scripts=False)

    page = nora.open("/search/")
    page.get_by_role("heading", name="Find it in your own words").wait_for()
    page.locator("[data-search]").press_sequentially("how can I get out of an agreement")
    page.get_by_role("link", name="Ending a contract").wait_for()
    page.get_by_role("radio", name="Answers").check()
    page.get_by_text("Nothing found").wait_for()
    page.get_by_role("radio", name="Everything").check()
    page.locator("[data-search]").fill("subscripton")
    page.locator("mark", has_text="subscription").wait_for()
    assert px_too_wide(page) <= 0
    _is_accessible(page)
    page.get_by_role("link", name="Ending a contract").click()
    page.get_by_role("heading", name="Ending a contract").first.wait_for()

    page = nora.open("/search/")
    with page.expect_response(lambda answer: answer.url.endswith("/search/missed/")):
        page.locator("[data-search]").fill("MDF")
    page.get_by_role("link", name="Ask your partner manager").wait_for()
    _is_accessible(page)
    assert MissedSearch.objects.get().text == "mdf"

    note_missed_search("a" * 200, by=cast.nora.user)
    maria = visit(cast.maria)
    page = maria.open(reverse("admin:search_missedsearch_changelist"))
    make = page.get_by_role("row").filter(has_text="mdf").get_by_role("link", name="Make a synonym")
    assert _is_in_sight(page, make)  # beside one long word, too
    make.click()
    page.locator("#id_words").fill("market development funds")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("market development funds").first.wait_for()
    _is_accessible(page)

    page = plain.open("/search/?q=MDF")  # also without scripts
    page.get_by_role("link", name=QUESTION).wait_for()
    given_up = ("htmx:sendAbort", "htmx:afterRequest")  # a search is given up when she types on; htmx says so
    assert not [said for window in (nora, plain, maria) for said in window.complaints if not said.startswith(given_up)]


def _is_in_sight(page, link) -> bool:
    place = link.bounding_box()
    return place["x"] + place["width"] <= page.evaluate("document.documentElement.clientWidth")


def _is_accessible(*pages) -> None:
    for page in pages:
        found = Axe().run(page, options=RULES)
        assert not found.response["violations"], found.generate_report()
