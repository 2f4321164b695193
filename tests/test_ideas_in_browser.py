"""An idea from the first word to the thanks: found while typing that there is one like it, voted for, proved, answered, shipped."""

import pytest
from django.urls import reverse

from enablement.models import Idea, IdeaStatus, Vote
from tests import idea_story
from tests.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_an_idea_from_the_first_word_to_the_thanks(cast, media, visit, width, theme):
    old = idea_story.propose(cast, "Sizing sheet as a spreadsheet", contact=cast.sven, may_be_named=True)
    nora, maria = visit(cast.nora.user, width=width, theme=theme), visit(cast.maria, width=width, theme=theme)
    suffix = f"{width}-{theme}"

    page = nora.open(reverse("communications:conversations"))
    page.get_by_role("link", name="Ideas", exact=True).first.click()
    page.get_by_role("heading", name="Ideas").first.wait_for()
    look(page, f"ideas-{suffix}")
    page.get_by_role("link", name="Propose an idea").click()
    page.get_by_label("Your idea in one line").press_sequentially("Export the sizing sheets")
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    look(page, f"related-{suffix}")
    page.get_by_role("link", name=old.title).click()
    page.get_by_role("button", name="Vote for it").click()
    page.get_by_text("You have 9 left").wait_for()
    page.get_by_role("link", name="Add a figure or a file").click()
    page.get_by_label("A figure, and where it comes from").fill("Nineteen hours of typing in the last quarter.")
    page.get_by_label("Name me and my organisation").check()
    page.get_by_role("button", name="Add it to the idea").click()
    page.get_by_text("Nineteen hours of typing").wait_for()
    look(page, f"idea-{suffix}")
    assert Vote.objects.get().contact == cast.nora

    page = maria.open(reverse("admin:enablement_idea_board"))
    look(page, f"board-{suffix}")
    page.get_by_role("link", name=old.title).click()
    for status in (IdeaStatus.PLANNED, IdeaStatus.PROGRESS, IdeaStatus.SHIPPED):
        page.get_by_label("It is now").select_option(status.value)
        page.get_by_label("What you tell those who follow it").fill("Version 3.2.")
        page.get_by_role("button", name="Move and tell").click()
        page.get_by_text(f"It is {status.label}.").first.wait_for()
    look(page, f"answered-{suffix}")

    page = nora.open(reverse("enablement:idea", args=[old.public_id]))
    page.get_by_role("heading", name="Thanks to").wait_for()
    page.get_by_text("Sven Tamm, Baltic Cloud OÜ").first.wait_for()
    page.get_by_text("Nora Berg, Alpenglow GmbH").first.wait_for()
    look(page, f"shipped-{suffix}")
    assert (Idea.objects.get().votes, Vote.objects.get().is_spent) == (1, False)
    assert nora.complaints == []
