"""A journey from its first step to its effect in the browser: written, tried on the past, published, gone through, explained, and
changed in a second version; and by keyboard alone on a phone without scripts."""

import os
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.models import Journey, JourneyRun, RunState
from partners.models import Enrolment
from tests import factories, journey_story, planning_story
from tests.journey_story import add_step, begin_journey, go_on, let_in, let_pass
from tests.test_every_page_in_browser import _problems as problems_on

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_the_first_step_to_the_effect(cast, visit, sink):
    Enrolment.objects.update(manager=cast.maria)
    factories.make_segment("New partners")
    factories.make_segment("Gold partners", rule=journey_story.GOLD)
    planning_story.objective(cast)
    journey_story.by_journey(cast, "Welcome on board")
    maria = visit(cast.maria)

    page = maria.open(reverse("admin:communications_journey_add"))
    begin_journey(page, "Welcome", "New partners", "Twenty engineers")

    add_step(page, "Announcement", "At the beginning", {"Name": "Hello"}, lists={"Announcement": "Welcome on board"})
    add_step(page, "Wait", "After “Hello”", {"Name": "A few days", "Days to wait": "3"})
    add_step(
        page, "Branch", "After “A few days”", {"Name": "Gold?"}, lists={"It holds for partners of the segment": "Gold partners"}
    )
    add_step(page, "Task", "After “Gold?”, yes", {"Name": "Invite", "What is to be done or told": "Invite them"})
    add_step(page, "Notify manager", "After “Gold?”, no", {"Name": "Tell", "What is to be done or told": "Talk about gold"})

    # Round in a circle: said, and nothing kept.
    page.get_by_role("link", name="Change Invite").click()
    page.get_by_label("Then", exact=True).select_option(label="Hello")
    page.get_by_role("button", name="Keep the step").click()
    page.get_by_text(re.compile("“Hello” → “A few days” → “Gold\\?” → “Invite” → “Hello”")).wait_for()
    page.get_by_role("link", name="Back", exact=True).click()

    journey = Journey.objects.get()
    page = maria.open(reverse("admin:communications_journey_try", args=[journey.public_id]))
    page.get_by_label("From").fill(str(planning_story.in_days(-21)))
    page.get_by_role("button", name="Try it").click()
    page.get_by_text(re.compile("2 of 2 partners were looked at")).wait_for()

    page = maria.open(reverse("admin:communications_journey_edit", args=[journey.public_id]))
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published: partners enter it within a minute.").wait_for()
    journey_story.announcement_story.work_off()
    assert (let_in(), go_on()) == (2, 2)
    assert len(sink.recipients) == 3
    let_pass(4)
    go_on()
    assert JourneyRun.objects.filter(state=RunState.FINISHED).count() == 2

    page = maria.open(reverse("admin:communications_journey_page", args=[journey.public_id]))
    page.get_by_text("0 partners are under way, 2 went through.").wait_for()
    page.get_by_role("link", name=re.compile("2 went through")).click()
    page.get_by_role("link", name="Why is Baltic Cloud OÜ here?").click()
    page.get_by_text(re.compile("decided by:.*tier is Gold.*did not hold", re.S)).first.wait_for()
    page = maria.open(reverse("admin:index"))
    page.get_by_text("1 notice of a journey").first.wait_for()
    page = maria.open(reverse("admin:communications_journey_notices"))
    page.get_by_text("Talk about gold").wait_for()
    page.get_by_role("button", name="I have seen them all").click()
    page.get_by_text("1 notice is seen.").wait_for()

    # A third partner is at the wait when a second version takes it out, and is moved as the preview says.
    factories.make_contact(factories.make_partner("Corvus", programme=cast.programme), "Cora", "cora@corvus.example")
    assert (let_in(), go_on()) == (1, 1)
    page = maria.open(reverse("admin:communications_journey_page", args=[journey.public_id]))
    page.get_by_role("button", name="Change it in a new version").click()
    page.get_by_role("link", name="Change A few days").click()
    page.get_by_role("button", name="Take it out").click()
    page.get_by_role("row", name=re.compile("A few days.*1.*Gold\\?")).wait_for()
    page.get_by_label("go on in this one, as said here").check()
    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_text("1 partner was moved to it.").wait_for()
    go_on()
    assert JourneyRun.objects.filter(state=RunState.FINISHED).count() == 3
    assert [text for text in maria.complaints if "422" not in text] == []  # the refusals above


