"""Maria opens a room with Nora; both write, one suggests, the other accepts, and a text saved in between is not lost."""

import pytest
from django.urls import reverse

from enablement.actions.rooms import save_text
from enablement.models import Room
from partners.models import Enrolment
from tests import room_story
from tests.browser import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_text_that_both_sides_write(cast, visit, width, theme):
    Enrolment.objects.update(manager=cast.maria)
    maria, nora = visit(cast.maria, width=width, theme=theme), visit(cast.nora.user, width=width, theme=theme)
    suffix = f"{width}-{theme}"

    page = maria.open(reverse("admin:enablement_room_open", args=[cast.alpenglow.public_id]))
    look(page, f"open-{suffix}")
    page.get_by_label("What you draft").fill("Plan for the spring")
    page.get_by_label("To begin with").fill(room_story.TEXT)
    page.get_by_label("Nora Berg").check()
    page.get_by_role("button", name="Open the room").click()
    page.get_by_role("heading", name="Plan for the spring").wait_for()

    page = nora.open(reverse("communications:conversations"))
    page.get_by_role("link", name="Drafts", exact=True).first.click()
    page.get_by_role("heading", name="Drafts").wait_for()
    look(page, f"rooms-{suffix}")
    page.get_by_role("link", name="Plan for the spring").click()
    page.get_by_role("link", name="Suggest another wording").click()
    page.get_by_label("The passage as it is written").fill("twenty customers")
    page.get_by_label("What it should say").fill("thirty customers")
    page.get_by_role("button", name="Suggest it").click()
    page.get_by_text("Your suggestion is there.").wait_for()
    look(page, f"room-{suffix}")

    page = maria.open(reverse("admin:enablement_room_changelist"))
    page.get_by_role("link", name="Plan for the spring").click()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("thirty customers").first.wait_for()
    assert Room.objects.get().version == 2

    page = nora.open(reverse("enablement:write_draft", args=[Room.objects.get().public_id]))
    page.get_by_label("The text, in Markdown").fill("Nora's whole new text.")
    save_text(Room.objects.get(), "What Maria saved meanwhile.", base=2, writer=room_story.maria(cast))
    page.get_by_role("button", name="Save as the next version").click()
    page.get_by_text("Nothing is lost: both texts are below.").wait_for()
    look(page, f"conflict-{suffix}")
    assert page.get_by_label("The text, in Markdown").input_value() == "Nora's whole new text."
    page.get_by_role("button", name="Save mine onto theirs").click()
    page.get_by_text("Saved. Everybody in the room sees it.").wait_for()
    page.get_by_role("link", name="Version 4").click()
    page.get_by_text("What Maria saved meanwhile.").first.wait_for()
    look(page, f"version-{suffix}")
    assert Room.objects.get().text == "Nora's whole new text."
    assert [text for text in nora.complaints if "409" not in text] == []  # the save that was told both texts
