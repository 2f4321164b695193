"""A course from its first lesson to the certificate: Maria writes it without a script, Ben passes it on a phone and by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enablement.models import Attempt, Certificate, Course
from partners.models import Certification
from tests import learning_story
from tests.browser import px_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_course_is_written_and_published_in_the_admin(cast, visit):
    Certification.objects.create(key="aurora-seller", name="Aurora Seller")
    page = visit(cast.maria).open("/admin/enablement/course/add/")
    page.get_by_label("Title", exact=True).fill("Selling Aurora")
    page.get_by_label("Gives the certificate").select_option(label="Aurora Seller")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a text").click()
    page.get_by_label("Title", exact=True).fill("Who buys it")
    page.get_by_label("Text", exact=True).fill("Those with **many branches**.")
    page.get_by_role("button", name="Add the lesson").click()
    page.get_by_role("link", name="Add a quiz").click()
    page.get_by_label("Title", exact=True).fill("What you know")
    page.get_by_role("button", name="Add the lesson").click()
    page.get_by_role("link", name="Add a question").click()
    page.get_by_label("Question", exact=True).fill("Who buys Aurora?")
    page.get_by_label("Option 1", exact=True).fill("Chains")
    page.get_by_role("button", name="Add the question").click()
    page.get_by_text("Write at least two options").wait_for()
    page.get_by_label("Option 1 is right").check()
    page.get_by_label("Option 2", exact=True).fill("Sole traders")
    page.get_by_role("button", name="Add the question").click()
    page.get_by_role("link", name="Back to “Selling Aurora”").click()
    page.get_by_role("button", name="Up : What you know").click()
    page.get_by_role("button", name="Down : What you know").click()
    page.get_by_role("link", name="As a learner : What you know").click()
    page.get_by_text("Nothing is kept").wait_for()
    page.get_by_role("link", name="Back to writing").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is in the portal now").wait_for()
    course = Course.objects.get()
    assert course.state == "published"
    assert [lesson.title for lesson in course.versions.get().lessons.all()] == ["Who buys it", "What you know"]


def test_ben_passes_it_on_a_phone_and_his_certificate_is_checked_by_a_stranger(cast, visit):
    learning_story.published(cast)
    ben = visit(cast.ben.user, width="phone", theme="dark")
    page = ben.open("/learning/")
    page.get_by_role("link", name="Selling Aurora").click()
    page.get_by_role("button", name="Begin the course").click()
    page.get_by_role("button", name="Read it, go on").click()
    page.get_by_role("button", name="Begin the quiz").click()
    page.get_by_role("button", name="Hand in 4 answers").wait_for()
    attempt = Attempt.objects.get()
    right = learning_story.right_answers(attempt)
    for key, values in right.items():
        _answer(page, key, values)
    page.reload()  # a reload, and a lost connection, go on where one was
    assert page.locator("input:checked").count() == 3
    assert px_too_wide(page) <= 0
    page.get_by_role("button", name="Hand in 4 answers").click()
    page.get_by_role("heading", name="Passed with 100 %").wait_for()
    page.get_by_role("link", name="On with the course").click()
    page.get_by_role("link", name="Go on with “The first call”").click()
    page.get_by_role("button", name="Begin the simulation").click()
    way = page.get_by_role("button", name="Ask what they need")
    way.focus()
    page.keyboard.press("Enter")
    page.get_by_text("It ended well").wait_for()
    page.get_by_text("You have passed the course “Selling Aurora”.").wait_for()
    page.get_by_role("link", name="See the certificate").click()
    with page.expect_download() as file:
        page.get_by_role("link", name="Certificate as PDF").click()
    assert file.value.suggested_filename.endswith(".pdf")
    stranger = visit().open(f"/certificates/{Certificate.objects.get().public_id}/")
    stranger.get_by_text("This certificate is valid").wait_for()
    assert stranger.get_by_role("link", name="Certificate as PDF").count() == 0
    assert ben.complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_number_keeps_it_and_hands_nothing_in(cast, visit, scripts):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    ben = visit(cast.ben.user, scripts=scripts)
    page = ben.open(f"/learning/attempts/{attempt.public_id}/")
    page.get_by_label("Your number").fill("12")
    page.get_by_label("Your number").press("Enter")
    page.get_by_text("Kept. Go on whenever you like.").wait_for()
    assert page.get_by_label("Your number").input_value() == "12"
    page.get_by_role("button", name="Hand in 4 answers").click()
    page.get_by_text("1 of 4 questions are answered. Hand in anyway?").wait_for()
    attempt.refresh_from_db()
    assert not attempt.is_evaluated
    page.get_by_role("button", name="Hand in anyway").click()
    page.get_by_role("heading", name="25 % of the 75 % you need").wait_for()
    assert ben.complaints == []


def _answer(page, key: str, values: list[str]) -> None:
    """Each answer is kept before the next one is given."""
    boxes = page.locator(f'[name="{key}"]')
    for place, value in enumerate(values):
        with page.expect_response(lambda response: response.request.method == "POST"):
            if boxes.first.evaluate("box => box.tagName") == "SELECT":
                boxes.nth(place).select_option(value)
            elif boxes.first.get_attribute("type") in ("radio", "checkbox"):
                page.locator(f'[name="{key}"][value="{value}"]').check()
            else:
                boxes.first.fill(value)
                boxes.first.blur()


def test_what_is_answered_without_a_connection_is_kept_once_it_is_back(cast, visit):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    page = visit(cast.ben.user).open(f"/learning/attempts/{attempt.public_id}/")
    right = learning_story.right_answers(attempt)
    one, number = (str(row.public_id) for row in _of_kinds(attempt, "one", "number"))
    page.context.set_offline(True)
    page.locator(f'[name="{one}"][value="{right[one][0]}"]').check()
    page.get_by_text("The connection is lost. What you enter stays in this window").wait_for()
    page.get_by_label("Your number").fill("12")
    page.get_by_role("button", name="Hand in 4 answers").click()  # leads to no page of the browser's own
    assert page.get_by_label("Your number").input_value() == "12"
    page.context.set_offline(False)
    page.get_by_text("Kept at").wait_for()
    attempt.refresh_from_db()
    assert attempt.answers == {one: right[one][0], number: "12"}
    page.route("**/learning/attempts/**", lambda route: route.fulfill(status=502))
    page.get_by_label("Your number").fill("13")
    page.get_by_label("Your number").blur()
    page.get_by_text("The connection is lost. What you enter stays in this window").wait_for()
    page.unroute("**/learning/attempts/**")
    page.reload()
    page.get_by_text("Kept at").wait_for()
    assert page.get_by_label("Your number").input_value() == "13"
    attempt.refresh_from_db()
    assert attempt.answers[number] == "13"


def test_what_stands_in_a_field_when_the_time_ends_counts(cast, visit):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    (number,) = (str(row.public_id) for row in _of_kinds(attempt, "number"))
    Attempt.objects.filter(pk=attempt.pk).update(ends_at=timezone.now() + timedelta(seconds=8))
    page = visit(cast.ben.user).open(f"/learning/attempts/{attempt.public_id}/")
    page.get_by_label("Your number").fill("12")  # and never leaves it
    page.get_by_text("The time is over. What was kept until then counts.").wait_for()
    attempt.refresh_from_db()
    assert attempt.answers == {number: "12"}


def _of_kinds(attempt: Attempt, *kinds: str) -> list:
    questions = {row.kind: row for row in attempt.lesson.questions.all()}
    return [questions[kind] for kind in kinds]
