"""A partner asks on an announcement; the responsible manager answers."""

import pytest

from activity.models import Activity
from activity.refusals import Invalid, Refused
from communications.actions.engagement import acknowledge_announcement
from communications.actions.questions import answer_question, ask_question
from communications.models import Acknowledgement, Answer, Question
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def announcement(cast):
    return factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.arthur)


def test_it_goes_to_the_manager_of_that_partner(cast, announcement):
    cast.alpenglow.enrolments.update(manager=cast.maria)
    assert ask_question(announcement, contact=cast.nora, text="Is there a trial?").assigned_to == cast.maria
    assert ask_question(announcement, contact=cast.sven, text="When?").assigned_to == cast.arthur  # no manager: the author


def test_the_first_answer_closes_it(cast, announcement):
    question = ask_question(announcement, contact=cast.nora, text="Is there a trial?")
    answer_question(question, by=cast.maria, text="Yes, thirty days.")
    closed_at = question.answered_at
    answer_question(question, by=cast.maria, text="And sixty for Gold.")
    assert question.answered_at == closed_at
    assert question.answers.count() == 2


@pytest.mark.parametrize("text", ["", "  \n", "x" * 5000])
def test_nothing_and_too_much_are_refused(cast, announcement, text):
    before = Activity.objects.count()
    with pytest.raises(Invalid):
        ask_question(announcement, contact=cast.nora, text=text)
    assert (Question.objects.count(), Answer.objects.count(), Activity.objects.count()) == (0, 0, before)


def test_acknowledging_twice_is_once(cast, announcement):
    announcement.requires_acknowledgement = True
    announcement.save()
    acknowledge_announcement(announcement, contact=cast.nora)
    acknowledge_announcement(announcement, contact=cast.nora)
    assert Acknowledgement.objects.count() == 1


def test_what_asks_for_nothing_is_not_acknowledged(cast, announcement):
    with pytest.raises(Refused):
        acknowledge_announcement(announcement, contact=cast.nora)
    assert not Acknowledgement.objects.exists()
