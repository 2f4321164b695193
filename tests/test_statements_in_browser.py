"""A price is kept once, put into a text with the picker, held against what is out, changed, and corrected to who was told it."""

import re

import pytest
from django.urls import reverse

from communications.actions.announcements import approve_announcement, schedule_announcement
from communications.models import Announcement, Delivery, State, Statement
from tests import announcement_story, factories
from tests.statement_story import sent

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_a_price_to_its_correction(cast, visit, sink):
    factories.make_segment("Everyone")
    sent(cast, "Last year", body="The list price of Harbour is €40 for each user.", channels=["portal"])
    maria = visit(cast.maria)

    page = maria.open(reverse("admin:communications_statement_changelist"))
    page.get_by_text("A statement is what many texts say").first.wait_for()
    page = maria.open(reverse("admin:communications_statement_add"))
    page.locator("[name=name]").fill("Harbour list price")
    page.evaluate("document.querySelector('[name=kind]').value = 'price'")
    page.locator("[name=text]").fill("45")
    page.locator("[name=currency]").fill("EUR")
    page.locator("[name=phrases]").fill("list price of Harbour")
    page.locator("[name=_save]").click()
    page.locator("a.row-link", has_text="Harbour list price").wait_for()
    statement = Statement.objects.get()

    page = maria.open(reverse("admin:communications_announcement_add"))
    page.get_by_label("Title", exact=True).fill("Prices of the season")
    page.locator("[name=segment]").select_option(label="Everyone")
    page.locator("[name=detail_product]").fill("Harbour")
    page.locator("[name=detail_effective_on]").fill("2030-05-01")
    page.get_by_label("Text", exact=True).fill("The list price of Harbour is €45 for each user. It holds from today: ")
    page.get_by_role("heading", name="Contradicts what is out").wait_for()
    page.get_by_text("The list price of Harbour is €40 for each user.").wait_for()
    page.get_by_role("button", name="Put in “Harbour list price”").click()
    page.get_by_text("The list price of Harbour is €40 for each user.").wait_for()
    text = page.get_by_label("Text", exact=True)
    assert "is {{ statement.harbour-list-price }} for each user" in text.input_value()
    page.get_by_text("Put in a statement").click()
    page.get_by_label("Find a statement").fill("harb")
    text.focus()
    page.keyboard.press("Control+End")
    page.locator("#statement-choices button", has_text="Harbour list price").click()
    assert text.input_value().count("{{ statement.harbour-list-price }}") == 2
    page.frame_locator(".co-frame:not(.is-waiting)").get_by_text(re.compile("It holds from today: €45")).wait_for()
    page.get_by_role("button", name="Submit version 1 for approval").click()
    page.get_by_text("Version 1 waits for approval").wait_for()

    arthur = visit(cast.arthur)
    announcement = Announcement.objects.get(title="Prices of the season")
    page = arthur.open(reverse("admin:communications_announcement_page", args=[announcement.public_id]))
    page.get_by_role("heading", name="Contradicts what is out").wait_for()
    page.get_by_role("button", name="Approve version 1").click()
    page.get_by_text("Version 1 is approved.").wait_for()
    schedule_announcement(announcement, by=cast.maria)
    announcement_story.work_off()

    page = maria.open(reverse("admin:communications_statement_page", args=[statement.public_id]))
    page.get_by_label("New value").fill("49")
    page.get_by_label("Why (optional)").fill("The list of the new season")
    page.get_by_role("button", name="Change the value").click()
    page.get_by_text("It is €49 from now on.").wait_for()
    page.get_by_role("button", name="Draft a correction to exactly these 3 people").click()
    page.get_by_text("A correction to exactly these people is drafted").wait_for()
    page.get_by_role("button", name="Submit version 1 for approval").click()
    page.get_by_text("Version 1 waits for approval").wait_for()
    correction = Announcement.objects.get(title__startswith="Correction")
    approve_announcement(correction, by=cast.arthur, version=1)
    schedule_announcement(correction, by=cast.maria)
    announcement_story.work_off()
    correction.refresh_from_db()
    assert correction.state == State.SENT
    reached = Delivery.objects.filter(state="delivered", channel="portal").values_list("contact_id", flat=True)
    assert set(reached.filter(announcement_id=correction.pk)) == set(reached.filter(announcement_id=announcement.pk))

    page = visit(cast.ben.user, width="phone").open(reverse("communications:announcement", args=[announcement.public_id]))
    page.get_by_text("Changed since").wait_for()
    page.get_by_text(re.compile("Harbour list price:.*€49", re.DOTALL)).first.wait_for()
    assert (maria.complaints, arthur.complaints) == ([], [])
