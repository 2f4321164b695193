"""A partner asks on an announcement; the responsible manager answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from activity.models import Activity
from activity.refusals import Invalid, Refused
from communications.actions.engagement import acknowledge_announcement
from communications.actions.questions import answer_question, ask_question
from communications.models import Acknowledgement, Answer, Conversation, ConversationMessage, Question
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def announcement(cast):
    return factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.arthur)


def test_it_goes_to_the_manager_of_that_partner(cast, announcement):
    cast.alpenglow.enrolments.update(manager=cast.maria)
    assert ask_question(announcement, contact=cast.nora, text="Is there a trial?").assigned_to == cast.maria
    assert ask_question(announcement, contact=cast.sven, text="When?").assigned_to == cast.arthur  # no manager: the author


@pytest.mark.django_db(transaction=True)
def test_three_posts_of_one_form_say_and_ask_one_thing(cast, sink):
    """As a browser without a script sends them, or a bad line. Who goes back and writes something else says that, too."""
    announcement = announcement_story.send(announcement_story.draft(cast), cast)
    client = Client()
    client.force_login(cast.nora.user)
    talks, page = reverse("communications:conversations"), reverse("communications:announcement", args=[announcement.public_id])
    talk = {"subject": "Prices", "text": "When?", "key": client.get(talks).context["form"]["key"].value()}
    asked = {"text": "Is there a trial?", "key": client.get(page).context["form"]["key"].value()}
    ask = reverse("communications:ask", args=[announcement.public_id])

    def post(what):
        own = Client(headers={"cookie": client.cookies.output(header="", sep=";").strip()})
        try:
            return own.post(*what).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(post, [(talks, talk)] * 3 + [(ask, asked)] * 3)) == {302}
    assert Conversation.objects.count() == Question.objects.count() == ConversationMessage.objects.count() == 1
    conversation = reverse("communications:conversation", args=[Conversation.objects.get().public_id])
    said = {"text": "And how much?", "key": client.get(conversation).context["form"]["key"].value()}
    for _twice in range(2):
        client.post(conversation, said)
    assert ConversationMessage.objects.count() == 2
    client.post(conversation, said | {"text": "How much, in euros?"})
    client.post(talks, talk | {"text": "When exactly?"})
    client.post(ask, asked | {"text": "For how long?"})
    assert (Conversation.objects.count(), Question.objects.count(), ConversationMessage.objects.count()) == (2, 2, 4)


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
