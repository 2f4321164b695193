"""Maria asks people what they think, they answer without their names, and are told what was done: in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.actions.opinion_mails import mail_opinion_surveys
from communications.models import OpinionPolicy, OpinionResponse, OpinionSurvey
from tests import factories
from tests.browser import px_too_wide
from tests.talk_story import add_question, tell_what_was_done, write_survey

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_from_a_question_to_what_was_done(cast, visit, sink):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    segment = factories.make_segment("All of them")
    maria = visit(cast.maria)
    page = maria.open(reverse("admin:communications_opinionsurvey_add"))
    write_survey(page, "How is it to be our partner?", segment)
    add_question(page, "nps", "Would you recommend us?")
    add_question(page, "choice", "Which day suits you?", "Monday\nFriday")
    add_question(page, "text", "What else?")
    _is_accessible(page)
    page.get_by_role("button", name="Ask 3 people").click()
    page.get_by_text("3 people are asked.").wait_for()
    assert mail_opinion_surveys() == 3

    for contact, score, day in ((cast.nora, "10", "Monday"), (cast.ben, "9", "Friday"), (cast.sven, "3", "Monday")):
        person = visit(contact.user, width="phone", theme="dark")
        theirs = person.open("/")
        theirs.get_by_role("link", name="Say what you think: “How is it to be our partner?”").click()
        theirs.get_by_text("Anonymous: your answers are kept without your name").wait_for()
        if contact == cast.nora:
            _is_accessible(theirs)
            theirs.get_by_role("button", name="Send without my name").click()
            theirs.get_by_text("Answer at least one question.").wait_for()
        theirs.get_by_role("group", name="Would you recommend us?").get_by_label(score, exact=True).check()
        theirs.get_by_label(day, exact=True).check()
        theirs.get_by_role("button", name="Send without my name").click()
        theirs.get_by_text("Thank you. Your answers are in.").wait_for()
        assert px_too_wide(theirs) <= 0
        assert not [text for text in person.complaints if "422" not in text]
    assert OpinionResponse.objects.count() == 3

    survey = OpinionSurvey.objects.get()
    page = maria.open(reverse("admin:communications_opinionsurvey_page", args=[survey.public_id]))
    page.get_by_text("results are shown once it is closed").wait_for()
    page.get_by_role("button", name="Close it for good").click()
    page.get_by_text("NPS 33: 2 of 3 promoters").wait_for()
    _is_accessible(page)
    tell_what_was_done(page, "Answers take too long.", "Two more people answer.")
    page.get_by_role("button", name="Draft an announcement to them").click()
    page.get_by_text("You said, we did: How is it to be our partner?").first.wait_for()

    nora = visit(cast.nora.user)
    theirs = nora.open(reverse("communications:opinions"))
    theirs.get_by_role("link", name="How is it to be our partner?").click()
    theirs.get_by_text("Two more people answer.").wait_for()
    _is_accessible(theirs)
    assert not maria.complaints + nora.complaints


def _is_accessible(page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(each["id"], each["nodes"][0]["html"]) for each in found]
