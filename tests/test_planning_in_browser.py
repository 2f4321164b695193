"""From an objective to its effect in the browser: set it, plan for it, move by mouse and by keyboard, send, see what it did; who
gets how many in which week, what is neglected, and the same in one's own calendar."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from communications.models import Announcement, Objective
from tests import announcement_story, factories, planning_story
from tests.browser import look
from tests.planning_story import certify, in_days, planned

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CALENDAR = "/admin/communications/announcement/calendar/"


def test_from_objective_to_effect(cast, visit):
    segment = factories.make_segment("Everyone to certify")
    planning_story.theme(cast)
    certify(cast, cast.baltic, on=in_days(-40))
    maria = visit(cast.maria)

    page = planning_story.set_objective(maria.open(reverse("admin:communications_objective_add")))
    page.get_by_text(re.compile("0 of 20")).wait_for()

    page.get_by_role("link", name="Write the first announcement").click()
    page.get_by_label("Title", exact=True).fill("Book your exam")
    page.get_by_label("Text", exact=True).fill("Dear {{ contact.name }}, book your exam.")
    page.locator("[name=segment]").select_option(str(segment.pk))
    page.locator("[name=detail_product]").fill("Aurora")
    page.locator("[name=detail_effective_on]").fill("2030-05-01")
    assert page.locator("[name=objective]").input_value() == str(Objective.objects.get().pk)
    page.locator("[name=theme]").select_option(label="Run it safely")
    page.locator("[name=planned_on]").fill(str(in_days(2)))
    page.locator("#checks").get_by_text("Key messages").wait_for()
    page.locator("#checks").get_by_text(re.compile("In the week from")).wait_for()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Saved.").wait_for()

    page = maria.open(f"{CALENDAR}?view=list")
    source = page.locator(".ca-item", has_text="Book your exam")
    source.wait_for()
    page = maria.open(f"{CALENDAR}?day={in_days(2)}")
    target = page.locator(f"[data-day='{in_days(2)}'] ~ [data-day]").first
    day = target.get_attribute("data-day")
    target.scroll_into_view_if_needed()  # of a Sunday it is in the next row, and nothing scrolls while one drags
    page.locator(".ca-item", has_text="Book your exam").drag_to(target)
    page.get_by_text(re.compile("is planned for")).first.wait_for()
    assert str(Announcement.objects.get().planned_on) == day

    page.locator(".ca-item", has_text="Book your exam").get_by_role("link", name=re.compile("^Move")).focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowLeft")
    assert Announcement.objects.get().planned_on == in_days(2)

    announcement = Announcement.objects.get()
    announcement_story.send(announcement, cast)
    certify(cast, cast.alpenglow, on=in_days(0), contact=cast.ben)
    page = maria.open(reverse("admin:communications_objective_page", args=[announcement.objective.public_id]))
    page.get_by_text(re.compile("1 of 20")).wait_for()
    page.get_by_role("row", name=re.compile("Reached by it")).get_by_role("link", name="1", exact=True).click()
    page.get_by_role("row", name=re.compile("Alpenglow")).wait_for()
    assert maria.complaints == []


def test_without_scripts_on_a_phone_it_is_moved_by_steps(cast, visit):
    announcement = announcement_story.draft(cast, "Planned", planned_on=in_days(2))
    page = visit(cast.maria, width="phone", scripts=False).open(f"{CALENDAR}?day={in_days(2)}")
    page.get_by_role("link", name="Move Planned").click()
    page.get_by_role("button", name="A day later").click()
    page.get_by_text(re.compile("is planned for")).first.wait_for()
    announcement.refresh_from_db()
    assert announcement.planned_on == in_days(3)


@pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("phone", "dark")])
def test_how_much_who_gets_what_is_neglected_and_ones_own_calendar(cast, visit, width, theme):
    run_safely = planning_story.theme(cast)
    planning_story.objective(cast, starts_on=in_days(-60))
    everyone = factories.make_segment("Everyone")
    planned(cast, "Keep it safe", 2, theme=run_safely, segment=everyone)
    planned(cast, "Something else", 2, segment=everyone)
    maria, nora = (visit(user, width=width, theme=theme) for user in (cast.maria, cast.nora.user))

    page = maria.open(f"{CALENDAR}?view=week&day={in_days(2)}")
    page.get_by_text("1 other goes to “Everyone” that day").first.wait_for()
    page.get_by_text("Narrow it").click()
    page.get_by_label("Theme").select_option(str(run_safely.public_id))
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Narrowed").wait_for()
    assert page.locator(".ca-item .ca-title").all_inner_texts() == ["Keep it safe"]
    page.get_by_role("link", name="Show all").click()
    page.get_by_text("Something else").first.wait_for()

    page.get_by_role("link", name="Load", exact=True).click()
    page.get_by_text("2 announcements are planned, scheduled or sent in these weeks, for 2 partners.").wait_for()
    look(page, f"load-{width}-{theme}")
    page.get_by_role("row", name=re.compile("^2 ")).get_by_role("link", name="2", exact=True).click()
    page.get_by_text("Alpenglow GmbH").wait_for()
    page = maria.open(reverse("admin:communications_objective_neglect"))
    page.get_by_role("link", name="Twenty engineers").wait_for()
    look(page, f"neglected-{width}-{theme}")

    page = maria.open(CALENDAR)
    page.get_by_role("link", name="In your own calendar").click()
    theirs = nora.open(reverse("communications:own_calendar"))
    for window, who in ((page, "maria"), (theirs, "nora")):
        window.get_by_role("button", name="Make an address").click()
        address = urlsplit(window.get_by_text(re.compile(r"\.ics$")).inner_text()).path
        look(window, f"own-calendar-{who}-{width}-{theme}")
        read = Client().get(address)
        assert read.text.startswith("BEGIN:VCALENDAR")
        assert ("SUMMARY:Keep it safe" in read.text) == (who == "maria"), "what is only planned is ours"
        window.get_by_role("button", name=re.compile("^Revoke")).click()
        window.get_by_text("None yet.").wait_for()
        assert Client().get(address).status_code == 404
    assert maria.complaints + nora.complaints == []
