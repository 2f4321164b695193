"""What Nora asks about her own things is told from her data, or not at all: a text that sounds like it is no answer."""

import pytest
from django.urls import reverse
from django.utils import translation

from context.actions.tier_policies import add_tier_criterion, publish_policy
from enablement.models import PointsPolicy
from partners.models import Enrolment, Tier
from portal.assistant.theirs import asks_what_is_theirs, asks_what_they_have, is_asked_by
from portal.queries.assistant import answer_for
from search import sources
from search.actions.indexing import embed_waiting
from tests import assistant_story, factories, learning_story, tier_story

pytestmark = pytest.mark.django_db
TEXTS = {
    "Points": "The five points of the day are paid on every order of two crates. How many points an order has, stands on the bill.",
    "Course dates": "The courses take place in May and in October. Which courses have a test, is said in the programme.",
    "Licences": "Licence revenue of this year has to be reported by the partner until the end of January.",
    "Preise": "Der Numbat-Rabatt ist 14 Prozent auf jede Bestellung.",
    "Numbat": "The numbat rebate is 14 percent on every order.",
    "Introductory margin": "What is missing in the first year is made up by an introductory margin for platinum partners.",
}


@pytest.fixture
def library(cast, monkeypatch):
    """Nothing but what sounds like an answer."""
    monkeypatch.setattr(sources, "_sources", {})
    assistant_story.library()
    for title, text in TEXTS.items():
        assistant_story.write(title, (("", text),))
    embed_waiting(50)


def told(contact, question: str):
    return answer_for(contact.user, question, contact=contact)


def test_points_and_courses_are_counted_not_quoted(cast, library):
    PointsPolicy.objects.create(programme=cast.programme, is_on=True, half_life_days=30, most_a_day=1000)
    learning_story.passed(learning_story.published(cast), cast.nora)
    points, courses = told(cast.nora, "How many points do I have?"), told(cast.nora, "Which courses have I passed?")
    assert "points and are on level" in points.text
    assert points.sources[0].link == reverse("enablement:points")
    assert "You have passed 1 course." in courses.text
    assert "“Selling Aurora” was passed on" in courses.text
    with translation.override("de"):
        assert "Punkte" in told(cast.nora, "Wie viele Punkte habe ich?").text
        assert "„Selling Aurora“ wurde am" in told(cast.nora, "Welche Kurse habe ich bestanden?").text


def test_without_points_and_courses_that_is_what_is_said(cast, library):
    assert told(cast.ben, "How many points do I have?").text == "No points are counted in your programme."
    assert told(cast.ben, "Which courses have I passed?").text == "You have passed no course yet."


@pytest.mark.parametrize(
    "question", ["What is missing for platinum", "Was fehlt uns für Platin?", "What do we still need for Platinum?"]
)
def test_a_tier_that_is_named_is_the_one_that_is_told_of(cast, library, question):
    policy = tier_story.draft(cast)
    platinum = Tier.objects.create(programme=cast.programme, key="platinum", name="Platinum", rank=3)
    rule = {"field": "performance.license_revenue", "op": "gte", "value": 500_000, "within_days": 365}
    add_tier_criterion(policy, platinum, by=cast.maria, label="Half a million in a year", rule=rule)
    publish_policy(policy, by=cast.maria)
    answer = told(cast.sven, question)
    assert "For Platinum this is missing: Half a million in a year." in answer.text
    assert "Gate certificate" not in answer.text
    assert answer.sources[0].link == reverse("portal:standing")


def test_a_figure_is_told_by_its_name(cast, library):
    tier_story.sells(cast.alpenglow, 120_500)
    answer = told(cast.nora, "What is the licence revenue we have this year?")
    assert ": 120,500 EUR, of which not all is verified yet." in answer.text
    assert answer.sources[0].link == reverse("portal:organisation") + "#performance"
    with translation.override("de"):
        assert (
            ": 120.500 EUR, davon ist noch nicht alles verifiziert."
            in told(cast.nora, "Wie hoch ist unser Lizenzumsatz in diesem Jahr?").text
        )
    assert told(cast.sven, "What is the licence revenue we have this year?").is_abstained


@pytest.mark.parametrize(
    "question",
    [
        "What is the licence revenue we have this year?",
        "How many deals have we registered?",
        "What is our credit limit?",
        "Wie hoch ist unser Umsatz?",
        "quokka rebate?",
        "What is the quokka rebate?",
        "Wie hoch ist der Quokka-Rabatt?",
    ],
)
def test_what_nothing_holds_is_not_guessed_from_a_text_that_sounds_alike(cast, library, question):
    answer = told(cast.nora, question)
    assert answer.is_abstained, answer.text


def test_her_second_partner_is_hers_as_well(cast, library):
    northfold = factories.make_partner("Northfold Cloud Ltd", programme=cast.programme, tier="silver", external_id="N-1")
    factories.make_contact(northfold, "Nora Berg", "nora@northfold.example", user=cast.nora.user)
    answer = told(cast.nora, "What's my tier at Northfold Cloud?")
    assert "This is about Northfold Cloud Ltd" in answer.text
    assert "You are Silver in" in answer.text
    assert "You are Gold in" in told(cast.nora, "What's my tier?").text
    assert not any(one.is_own for one in told(cast.nora, "What's my tier at Baltic Cloud?").sources)
    Enrolment.objects.filter(partner=northfold).delete()


@pytest.mark.parametrize(
    ("question", "have", "mine"),
    [
        ("How many points do I have?", True, False),
        ("Which courses have I passed?", True, False),
        ("Welche Kurse habe ich bestanden?", True, False),
        ("What is our discount?", False, True),
        ("Wie hoch ist unser Umsatz?", False, True),
        ("How many days do we have to pay a bill?", False, False),
        ("How many certified engineers do we need?", False, False),
        ("How many supplies must we have in stock?", False, False),
        ("Wie lange haben wir Zeit, eine Rechnung zu bezahlen?", False, False),
        ("What happens with money that we have left?", False, False),
    ],
)
def test_what_they_have_is_told_from_what_they_must(question, have, mine):
    assert (asks_what_they_have(question), asks_what_is_theirs(question)) == (have, mine)


@pytest.mark.parametrize(
    ("question", "label", "is_it"),
    [
        ("How many employees do we have?", "Employees", True),
        ("How many certified employees do we have?", "Employees", False),
        ("What is the licence revenue we have this year?", "License revenue", True),
        ("What is our revenue in Spain?", "Revenue", False),
        ("Wie viele Mitarbeiter haben wir?", "Employees", True),
        ("Was ist unser Jahresumsatz?", "Annual revenue", True),
        ("Wie viele zertifizierte Techniker haben wir?", "Certified engineers", True),
        ("Wie viele zertifizierte Techniker haben wir?", "Employees", False),
        ("Wie hoch ist unser Umsatz in Spanien?", "Revenue", False),
        ("Welche Standorte haben wir?", "Sites", True),
        ("Wie hoch war unser Umsatz in diesem Jahr?", "Umsatz", True),
    ],
)
def test_a_label_is_what_is_asked_for_whole(question, label, is_it):
    assert is_asked_by(question, label) is is_it
