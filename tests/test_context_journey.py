"""A value's whole way, in a browser: Maria defines it and asks for it, two partners claim it, she verifies one and sees the other
contradict what was known, sends to those of whom it is certain, and can say of each partner why it was in or out.

Maria manages, Arthur approves; Nora answers for Alpenglow and Sven for Baltic."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from partners.models import Contact
from tests import factories
from tests.announcement_story import work_off

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_a_question_to_a_reason(cast, visit, sink):
    factories.make_segment("Everyone")
    Contact.objects.filter(pk=cast.sven.pk).update(is_partner_admin=True)  # who may answer for a partner
    maria, arthur, nora, sven = (visit(user) for user in (cast.maria, cast.arthur, cast.nora.user, cast.sven.user))
    _maria_defines_what_she_wants_to_know(maria)
    _she_asks_partners_for_it(maria)
    _a_call_said_that_baltic_has_two(cast)
    _they_answer(nora, "7")
    _they_answer(sven, "12")
    _she_verifies_one_and_sees_the_other_contradicted(maria)
    _she_builds_a_segment_of_what_is_certain(maria)
    _she_writes_to_it(maria, arthur)
    _it_reached_them_and_nobody_else(nora, sven)
    _she_says_why(maria)
    assert [said for window in (maria, arthur, nora, sven) for said in window.complaints] == []


def _maria_defines_what_she_wants_to_know(maria):
    page = maria.open(reverse("admin:index"))
    page.get_by_role("link", name="Data points").click()
    page.get_by_role("link", name="Add data point").click()
    page.get_by_label("Label").fill("Field engineers")
    page.get_by_label("Question").fill("How many engineers visit customers?")
    page.get_by_label("Purpose").fill("Plans how many places a course has.")
    page.get_by_label("Type").select_option(label="number")
    assert page.get_by_label("Key").input_value() == "field-engineers"
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Field engineers").wait_for()


def _she_asks_partners_for_it(maria):
    page = maria.page
    page.get_by_role("link", name="Ask partners for it").click()
    page.get_by_label("Title", exact=True).fill("Your engineers")
    page.get_by_label("For the partners of").select_option(label="Everyone")
    page.get_by_role("button", name="Save and add questions").click()
    assert page.get_by_label("What it asks for").locator("option:checked").inner_text() == "Field engineers"
    page.get_by_role("button", name="Add the question").click()
    page.get_by_role("button", name="Publish it to the partners").click()
    page.get_by_text("2 partners are asked.").wait_for()


def _a_call_said_that_baltic_has_two(cast):
    """Known and verified before anybody was asked."""
    observed = timezone.now() - timedelta(days=30)
    fact = record_fact(cast.baltic, "field-engineers", 2, source="call", method="manual", observed_at=observed, by=cast.maria)
    give_verdict(fact, "verified", by=cast.maria)


def _they_answer(window, number: str):
    page = window.open("/")
    page.get_by_role("link", name="Your engineers").click()
    page.get_by_label("How many engineers visit customers?").fill(number)
    page.get_by_role("button", name="Send the answers to Vendor").click()
    page.get_by_text("Thank you.").wait_for()


def _she_verifies_one_and_sees_the_other_contradicted(maria):
    page = maria.open(reverse("admin:index"))
    page.get_by_role("link", name="2 claims to verify").click()
    claim = page.get_by_role("article").filter(has_text="Alpenglow GmbH")
    claim.get_by_role("button", name="Verify").click()
    page.locator(".is-settled", has_text="Alpenglow GmbH").wait_for()
    page.get_by_text("1 waits for you here.").wait_for()
    page.get_by_role("navigation", name="What waits").get_by_role("link", name="Conflicts").click()
    conflict = page.get_by_role("article").filter(has_text="Baltic Cloud")
    assert "12" in conflict.inner_text()
    assert "2 verified" in " ".join(conflict.inner_text().split())


def _she_builds_a_segment_of_what_is_certain(maria):
    page = maria.open(reverse("admin:index"))
    page.get_by_role("link", name="Segments").click()
    page.get_by_role("link", name="Add segment").click()
    page.get_by_role("textbox", name="Name").fill("Surely many engineers")
    page.get_by_role("button", name="Add condition").first.click()
    rule = page.locator(".sb-rule").first
    rule.get_by_label("Field").select_option(label="Field engineers")
    rule.get_by_label("Question").select_option(label="is at least")
    rule.get_by_label("Value", exact=True).fill("5")
    rule.get_by_label("Which values count").select_option(label="only verified")
    page.get_by_text("Partners where Field engineers is at least 5 (only verified)").wait_for()
    assert page.locator(".sb-examples li").all_inner_texts() == ["Alpenglow GmbH DE"]
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()


def _she_writes_to_it(maria, arthur):
    page = maria.open(reverse("admin:index"))
    page.get_by_role("link", name="Announcements").click()
    page.get_by_role("link", name="Add announcement").first.click()
    page.get_by_label("Title", exact=True).fill("A course for your engineers")
    page.get_by_label("Text", exact=True).fill("Dear {{ contact.first_name }}, there is a place for each of them.")
    page.locator("#id_kind").select_option("event")
    page.locator("[name=detail_starts_on]").fill("2030-05-01")
    page.locator("[name=detail_place]").fill("Tallinn")
    page.get_by_label("Segment", exact=True).select_option(label="Surely many engineers")
    page.get_by_role("button", name="Submit version 1 for approval").click()
    page.get_by_text("Version 1 waits for approval").wait_for()
    arthurs = arthur.open(page.url.removeprefix(arthur.address))
    arthurs.get_by_role("button", name="Approve version 1").click()
    arthurs.get_by_text("Version 1 is approved.").wait_for()
    page.reload()
    page.get_by_role("button", name="Send to 2 people now").click()
    page.get_by_text("It goes out now.").wait_for()
    work_off()
    page.reload()


def _it_reached_them_and_nobody_else(nora, sven):
    nora.open("/").get_by_role("link", name="A course for your engineers").wait_for()
    assert sven.open("/").get_by_role("link", name="A course for your engineers").count() == 0


def _she_says_why(maria):
    page = maria.page
    page.get_by_role("link", name="A course for your engineers").click()
    page.get_by_role("link", name="to “Surely many engineers”").click()
    page.get_by_text("A course for your engineers").wait_for()  # what uses the segment
    why = page.get_by_label("Partner's name")
    why.fill("baltic")
    page.locator(".sb-verdict", has_text="Baltic Cloud OÜ").wait_for()
    page.get_by_text("Out: “Field engineers is at least 5 (only verified)” does not hold, here it is 2 (verified).").wait_for()
    why.fill("alpenglow")
    page.locator(".sb-verdict", has_text="Alpenglow GmbH").wait_for()
    page.get_by_text("In: every condition holds.").wait_for()
    page.get_by_text("here: 7 (verified)").wait_for()
