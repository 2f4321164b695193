"""Ida is new at Alpenglow. From the mail that invites her to the question of the day: on a phone, and by keys alone at a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from communications.models import OpinionResponse
from enablement.models import Certificate, Vote
from tests import newcomer_story
from tests.browser import look
from tests.hands import Keys, Thumb
from tests.newcomer_story import ADDRESS, NAME, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("width", "theme", "hands"), [("phone", "light", Thumb), ("wide", "dark", Keys)])
def test_from_the_invitation_to_the_question_of_the_day(cast, sink, visit, width, theme, hands):
    newcomer_story.tell(cast)
    _invite(visit(cast.nora.user))
    ida = visit(width=width, theme=theme)
    hand, page = hands(ida.page), ida.page

    def seen(text: str, name: str) -> None:
        """It is there to be seen, and nothing is wider than the window."""
        page.get_by_text(text).first.wait_for()
        look(page, f"newcomer-{name}-{width}-{theme}")

    ida.open(sink.link(ADDRESS, "/invitations/"))
    seen("Welcome, Ida", "1-invited")
    hand.write("Password", PASSWORD)
    hand.press("button", "Join the portal")
    seen("Nothing needs you today, Ida", "2-home")
    page.context.clear_cookies()  # the next day

    ida.open("/")
    seen("To the partner portal", "3-sign-in")
    hand.write("E-mail address", ADDRESS)
    hand.write("Password", PASSWORD)
    hand.press("button", "Sign in")
    page.get_by_text("Nothing needs you today, Ida").wait_for()
    newcomer_story.ask_everybody(cast)

    hand.go("Learning")
    seen("1 course is here for you.", "4-learning")
    _take_the_course(hand, page, seen)
    certificate = Certificate.objects.get()
    assert (certificate.name, certificate.standing) == (NAME, "valid")

    hand.search("it stopped working, do we get another one")
    seen("Returning hardware", "10-found")  # of all its words the document has none
    hand.press("link", "Returning hardware")
    seen("replaced in advance", "11-document")

    hand.go("Ask")
    hand.write("Your question", "Which tier are we, and what is missing for the next one?")
    hand.press("button", "Ask")
    seen("You are Gold in", "12-answer")

    hand.go("Ideas")
    seen("Sizing sheet as a spreadsheet", "13-ideas")
    hand.press("link", "Sizing sheet as a spreadsheet")
    hand.press("button", "Vote for it")
    seen("You have 9 left", "14-voted")
    assert Vote.objects.get().contact.email == ADDRESS

    hand.go("Home")
    seen("Question of the day", "15-question")
    assert Axe().run(page, options=RULES).response["violations"] == []
    hand.choose("radio", "In the afternoon", group="When would you take a half day on Aurora?")
    hand.press("button", "Answer without my name")
    seen("Thank you.", "16-answered")
    assert list(OpinionResponse.objects.get().answers.values()) == ["In the afternoon"]
    assert page.get_by_text("Question of the day").count() == 0
    assert ida.complaints == []


def _invite(nora) -> None:
    page = nora.open(reverse("portal:people"))
    page.get_by_role("link", name="Add a colleague").click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Technical").check()
    page.get_by_role("button", name="Add and invite").click()
    page.get_by_text("is invited").wait_for()


def _take_the_course(hand, page, seen) -> None:
    hand.press("link", "Selling Aurora")
    seen("Begin the course", "5-course")
    hand.press("button", "Begin the course")
    seen("Those with many branches.", "6-lesson")
    hand.press("button", "Read it, go on")
    hand.press("button", "Begin the quiz")
    page.get_by_text("Each answer is kept").wait_for()
    hand.choose("radio", "Chains")
    hand.choose("checkbox", "Docker")
    hand.choose("checkbox", "Postgres")
    hand.write("Your number", "12")
    for place, step in enumerate(("Ask", "Show", "Offer"), 1):
        hand.pick(f"Place {place}", step)
    seen("Kept at", "7-quiz")
    hand.press("button", "Hand in 4 answers")
    seen("Passed with 100 %", "8-result")
    hand.press("link", "On with the course")
    hand.press("link", "Go on with “The first call”")
    hand.press("button", "Begin the simulation")
    seen("What do you do?", "9-simulation")
    hand.press("button", "Ask what they need")
    seen("You have passed the course", "9b-ended")
    hand.press("link", "See the certificate")
    seen("This certificate is valid.", "9c-certificate")
