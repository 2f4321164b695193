"""The composer as it is used: the preview follows the typing, hostile words stay words, and it all works without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.models import State
from tests import announcement_story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def change_url(draft) -> str:
    return reverse("admin:communications_announcement_change", args=[draft.public_id])


def test_the_preview_follows_what_is_typed_and_runs_nothing(cast, visit):
    draft = announcement_story.draft(cast)
    maria = visit(cast.maria)
    page = maria.open(change_url(draft))

    page.get_by_label("Text", exact=True).fill("<script>parent.document.title = 'run'</script> Good news, {{ contact.name }}.")

    page.frame_locator(".co-frame:not(.is-waiting)").get_by_text(re.compile("Good news, Ben Ott")).wait_for()
    assert "run" not in page.title()
    page.locator(".co-look").get_by_text("Portal", exact=True).click()
    page.frame_locator(".co-frame:not(.is-waiting)").locator("article.announcement").wait_for()
    page.get_by_label("Text", exact=True).fill("Dear {{ contact.nmae }}")
    page.locator("#checks").get_by_text(re.compile("Did you mean")).wait_for()
    draft.refresh_from_db()
    assert "Good news" not in draft.body
    assert maria.complaints == []
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []


def test_without_scripts_it_is_previewed_saved_and_submitted(cast, visit):
    draft = announcement_story.draft(cast)
    page = visit(cast.maria, width="phone", scripts=False).open(change_url(draft))

    page.get_by_label("Title", exact=True).fill("Aurora 3.1 is here")
    page.get_by_role("button", name="Refresh the preview").click()
    page.frame_locator(".co-frame").get_by_role("heading", name="Aurora 3.1 is here").wait_for()
    page.get_by_role("button", name="Submit version 1 for approval").click()

    page.get_by_text("Version 1 waits for approval").wait_for()
    draft.refresh_from_db()
    assert (draft.title, draft.state) == ("Aurora 3.1 is here", State.SUBMITTED)
