"""Nora asks on her phone and at her desk: an answer with its source, her own tier, and a person for what nobody wrote down."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from communications.models import Conversation
from partners.models import Enrolment
from search import sources
from tests import assistant_story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FOLDER = os.environ.get("SCREENSHOTS", "")


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_from_a_question_to_a_person(cast, visit, monkeypatch, width, theme):
    monkeypatch.setattr(sources, "_sources", {})
    assistant_story.library()
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    nora, maria = visit(cast.nora.user, width=width, theme=theme), visit(cast.maria, width=width, theme=theme)

    page = nora.open(reverse("portal:assistant"))
    _look(page, f"ask-empty-{width}-{theme}")
    page.get_by_role("textbox", name="Your question").fill("What do you deduct when we send back something unopened?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("A restocking charge of 10 percent is deducted.").wait_for()
    assert page.get_by_role("link", name="Returning hardware").first.get_attribute("href") == "/pages/x/#paragraph-2"
    page.get_by_role("button", name="Useful", exact=True).click()
    page.get_by_text("You found this useful.").wait_for()
    _look(page, f"ask-answer-{width}-{theme}")

    page = nora.open(reverse("portal:assistant"))
    page.get_by_role("button", name="What is missing for our next tier?").click()
    page.get_by_text("You are Gold in").wait_for()
    _look(page, f"ask-own-{width}-{theme}")

    page.get_by_role("textbox", name="Your question").fill("Which wine goes with fish?")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("heading", name="I don't know").wait_for()
    _look(page, f"ask-unknown-{width}-{theme}")
    page.get_by_label("Anything to add").fill("It is for the dinner.")
    page.get_by_role("button", name="Ask a person").click()
    page.get_by_text("It is for the dinner.").wait_for()
    assert Conversation.objects.get().manager == cast.maria

    page = maria.open(reverse("admin:portal_knowledgegap_changelist"))
    page.get_by_text("Which wine goes with fish?").wait_for()
    _look(page, f"ask-admin-{width}-{theme}")
    page.get_by_role("link", name="Which wine goes with fish?").click()
    page.get_by_text("none yet").wait_for()
    _look(page, f"ask-admin-row-{width}-{theme}")
    assert not nora.complaints + maria.complaints


def _look(page, name: str) -> None:
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)
