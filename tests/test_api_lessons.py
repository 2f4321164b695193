"""What integrators do with a course besides handing it in: lessons changed and moved, versions begun and dropped, people asked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enablement.models import Course, CoursePackage, Lesson, Participation
from tests import package_story
from tests.api import integrator
from tests.test_api_courses import CALL, QUIZ

pytestmark = pytest.mark.django_db
TEXT = {"kind": "text", "title": "Who buys it", "body": "Chains."}


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


@pytest.fixture
def at(api) -> str:
    at = f"courses/{api.post('courses/', {'title': 'Selling Aurora'}).json()['id']}/"
    for lesson in (TEXT, QUIZ, CALL):
        assert api.post(f"{at}lessons/", lesson).status_code == 201
    return at


def lessons(api, at: str) -> list[dict]:
    return api.get(f"{at}lessons/").json()


def test_a_lesson_is_changed_as_far_as_it_is_named(api, at):
    text, quiz, call = lessons(api, at)
    changed = api.patch(f"{at}lessons/{text['id']}/", {"title": "Who needs it", "minutes": 4})
    assert changed.json() == {**text, "title": "Who needs it", "minutes": 4}
    assert api.patch(f"{at}lessons/{text['id']}/", {"minutes": None}).json()["minutes"] is None
    fewer = api.patch(f"{at}lessons/{quiz['id']}/", {"pass_mark": 50, "questions": QUIZ["questions"][:1]}).json()
    assert (fewer["pass_mark"], fewer["questions"], fewer["title"]) == (50, 1, "What you know")
    turned = api.patch(f"{at}lessons/{call['id']}/", {"scenes": CALL["scenes"]}).json()
    assert turned["scenes"] == 3
    assert api.post(f"{at}publish/").status_code == 200


def test_a_lesson_has_a_place(api, at):
    text, quiz, call = lessons(api, at)
    assert [row["place"] for row in (text, quiz, call)] == [1, 2, 3]
    assert api.patch(f"{at}lessons/{call['id']}/", {"place": 1}).json()["place"] == 1
    first = api.post(f"{at}lessons/", {**TEXT, "title": "Before all", "place": 1}).json()
    assert first["place"] == 1
    assert [row["title"] for row in lessons(api, at)] == ["Before all", "The first call", "Who buys it", "What you know"]


@pytest.mark.parametrize(("which", "said", "status", "field", "sentence"), [
    (0, {"place": 4}, 422, "place", "a number from 1 to 3"), (0, {"place": 0}, 400, "place", "greater than or equal to 1"),
    (0, {"kind": "quiz"}, 400, "kind", "This cannot be set."), (0, {"colour": "red"}, 400, "colour", "no such field"),
    (0, {"title": "New", "questions": QUIZ["questions"]}, 422, "questions", "Only a quiz has questions."),
    (1, {"title": "New", "questions": [{"kind": "one", "text": "?", "options": []}]}, 422, "questions", "Number 1: "),
    (2, {"title": "New", "scenes": CALL["scenes"][:1]}, 422, "scenes", "There is no scene “meeting”"),
    (0, {"title": "New", "video_url": "https://films.example/1"}, 422, "video_url", "Only a video lesson plays a video."),
])  # fmt: skip
def test_what_cannot_be_changes_nothing(api, at, which, said, status, field, sentence):
    before = lessons(api, at)
    answer = api.patch(f"{at}lessons/{before[which]['id']}/", said)
    assert (answer.status_code, sentence in str(answer.json()["errors"][field])) == (status, True), answer.json()
    assert lessons(api, at) == before


def test_a_video_lesson_plays_no_script(api, at):
    before = lessons(api, at)
    answer = api.post(f"{at}lessons/", {"kind": "video", "title": "The film", "video_url": "javascript:x"})
    assert (answer.status_code, "begins with https://" in str(answer.json()["errors"]["video_url"])) == (422, True), answer.json()
    assert lessons(api, at) == before


def test_what_is_published_is_changed_in_the_next_version(api, at):
    text = lessons(api, at)[0]
    assert api.post(f"{at}drop/").status_code == 409  # nothing is out yet that one could go back to
    api.post(f"{at}publish/")
    refused = api.patch(f"{at}lessons/{text['id']}/", {"title": "New"})
    assert (refused.status_code, "stays as it is" in refused.json()["detail"]) == (409, True)
    assert api.post(f"{at}write/", idempotency_key="w1").status_code == 200
    assert api.post(f"{at}write/", idempotency_key="w1").headers["Idempotent-Replayed"] == "true"
    written = lessons(api, at)
    assert [(row["version"], row["is_published"]) for row in written] == [(2, False)] * 3
    assert api.patch(f"{at}lessons/{written[0]['id']}/", {"title": "New"}).json()["title"] == "New"
    assert api.post(f"{at}drop/").status_code == 200
    assert lessons(api, at)[0] == text | {"is_published": True}


def test_what_was_retired_is_offered_again_and_asked_of_people(cast, api, at):
    unpublished = api.post(f"{at}offer/")
    assert (unpublished.status_code, unpublished.json()["detail"]) == (409, "It was never published. Publish it first.")
    api.post(f"{at}publish/")
    api.post(f"{at}retire/")
    assert api.post(f"{at}ask/").status_code == 409
    assert api.post(f"{at}offer/").json()["state"] == "published"
    assert api.post(f"{at}offer/").status_code == 409
    assert api.post(f"{at}ask/", {"contacts": [str(cast.ben.public_id)], "due_on": "2099-01-31"}).json() == {"asked": 1}
    assert api.post(f"{at}ask/").json() == {"asked": 2}
    assert set(Participation.objects.values_list("contact", flat=True)) == {cast.ben.pk, cast.nora.pk, cast.sven.pk}
    for said, field in (({"contacts": []}, "contacts"), ({"contacts": ["x"]}, "contacts"), ({"due_on": "2001-01-01"}, "due_on")):
        answer = api.post(f"{at}ask/", said)
        assert answer.status_code in (400, 409, 422), said
        assert field in answer.json()["errors"]
    cast.sven.left_on = "2026-01-01"
    cast.sven.save()
    gone = api.post(f"{at}ask/", {"contacts": [str(cast.sven.public_id)]})
    assert (gone.status_code, "not among those" in gone.json()["detail"]) == (422, True)


@pytest.mark.usefixtures("media")
def test_a_package_is_taken_in_once_for_each_key(api):
    def sent(content: bytes):
        return {"title": "Hands", "file": SimpleUploadedFile("hands.zip", content)}

    content = package_story.packed()
    made, again = (api.post_form("courses/take-in/", sent(content), idempotency_key="p1") for _time in range(2))
    assert (made.status_code, made.json()["title"], made.json()["state"]) == (201, "Hands", "draft")
    assert again.json() == made.json()
    assert CoursePackage.objects.count() == 1
    at = f"courses/{made.json()['id']}/"
    assert [(row["kind"], row["title"]) for row in lessons(api, at)] == [("package", "How to wash"), ("package", "The poster")]
    wash = lessons(api, at)[0]
    assert api.patch(f"{at}lessons/{wash['id']}/", {"title": "Wash!", "place": 2}).json()["place"] == 2
    assert api.post(f"{at}publish/").json()["state"] == "published"
    for content, sentence in (
        (b"PK no archive", "not what its name says"),
        (package_story.packed({"a": "b"}), "no imsmanifest.xml"),
    ):
        refused = api.post_form("courses/take-in/", sent(content))
        assert (refused.status_code, sentence in str(refused.json()["errors"]["file"])) == (422, True)
    assert api.post_form("courses/take-in/", {"title": "x"}).status_code == 400
    assert api.post(f"{at}lessons/", {"kind": "package", "title": "A"}).status_code == 400
    assert Course.objects.count() == 1


def test_only_who_may_write_courses_does(cast, api, at):
    lesson = Lesson.objects.first()
    for other in (integrator(cast.maria, "learning:read"), integrator(cast.arthur)):
        assert other.patch(f"{at}lessons/{lesson.public_id}/", {"title": "Mine"}).status_code == 403
        for verb in ("offer", "write", "drop", "ask"):
            assert other.post(f"{at}{verb}/").status_code == 403
        assert other.post_form("courses/take-in/", {}).status_code == 403
    assert api.patch(f"{at}lessons/{cast.ben.public_id}/", {"title": "Mine"}).status_code == 404