def test_who_leaves_before_the_end_and_who_comes_again(cast, visit, sink):
    """Baltic becomes gold while it waits, and leaves; Alpenglow went through, and a month later enters again."""
    Enrolment.objects.update(manager=cast.maria)
    gold = Enrolment.objects.get(partner=cast.alpenglow).tier
    Enrolment.objects.filter(partner=cast.alpenglow).update(tier=Enrolment.objects.get(partner=cast.baltic).tier)
    factories.make_segment("New partners")
    factories.make_segment("Gold partners", rule=journey_story.GOLD)
    planning_story.objective(cast)
    maria = visit(cast.maria, width="phone")

    page = maria.open(reverse("admin:communications_journey_add"))
    page.get_by_label("Who leaves").select_option(label="Gold partners")
    page.get_by_label("Again, so many days after it ended").fill("30")
    begin_journey(page, "Towards gold", "New partners", "Twenty engineers")
    add_step(page, "Wait", "At the beginning", {"Name": "A few days", "Days to wait": "3"})
    add_step(page, "Notify manager", "After “A few days”", {"Name": "Tell", "What is to be done or told": "Talk about gold"})
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published").wait_for()

    assert (let_in(), go_on()) == (2, 0)
    Enrolment.objects.filter(partner=cast.baltic).update(tier=gold)
    let_pass(4)
    go_on()
    journey = Journey.objects.get()
    page = maria.open(reverse("admin:communications_journey_page", args=[journey.public_id]))
    page.get_by_text("0 partners are under way, 1 went through").wait_for()
    page = maria.open(reverse("admin:communications_journey_why", args=[journey.public_id, cast.baltic.public_id]))
    page.get_by_text("The rule for leaving holds").wait_for()

    assert let_in() == 0
    JourneyRun.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert let_in() == 1
    page = maria.open(reverse("admin:communications_journey_page", args=[journey.public_id]))
    page.get_by_text("1 partner is under way").wait_for()
    assert journey_story.where(cast.alpenglow) == "A few days"
    assert maria.complaints == []


def test_by_keyboard_on_a_phone_without_scripts(cast, visit):
    version = journey_story.begin(cast)
    page = visit(cast.maria, width="phone", scripts=False).open(
        reverse("admin:communications_journey_edit", args=[version.journey.public_id])
    )
    page.get_by_label("Kind").focus()
    page.get_by_label("Kind").select_option(label="Wait")
    page.get_by_role("button", name="Add it").press("Enter")
    page.get_by_label("Name", exact=True).fill("A week")
    page.get_by_label("Days to wait").fill("7")
    page.get_by_label("Days to wait").press("Enter")
    page.locator(".jo-steps").get_by_text("A week", exact=True).wait_for()
    assert version.steps.get().days == 7
    page.get_by_role("button", name="Publish version 1").press("Enter")
    page.get_by_text(re.compile("Version 1 is published")).first.wait_for()


@pytest.mark.parametrize(("width", "theme"), [("phone", "light"), ("wide", "dark")])
def test_the_pages_are_accessible_and_fit(cast, visit, sink, width, theme):
    Enrolment.objects.update(manager=cast.maria)
    journey = journey_story.one_of_each(cast)
    branch = journey.versions.first().steps.get(kind="branch")
    maria = visit(cast.maria, width=width, theme=theme)
    own = [journey.public_id]
    pages = {
        "list": reverse("admin:communications_journey_changelist"),
        "add": reverse("admin:communications_journey_add"),
        "notices": reverse("admin:communications_journey_notices"),
        **{name: reverse(f"admin:communications_journey_{name}", args=own) for name in ("page", "edit", "partners")},
        "step": reverse("admin:communications_journey_step", args=[*own, branch.key]),
        "new step": reverse("admin:communications_journey_new_step", args=own) + "?kind=branch",
        "why": reverse("admin:communications_journey_why", args=[*own, cast.baltic.public_id]),
        "try": reverse("admin:communications_journey_try", args=own) + f"?since={planning_story.in_days(-30)}",
    }
    folder = os.environ.get("SCREENSHOTS")
    problems = []
    for name, address in pages.items():
        page = maria.open(address)
        problems += [f"{name}: {problem}" for problem in problems_on(page)]
        if folder:
            page.screenshot(path=f"{folder}/journey-{name}-{width}-{theme}.png", full_page=True)
    assert problems == [], "\n".join(problems)
    assert [text for text in maria.complaints if "422" not in text] == []  # the refusals above
