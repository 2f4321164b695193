"""The inbox of questions: open ones first, mine before others', and the answer reaches the portal."""

import pytest
from django.urls import reverse

from communications.actions.questions import answer_question, ask_question
from communications.models import Answer
from communications.queries.announcement_thread import questions_of
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db
LIST = "admin:communications_question_changelist"


@pytest.fixture
def questions(cast):
    """Nora's waits for Maria, Sven's for Arthur; Ben's was answered."""
    cast.alpenglow.enrolments.update(manager=cast.maria)
    cast.baltic.enrolments.update(manager=cast.arthur)
    announcement = announcement_story.draft(cast)
    svens = ask_question(announcement, contact=cast.sven, text="When does it reach Estonia?")
    noras = ask_question(announcement, contact=cast.nora, text="Is there a trial?")
    bens = ask_question(announcement, contact=cast.ben, text="Does it run on ARM?")
    answer_question(bens, by=cast.maria, text="It does.")
    return {"sven": svens, "nora": noras, "ben": bens}


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def page_url(question) -> str:
    return reverse("admin:communications_question_page", args=[question.public_id])


def test_open_ones_are_listed_and_mine_come_first(cast, questions, as_):
    shown = as_(cast.maria).get(reverse(LIST)).content.decode()
    assert shown.index("Is there a trial?") < shown.index("When does it reach Estonia?")
    to_arthur = as_(cast.arthur).get(reverse(LIST)).content.decode()
    assert to_arthur.index("When does it reach Estonia?") < to_arthur.index("Is there a trial?")
    assert "Does it run on ARM?" not in shown
    assert "Does it run on ARM?" in as_(cast.maria).get(reverse(LIST) + "?state=answered").content.decode()
    mine = as_(cast.maria).get(reverse(LIST) + "?state=mine").content.decode()
    assert "When does it reach Estonia?" not in mine


def test_the_answer_is_in_the_portal_and_the_question_closed(cast, questions, as_):
    question = questions["nora"]
    answer = as_(cast.maria).post(page_url(question), {"text": "Yes, thirty days."}, follow=True)
    assert "Your answer is in Nora Berg" in answer.content.decode()
    question.refresh_from_db()
    assert question.answered_at
    told = questions_of(question.announcement, cast.ben).get(pk=question.pk)
    assert [each.text for each in told.answers.all()] == ["Yes, thirty days."]


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_nothing_and_too_much_are_refused(cast, questions, as_, text):
    before = Answer.objects.count()
    answer = as_(cast.maria).post(page_url(questions["nora"]), {"text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    questions["nora"].refresh_from_db()
    assert (Answer.objects.count(), questions["nora"].answered_at) == (before, None)


def test_who_may_only_read_does_not_answer(cast, questions, as_):
    analyst = factories.make_user("ana@vendor.example", roles=("Analyst",))
    assert "Send the answer" not in as_(analyst).get(page_url(questions["nora"])).content.decode()
    before = Answer.objects.count()
    assert as_(analyst).post(page_url(questions["nora"]), {"text": "Yes."}).status_code == 403
    assert Answer.objects.count() == before


def test_a_manager_finds_only_what_their_own_partners_ask(cast, questions, as_):
    manager = factories.make_user("mo@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=manager)
    shown = as_(manager).get(reverse(LIST)).content.decode()
    assert "Is there a trial?" in shown
    assert "Estonia" not in shown
    assert as_(manager).get(page_url(questions["sven"])).status_code == 404
    assert as_(manager).post(page_url(questions["sven"]), {"text": "Soon."}).status_code == 404
    assert as_(factories.make_user("s@vendor.example", roles=("Vendor sales",))).get(page_url(questions["nora"])).status_code == 403


def test_what_waits_for_me_is_told_on_the_first_page(cast, questions, as_):
    shown = as_(cast.maria).get(reverse("admin:index")).content.decode()
    assert "1 partner&#x27;s question waits for your answer" in shown
    assert "Nora Berg" in shown


def test_the_list_asks_the_same_for_many(cast, questions, as_, django_assert_max_num_queries):
    for n in range(40):
        ask_question(questions["nora"].announcement, contact=cast.nora, text=f"And number {n}?")
    as_(cast.maria).get(reverse(LIST))
    with django_assert_max_num_queries(12):
        as_(cast.maria).get(reverse(LIST))
