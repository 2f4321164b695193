"""A promise and a newsletter in the browser: promise it, see it broken, draft it, look at why, leave one out, send, see it kept."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.actions.announcements import approve_announcement, schedule_announcement
from communications.models import Cadence, Newsletter
from tests import announcement_story, factories
from tests.cadence_story import no_quiet_hours, publish

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_a_promise_to_a_newsletter_that_keeps_it(cast, visit, sink):
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    factories.make_segment("Everyone")
    technical = {"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    publish(cast, "New margins", days_ago=3, kind="price_list")
    publish(cast, "Exam dates", days_ago=20, segment=factories.make_segment("Engineers", contact_rule=technical))
    publish(cast, "An old story", days_ago=1)
    maria = visit(cast.maria)

    page = maria.open(reverse("admin:communications_cadence_add"))
    page.locator("[name=name]").fill("Partner news")
    page.evaluate("document.querySelector('[name=kind]').value = 'newsletter'")
    page.evaluate("s = document.querySelector('[name=segment]'); s.value = [...s.options].find(o => o.text == 'Everyone').value")
    page.locator("[name=weeks]").fill("4")
    page.locator("[name=starts_on]").fill(str(timezone.localdate()))
    page.locator("[name=introduction]").fill("Dear {{ contact.first_name }}.")
    page.locator("[name=_save]").click()
    page.locator("a.row-link", has_text="Partner news").click()
    page.get_by_text(re.compile("The first period runs until .*: so far it is kept with 0 of 2 partners")).wait_for()

    page.get_by_role("button", name="Draft the next one now").click()
    page.get_by_role("link", name=re.compile("Partner news · ")).click()
    page.get_by_text("3 of 3 people get something of their own.").wait_for()
    page.get_by_role("button", name="Leave out: An old story").click()
    page.get_by_role("row", name=re.compile("An old story")).get_by_text("left out").wait_for()
    page.get_by_label("Person or partner").fill("Ben")
    page.get_by_role("button", name="Show", exact=True).last.click()
    row = page.locator("#why ~ * tr, section:has(#why) tr", has_text="Exam dates")
    row.get_by_text("it is for people with their function").wait_for()

    page.get_by_role("link", name="Check, approve and send it").click()
    page.get_by_role("button", name=re.compile("^Submit version 1")).click()
    page.get_by_text("Version 1 waits for approval").first.wait_for()
    announcement = Newsletter.objects.get().announcement
    approve_announcement(announcement, by=cast.arthur, version=1)
    schedule_announcement(announcement, by=cast.maria)
    announcement_story.work_off()
    assert "New margins" in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()

    nora = visit(cast.nora.user)
    page = nora.open(f"/announcements/{announcement.public_id}/")
    page.get_by_role("heading", name="Chosen for you").wait_for()
    page.get_by_role("link", name="New margins").click()
    page.get_by_role("heading", name="New margins").wait_for()

    page = maria.open(reverse("admin:communications_cadence_page", args=[Cadence.objects.get().public_id]))
    page.get_by_role("button", name="Look again now").click()
    page.get_by_text("Looked at now.").wait_for()
    page.get_by_role("row", name=re.compile("Alpenglow")).locator(".is-kept").first.wait_for()
    assert maria.complaints == []
    assert nora.complaints == []
