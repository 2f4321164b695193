"""What was answered at quizzes, as integrators read it: attempts, and the figures of a quiz with the attempts behind each."""

import pytest

from tests import factories, learning_story
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(cast):
    return learning_story.answered(cast)


@pytest.fixture
def api(cast, course):
    return integrator(cast.maria)


@pytest.fixture
def quiz(course):
    return learning_story.lesson_of(course, "quiz")


@pytest.fixture
def at(course, quiz) -> str:
    return f"courses/{course.public_id}/lessons/{quiz.public_id}/answers/"


def found(api, **query) -> list[dict]:
    answer = api.get("quiz-attempts/", **query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_an_attempt_says_what_was_answered(cast, api, course, quiz):
    first, again, noras = sorted(found(api), key=lambda row: (row["contact"] == str(cast.nora.public_id), row["number"]))
    assert {row["result"] for row in first["answers"]} == {"wrong"}
    assert {row["result"] for row in again["answers"]} == {"right"}
    assert {(row["result"], row["said"]) for row in noras["answers"]} == {("open", "not answered")}
    assert (again["number"], again["score"], again["is_passed"], again["counts"]) == (2, 100, True, True)
    about = {"course": str(course.public_id), "lesson": str(quiz.public_id), "contact": str(cast.ben.public_id)}
    assert {name: again[name] for name in about} == about
    assert api.get(f"quiz-attempts/{again['id']}/").json() == again


def test_they_are_found_by_what_they_are_about(cast, api, course, quiz):
    assert len(found(api, contact=cast.ben.public_id, course=course.public_id, lesson=quiz.public_id)) == 2
    assert len(found(api, partner=cast.alpenglow.public_id)) == 3
    assert not found(api, partner=cast.baltic.public_id)
    assert [row["contact"] for row in found(api, is_passed="true")] == [str(cast.ben.public_id)]
    assert not found(api, evaluated_after="2099-01-01T00:00:00Z")


def test_each_figure_of_a_quiz_leads_to_its_attempts(api, at):
    items = api.get(at).json()
    assert {(item["shown"], item["right"], item["wrong"], item["open"]) for item in items} == {(3, 1, 1, 1)}
    for item in items:
        about = {"question": item["question"]}
        assert len(found(api, **about)) == item["shown"]
        for result in ("right", "wrong", "open"):
            assert len(found(api, **about, result=result)) == item[result]
        for said in item["said"]:
            assert len(found(api, **about, said=said["key"])) == said["count"], said
    [one] = [item for item in items if item["kind"] == "one"]
    assert [(row["words"], row["is_right"], row["percent"]) for row in one["said"]] == [
        ("Chains", True, 50),
        ("Sole traders", False, 50),
    ]


def test_a_result_is_of_a_question_and_only_a_quiz_has_figures(api, course, at):
    refused = api.get("quiz-attempts/", result="right")
    assert (refused.status_code, refused.json()["errors"]["question"]) == (422, ["Say of which question."])
    assert api.get("quiz-attempts/", question=course.public_id).json()["results"] == []
    text = learning_story.lesson_of(course, "text")
    assert api.get(f"courses/{course.public_id}/lessons/{text.public_id}/answers/").status_code == 404


def test_only_people_are_counted_whom_the_reader_sees(cast, course, at):
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    api = integrator(paul)
    assert found(api) == []
    assert {item["shown"] for item in api.get(at).json()} == {0}
    assert integrator(cast.maria, "partners:read").get("quiz-attempts/").status_code == 403


def test_many_attempts_take_as_many_queries_as_few(api, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert len(found(api)) == 3
