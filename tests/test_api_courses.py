"""A course that is written elsewhere and handed in: a draft, whole lessons, published; what cannot be changes nothing."""

import pytest

from enablement.models import Course, Lesson, QuizQuestion, Scene
from partners.models import Certification
from tests import factories, learning_story
from tests.api import integrator

pytestmark = pytest.mark.django_db
QUIZ = {
    "kind": "quiz", "title": "What you know", "pass_mark": 75, "questions": [
        {"kind": "one", "text": "Who buys it?", "options": [{"text": "Chains", "is_right": True}, {"text": "Sole traders"}]},
        {"kind": "number", "text": "How many branches?", "number": 12, "tolerance": 0.5},
    ],
}  # fmt: skip
CALL = {
    "kind": "simulation", "title": "The first call", "scenes": [
        {"name": "rings", "title": "It rings", "text": "They ask for a discount.", "choices": [
            {"text": "Ask what they need", "consequence": "They tell you.", "to": "meeting"},
            {"text": "Give ten percent", "to": "over"},
        ]},
        {"name": "meeting", "title": "A meeting", "text": "They want to see it.", "ending": "good"},
        {"name": "over", "title": "They hang up", "text": "Silence.", "ending": "bad"},
    ],
}  # fmt: skip


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


@pytest.fixture
def at(api) -> str:
    return f"courses/{api.post('courses/', {'title': 'Selling Aurora'}).json()['id']}/"


def test_a_course_is_handed_in_published_and_taken(cast, api):
    Certification.objects.create(key="seller", name="Seller")
    said = {"title": "Selling Aurora", "functions": ["technical"], "certification": "seller", "valid_months": 12}
    made = api.post("courses/", said)
    assert (made.status_code, made.json()["state"], made.json()["functions"]) == (201, "draft", ["technical"])
    at = f"courses/{made.json()['id']}/"
    missing = api.post(f"{at}publish/")
    assert (missing.status_code, missing.json()["detail"]) == (422, "Add a lesson first.")
    for lesson in ({"kind": "text", "title": "Who buys it", "body": "Those with **many branches**."}, QUIZ, CALL):
        assert api.post(f"{at}lessons/", lesson).status_code == 201
    shown = api.get(f"{at}lessons/").json()
    assert [(row["kind"], row["questions"], row["scenes"]) for row in shown] == [
        ("text", 0, 0),
        ("quiz", 2, 0),
        ("simulation", 0, 3),
    ]
    assert "is_right" not in str(shown)
    assert api.patch(at, {"summary": "You find the customers."}).json()["summary"] == "You find the customers."
    assert api.post(f"{at}publish/").json()["state"] == "published"
    course = Course.objects.get()
    assert learning_story.passed(course, cast.ben).certificate.title == "Selling Aurora"
    assert api.post(f"{at}retire/").json()["state"] == "retired"


def test_what_was_published_is_frozen_and_the_next_lesson_begins_the_next_version(api, at):
    api.post(f"{at}lessons/", QUIZ)
    api.post(f"{at}publish/")
    (quiz,) = api.get(f"{at}lessons/").json()
    assert (quiz["version"], quiz["is_published"]) == (1, True)
    refused = api.client.delete(f"/api/v1/{at}lessons/{quiz['id']}/", headers={"authorization": f"Bearer {api.token}"})
    assert (refused.status_code, "stays as it is" in refused.json()["detail"]) == (409, True)
    api.post(f"{at}lessons/", CALL)
    copied, call = api.get(f"{at}lessons/").json()
    assert (copied["version"], copied["title"], copied["questions"], call["is_published"]) == (2, "What you know", 2, False)
    gone = api.client.delete(f"/api/v1/{at}lessons/{copied['id']}/", headers={"authorization": f"Bearer {api.token}"})
    assert (gone.status_code, [row["kind"] for row in api.get(f"{at}lessons/").json()]) == (204, ["simulation"])


@pytest.mark.parametrize(("lesson", "status", "field", "sentence"), [
    ({"kind": "film", "title": "A"}, 400, "kind", "is not a valid choice"),
    ({"kind": "text", "title": " "}, 400, "title", "blank"),
    ({"kind": "text", "title": "A", "colour": "red"}, 400, "colour", "There is no such field here."),
    ({"kind": "text", "title": "A", "questions": QUIZ["questions"]}, 422, "questions", "Only a quiz has questions."),
    ({"kind": "quiz", "title": "A", "scenes": CALL["scenes"]}, 422, "scenes", "Only a simulation has scenes."),
    ({**QUIZ, "questions": [*QUIZ["questions"], {"kind": "one", "text": "Which?", "options": [{"text": "This"}]}]}, 422,
     "questions", "Number 3: "),
    ({**CALL, "scenes": CALL["scenes"][:2]}, 422, "scenes", "There is no scene “over”"),
    ({**CALL, "scenes": [CALL["scenes"][1]] * 2}, 422, "scenes", "Two scenes are called “meeting”."),
    ({**CALL, "scenes": [{**CALL["scenes"][0], "ending": "bad"}]}, 422, "scenes", "has no choices"),
    ({"kind": "video", "title": "A", "video_url": "javascript:x"}, 422, "video_url", "begins with https://"),
])  # fmt: skip
def test_a_lesson_comes_whole_or_not_at_all(api, at, lesson, status, field, sentence):
    answer = api.post(f"{at}lessons/", lesson)
    assert (answer.status_code, sentence in str(answer.json()["errors"][field])) == (status, True), answer.json()
    assert not any(model.objects.exists() for model in (Lesson, QuizQuestion, Scene))


def test_only_who_may_write_courses_does(cast, api, at):
    for other in (integrator(cast.maria, "learning:read"), integrator(cast.arthur)):
        assert other.post("courses/", {"title": "Mine"}).status_code == 403
        assert other.post(f"{at}lessons/", QUIZ).status_code == 403
        assert other.post(f"{at}publish/").status_code == 403
    stranger = factories.make_programme("suppliers")
    for said, field in (
        ({"title": "A", "functions": ["wizards"]}, "functions"),
        ({"title": "A", "certification": "none"}, "certification"),
    ):
        answer = api.post("courses/", {**said, "programme": stranger.key})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert Course.objects.count() == 1
    assert not Lesson.objects.exists()


def test_a_certificate_is_revoked_by_api(cast, api):
    certificate = learning_story.passed(learning_story.published(cast), cast.ben).certificate
    at = f"certificates/{certificate.public_id}/revoke/"
    missing = api.post(at)
    assert (missing.status_code, "reason" in missing.json()["errors"]) == (400, True)
    done = api.post(at, {"reason": "Somebody else took it"})
    assert (done.status_code, done.json()["standing"]) == (200, "revoked")
    again = api.post(at, {"reason": "Once more"})
    assert (again.status_code, again.json()["detail"]) == (409, "It is revoked already.")
    assert integrator(cast.maria, "learning:read").post(at, {"reason": "A"}).status_code == 403


def test_what_is_taken_is_returned_and_a_programme_is_named_by_its_key(cast, api):
    made = api.post("courses/", {"title": "Selling Aurora", "programme": "vendor", "renew_days": 45})
    assert made.json()["renew_days"] == 45
    found = api.get("courses/", programme="vendor").json()["results"]
    assert [row["id"] for row in found] == [made.json()["id"]]
    by_id = api.get("courses/", programme=str(cast.programme.public_id)).json()["results"]
    assert by_id == found
