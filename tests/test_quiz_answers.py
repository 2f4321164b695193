"""What was answered at a quiz: every figure adds up, and leads to the attempts behind it."""

import pytest
from django.urls import reverse

from enablement.actions.attempts import hand_in
from enablement.actions.forgetting_learners import _erase_attempts
from enablement.models import Attempt
from enablement.queries.courses import people_on
from enablement.queries.quiz_answers import attempts_with, items_of
from partners.personal_data import Person
from tests import learning_story

pytestmark = pytest.mark.django_db
KINDS = ["one", "several", "number", "order"]


@pytest.fixture
def course(cast):
    return learning_story.answered(cast)


def figures(course, reader) -> dict[str, tuple]:
    items = items_of(learning_story.lesson_of(course, "quiz"), reader)
    return {item.question.kind: (item.shown, item.right, item.wrong, item.open) for item in items}


def test_each_question_was_shown_right_wrong_or_left_open(cast, course):
    assert figures(course, cast.maria) == dict.fromkeys(KINDS, (3, 1, 1, 1))
    items = {item.question.kind: item for item in items_of(learning_story.lesson_of(course, "quiz"), cast.maria)}
    said = {kind: [(each.words, each.is_right, each.count, each.percent) for each in item.said] for kind, item in items.items()}
    assert said["one"] == [("Chains", True, 1, 50), ("Sole traders", False, 1, 50)]
    assert said["several"] == [("Docker", True, 1, 50), ("Postgres", True, 2, 100), ("A mainframe", False, 1, 50)]
    assert sorted(said["number"]) == [("12.000000", True, 1, 50), ("7.5", False, 1, 50)]
    assert sorted(said["order"]) == [("Ask → Show → Offer", True, 1, 50), ("Offer → Show → Ask", False, 1, 50)]
    assert items["one"].percent == 33


def test_who_says_the_same_is_counted_together(cast, course):
    sven = Attempt.objects.get(participation__contact=cast.sven)
    hand_in(sven, learning_story.right_answers(sven), by=cast.sven.user)
    assert figures(course, cast.maria) == dict.fromkeys(KINDS, (4, 2, 1, 1))
    items = {item.question.kind: item for item in items_of(learning_story.lesson_of(course, "quiz"), cast.maria)}
    said = {kind: [(each.words, each.count, each.of) for each in item.said] for kind, item in items.items()}
    assert said["one"] == [("Chains", 2, 3), ("Sole traders", 1, 3)]
    assert said["number"] == [("12.000000", 2, 3), ("7.5", 1, 3)]


def test_each_figure_leads_to_its_attempts(cast, course):
    quiz = learning_story.lesson_of(course, "quiz")
    for item in items_of(quiz, cast.maria):
        behind = {result: attempts_with(quiz, cast.maria, item.question, result=result) for result in ("right", "wrong", "open")}
        assert {name: rows.count() for name, rows in behind.items()} == {
            "right": item.right,
            "wrong": item.wrong,
            "open": item.open,
        }
        assert behind["open"].get().participation.contact == cast.nora
        for each in item.said:
            rows = attempts_with(quiz, cast.maria, item.question, said=each.key)
            assert rows.count() == each.count, (item.question, each)
    assert attempts_with(quiz, cast.maria, item.question).count() == 3


def test_nobody_counts_whom_they_do_not_see(cast, course):
    assert figures(course, cast.sven.user) == dict.fromkeys(KINDS, (0, 0, 0, 0))


def test_a_manager_reads_it_from_the_course_down_to_one_attempt(cast, course, client, django_assert_max_num_queries):
    client.force_login(cast.maria)
    quiz = learning_story.lesson_of(course, "quiz")
    at = reverse("admin:enablement_course_items", args=[quiz.public_id])
    assert at in client.get(reverse("admin:enablement_course_progress", args=[course.public_id])).text
    with django_assert_max_num_queries(12):
        page = client.get(at).text
    for words in ("3 attempts at version 1 are evaluated.", "1 right (33 %)", "1 not answered", "Offer → Show → Ask"):
        assert words in page, words
    question = quiz.questions.get(kind="one")
    behind = f"{reverse('admin:enablement_course_item_attempts', args=[quiz.public_id])}?question={question.public_id}"
    wrong = client.get(f"{behind}&result=wrong").text
    assert "Sole traders" in wrong
    first = Attempt.objects.get(participation__contact=cast.ben, number=1)
    assert (one := reverse("admin:enablement_course_attempt", args=[first.public_id])) in wrong
    told = client.get(one).text
    assert "Sole traders" in told
    assert "Offer · Show · Ask" in told
    for strange in ("?question=x", "", f"?question={question.public_id}&result=nonsense"):
        assert client.get(behind.split("?")[0] + strange).status_code == 404
    assert client.get(f"{behind}&said=%00&page=x").status_code == 200


def test_the_attempts_of_a_person_are_on_their_page(cast, course, client):
    client.force_login(cast.maria)
    row = people_on(course, cast.maria, name="Ben").get()
    at = reverse("admin:enablement_course_answers", args=[row.public_id])
    assert at in client.get(reverse("admin:enablement_course_progress", args=[course.public_id])).text
    page = client.get(at).text
    assert "attempt 1" in page
    assert "attempt 2" in page
    assert "No package" not in page


def test_a_running_attempt_and_a_foreign_one_are_not_shown(cast, course, client):
    running = Attempt.objects.get(participation__contact=cast.sven)
    client.force_login(cast.maria)
    assert client.get(reverse("admin:enablement_course_attempt", args=[running.public_id])).status_code == 404


def test_who_was_forgotten_is_counted_no_more(cast, course, client):
    _erase_attempts(Person((cast.ben,)))
    assert figures(course, cast.maria) == dict.fromkeys(KINDS, (1, 0, 0, 1))
    client.force_login(cast.maria)
    first = Attempt.objects.filter(participation__contact=cast.ben).first()
    page = client.get(reverse("admin:enablement_course_attempt", args=[first.public_id])).text
    assert "What was answered is forgotten; the result stays." in page
