"""What partners are asked, and the managers' pages of it, in a real browser: accessible, silent, no wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from context.models import DataPoint, Fact
from partners.actions.erasures import start_erasure
from tests import collecting_story
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize(("width", "theme"), [("phone", "light"), ("wide", "dark")])
def test_pages_are_accessible_and_fit(cast, visit, width, theme):
    told = collecting_story.tell(cast)
    for point in DataPoint.objects.filter(key__in=["regions", "sites", "certifications"]):
        point.required_kinds.add(cast.alpenglow.enrolments.get().kind)
    partners = [
        reverse("context:confirmations"),
        reverse("context:survey", args=[told.response.public_id]),
        reverse("context:review", args=[told.review.public_id]),
        reverse("portal:data_copy"),
    ]
    managers = [
        reverse("admin:context_survey_page", args=[told.survey.public_id]),
        reverse("admin:context_survey_results", args=[told.survey.public_id]),
        reverse("admin:context_survey_interview", args=[told.interview.public_id]),
        reverse("admin:context_review_page", args=[told.review.public_id]),
        reverse("admin:context_review_segment"),
        reverse("admin:context_datapoint_rename", args=[DataPoint.objects.get(key="scheme").public_id]),
        reverse("admin:partners_consent_page", args=[cast.ben.public_id]),
        reverse("admin:partners_erasure_progress", args=[start_erasure(cast.ben, by=cast.maria).public_id]),
    ]
    problems = []
    for user, paths in ((cast.nora.user, partners), (cast.maria, managers)):
        window = visit(user, width=width, theme=theme)
        problems += [found for path in paths for found in _problems(window, path, only_content=user == cast.maria)]
        assert window.complaints == []
    assert problems == []


def test_one_click_confirms_and_the_focus_follows(cast, visit):
    collecting_story.tell(cast)
    nora = visit(cast.nora.user)
    page = nora.open(reverse("context:confirmations"))

    page.locator("li.asked", has_text="Staff").get_by_role("button", name="Still right").click()

    page.locator("li.is-answered:focus", has_text="Confirmed: 120").wait_for()
    page.get_by_role("heading", name="One thing to confirm or correct").wait_for()
    assert Fact.objects.filter(asserted_by=cast.nora.user).count() == 1
    assert nora.complaints == []


def test_what_is_wrong_is_said_in_its_place_and_can_be_mended_there(cast, visit):
    collecting_story.tell(cast)
    page = visit(cast.nora.user, width="phone").open(reverse("context:confirmations"))
    asked = page.locator("li.asked", has_text="Staff")
    asked.get_by_text("Correct it").first.click()
    asked.locator("[name=value]").fill("a dozen")
    asked.get_by_role("button", name="Save this").click()

    asked.get_by_text("“a dozen” is no value of “Staff”").wait_for()
    assert page.get_by_text("That did not arrive").count() == 0
    assert asked.locator("[name=value]").input_value() == "a dozen"
    asked.locator("[name=value]").fill("12")
    asked.get_by_role("button", name="Save this").click()
    page.locator("li.is-answered", has_text="It is now: 12").wait_for()
    assert [fact.value for fact in Fact.objects.filter(asserted_by=cast.nora.user)] == [12]


def test_a_branch_opens_while_she_answers(cast, visit):
    told = collecting_story.tell(cast)
    nora = visit(cast.nora.user, width="phone")
    page = nora.open(reverse("context:survey", args=[told.response.public_id]))

    page.get_by_label("How many people work for you?").fill("130")
    page.get_by_label("Yes").check()
    page.get_by_text("By which scheme?").wait_for()

    assert page.get_by_label("How many people work for you?").input_value() == "130"
    page.get_by_label("TISAX").check()
    page.get_by_role("button", name="Send the answers to Vendor").click()
    page.get_by_text("Thank you. Your answers are with Vendor.").wait_for()
    assert nora.complaints == []


def _problems(window, path: str, *, only_content: bool) -> list[str]:
    """The admin's theme around our pages is not ours to judge."""
    page = window.open(path)
    options = {"runOnly": RULES if only_content else [*RULES, "best-practice"]}
    found = Axe().run(page, context="#content" if only_content else None, options=options)
    wide = px_too_wide(page)
    return [f"{path}: {wide} too wide"] * (wide > 0) + [
        f"{path}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
