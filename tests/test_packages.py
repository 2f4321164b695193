"""SCORM 1.2 packages: taken in whole or not at all, shown apart from the portal, and what they tell kept within bounds."""

import json
import re
import secrets
import uuid
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from activity.refusals import Invalid, Refused
from enablement.actions.courses import drop_version, write_version
from enablement.actions.forgetting_learners import erase_runs, find_runs
from enablement.actions.lessons import remove_row
from enablement.actions.package_runs import Session, keep_told
from enablement.actions.participations import finish_lesson
from enablement.models import (
    Attempt,
    Course,
    CoursePackage,
    Lesson,
    LessonDone,
    PackageFile,
    PackageRun,
    Participation,
    PointsPolicy,
)
from enablement.queries.courses import people_on
from enablement.queries.points import points_of
from enablement.runtime_values import Score, time_of
from partners.personal_data import Person
from tests import learning_story, package_story
from tests.package_story import manifest, packed, parts
from tests.test_uploads import zipped_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
XXE = '<!DOCTYPE manifest [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE manifest [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def one_item(href: str) -> str:
    return manifest('<item identifierref="r"><title>A</title></item>', f'<resource identifier="r" href="{href}"/>')


def with_manifest(text: str | bytes) -> bytes:
    return packed(parts(**{"imsmanifest.xml": text}))


def locked() -> bytes:
    """As if it asked for a password: a bit in its list of files says so."""
    content = bytearray(packed())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.fixture
def ben(cast):
    client = Client()
    client.force_login(cast.ben.user)
    return client


# --- Taken in ---------------------------------------------------------------------------------------------------------------


def test_a_package_becomes_a_draft_with_a_lesson_for_each_part_in_order(cast):
    course = package_story.taken_in(cast)
    assert (course.title, course.state, course.programme) == ("Safe hands", "draft", cast.programme)
    wash, poster = course.versions.get().lessons.all()
    assert [(row.title, row.kind, row.reports) for row in (wash, poster)] == [
        ("How to wash", "package", True),
        ("The poster", "package", False),
    ]
    assert (wash.item.launch, wash.item.mastery, wash.item.launch_data) == ("wash/index%20page.html?lang=en", 80, "soap=1")
    kept = {row.path: row.file.read().decode() for row in PackageFile.objects.all()}
    assert kept == parts()
    assert CoursePackage.objects.get().name == "safe-hands.zip"


def test_the_default_organization_counts_and_bases_are_put_before_addresses(cast):
    text = manifest().replace('default="o1"', 'default="o2"').replace(
        "</organizations>", '<organization identifier="o2"><title>Two</title><item identifierref="r2"><title>P</title></item>'
        "</organization></organizations>",
    ).replace("<resources>", '<resources xml:base="deep/">')  # fmt: skip
    course = package_story.taken_in(cast, packed({"imsmanifest.xml": text, "deep/poster.html": "<p>P</p>"}), title="My own")
    assert (course.title, course.versions.get().lessons.get().item.launch) == ("My own", "deep/poster.html")


@pytest.mark.parametrize(("content", "sentence"), [
    (b"no archive", "is not what its name says"),
    (packed({"a.txt": "x"}), "no imsmanifest.xml at its top"),
    (packed({"course/imsmanifest.xml": manifest()}), "Pack the files themselves"),
    (with_manifest("<manifest><organi"), "no well-formed XML"),
    (with_manifest("<other/>"), "is no manifest"),
    (with_manifest(manifest(before=XXE)), "defines entities or a document type"),
    (with_manifest(manifest(before=LAUGHS)), "defines entities or a document type"),
    (with_manifest(manifest(before=LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")), "defines entities or a document type"),
    (with_manifest(manifest(version="2004 3rd Edition")), "This is SCORM 2004. Export the course as SCORM 1.2"),
    (with_manifest(manifest(version="CAM 1.3")), "This is SCORM 2004"),
    (with_manifest(manifest(version="").replace("adlcp_rootv1p2", "adlcp_v1p3")), "This is SCORM 2004"),
    (with_manifest(manifest(version="").replace("adlcp_rootv1p2", "other")), "does not say that it is SCORM 1.2"),
    (with_manifest(manifest(organization=False)), "has no organization"),
    (with_manifest(manifest(items="")), "names nothing that one could take"),
    (with_manifest(manifest(resources="")), "“How to wash” names something that its manifest does not hold"),
    (with_manifest(one_item("gone.html")), "“gone.html”, which is not in the package"),
    (with_manifest(one_item("../../etc/passwd")), "is not in the package"),
    (with_manifest(one_item("https://evil.example/")), "begins on another server"),
    (with_manifest(one_item("//evil.example/x.html")), "begins on another server"),
    (with_manifest(one_item("javascript:alert(1)")), "begins on another server"),
    (with_manifest(manifest('<item identifierref="r2"><title>A</title></item>' * 61)), "It has 61 lessons"),
    (with_manifest(secrets.token_hex(1_100_000)), "larger than 2 MB"),
    (packed(parts(**{f"{n}.txt": "x" for n in range(3001)})), "more than 3000 files"),
    (packed(parts(**{"x" * 501: "x"})), "a name that is too long"),
    (packed(parts(**{"a\\b.txt": "x", "a/b.txt": "y"})), "“a/b.txt” twice"),
    (packed(parts(**{"bomb.txt": "0" * 60_000_000})), "unpacks to more than anyone would read"),
    (zipped_as({"../../etc/cron.d/job": b"x"}), "leads out of it"),
    (zipped_as({"imsmanifest.xml": b"/etc/passwd"}, external_attr=0xA1ED << 16, create_system=3), "leads out of it"),
    (locked(), "locked with a password"),
])  # fmt: skip
def test_what_cannot_be_taken_in_says_why_and_leaves_nothing(cast, settings, content, sentence):
    with pytest.raises(Invalid, match=sentence):
        package_story.taken_in(cast, content)
    _nothing_is_left(settings)


@pytest.mark.parametrize(("path", "sentence"), [
    ("wash/second.html", "“wash/second.html” in it is damaged"),
    ("imsmanifest.xml", "This archive is damaged"),
])  # fmt: skip
def test_what_is_damaged_in_the_middle_leaves_nothing(cast, settings, path, sentence):
    content = bytearray(packed())
    at = content.index(path.encode()) + len(path)
    content[at + 5 : at + 30] = b"?" * 25
    with pytest.raises(Invalid, match=sentence):
        package_story.taken_in(cast, bytes(content))
    _nothing_is_left(settings)


def test_another_file_or_one_that_is_too_large_is_refused(cast, settings):
    with pytest.raises(Invalid, match="Choose the ZIP file"):
        package_story.taken_in(cast, b"# Hello", name="a.md")
    settings.LIBRARY_MAX_BYTES = 100
    with pytest.raises(Invalid, match="is larger than"):
        package_story.taken_in(cast)
    _nothing_is_left(settings)


def _nothing_is_left(settings) -> None:
    assert not any(model.objects.exists() for model in (Course, CoursePackage, PackageFile, Lesson))
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_its_files_stay_as_long_as_a_version_uses_them(cast, settings, django_capture_on_commit_callbacks):
    course = package_story.published(cast)
    written = write_version(course, by=cast.maria)
    assert [row.item_id for row in written.lessons.all()] == list(course.versions.last().lessons.values_list("item", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        remove_row(written.lessons.first(), by=cast.maria)
        drop_version(course, by=cast.maria)
    assert PackageFile.objects.count() == 5
    other = package_story.taken_in(cast)
    with django_capture_on_commit_callbacks(execute=True):
        for lesson in other.versions.get().lessons.all():
            remove_row(lesson, by=cast.maria)
    assert (CoursePackage.objects.count(), PackageFile.objects.count()) == (1, 5)
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 5


def test_a_manager_takes_it_in_and_looks_at_it_as_a_learner(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    at = reverse("admin:enablement_course_take_in")
    said = {"programme": cast.programme.pk, "file": ContentFile(with_manifest("<x/>"), name="a.zip")}
    refused = client.post(at, said)
    assert (refused.status_code, "is no manifest" in refused.content.decode()) == (422, True)
    assert client.post(at, {"programme": cast.programme.pk}).status_code == 422
    made = client.post(at, {**said, "file": ContentFile(packed(), name="a.zip")}, follow=True)
    course = Course.objects.get()
    assert "It is taken in as a draft." in made.content.decode()
    shown = client.get(reverse("admin:enablement_course_preview", args=[course.public_id, 1])).content.decode()
    address = unescape(re.search(r'<iframe[^>]* src="([^"]+)"', shown)[1])
    assert 'sandbox="allow-scripts"' in shown
    assert "package.js" not in shown  # nobody listens
    assert Client().get(address).status_code == 200
    assert client.get(reverse("admin:enablement_course_new_lesson", args=[course.public_id, "package"])).status_code == 404
    cast.maria.is_active = False
    cast.maria.save()
    assert Client().get(address).status_code == 404


# --- Shown ------------------------------------------------------------------------------------------------------------------


def frame_of(client, course, number: int = 1) -> str:
    page = client.get(f"/learning/courses/{course.public_id}/{number}/").content.decode()
    return unescape(re.search(r'data-package="([^"]+)"|<iframe[^>]* src="([^"]+)"', page)[0].split('"')[-2])


def test_it_runs_apart_from_the_portal_and_reaches_nothing_but_itself(cast, ben):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    address = frame_of(ben, course)
    page = Client().get(address)  # its frame has no session
    policy = dict(part.split(" ", 1) if " " in part else (part, "") for part in page["Content-Security-Policy"].split("; "))
    folder = address[: address.index("wash/")]
    assert (policy["sandbox"], policy["default-src"], policy["form-action"]) == ("allow-scripts", "'none'", "'none'")
    assert (policy["connect-src"], policy["frame-src"]) == (f"testserver{folder}", f"testserver{folder}")
    assert "'self'" not in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    assert "sessionid" not in page.cookies
    body = page.content.decode()
    assert body.index("<html><head>") < body.index("package-runtime.js") < body.index("../find.js")
    script = Client().get(folder + "find.js")
    assert (script["Content-Type"], script["X-Content-Type-Options"]) == ("text/javascript", "nosniff")
    assert b"".join(script.streaming_content).decode() == package_story.FIND
    part = Client().get(folder + "find.js", headers={"range": "bytes=0-7"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"function")
    plain = Client().get(folder + "poster.html").content.decode()
    assert plain.startswith("<script src=")


def test_its_address_is_for_one_person_and_some_hours(cast, ben, monkeypatch):
    course, other = package_story.published(cast), package_story.taken_in(cast)
    learning_story.begun(course, cast.ben)
    address = frame_of(ben, course)
    folder = address[: address.index("wash/")]
    for wrong in ("none.html", "../../../accounts/login/", "imsmanifest.xml/", "%2e%2e/find.js"):
        assert Client().get(folder + wrong).status_code == 404
    assert Client().get(folder[:-2] + "x/find.js").status_code == 404
    assert Client().post(address).status_code == 405
    monkeypatch.setattr("enablement.package_links.HOURS", -1)
    expired = Client().get(address)
    assert (expired.status_code, "Load its page again" in expired.content.decode()) == (410, True)
    monkeypatch.undo()
    assert other.versions.get().lessons.first().item.package_id != course.versions.get().lessons.first().item.package_id
    cast.ben.user.is_active = False
    cast.ben.user.save()
    assert Client().get(address).status_code == 404


def test_a_file_takes_one_query_and_a_lesson_as_many_as_any(cast, ben, django_assert_max_num_queries):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    address = frame_of(ben, course)
    with django_assert_max_num_queries(1):
        assert Client().get(address).status_code == 200
    with django_assert_max_num_queries(12):
        assert ben.get(f"/learning/courses/{course.public_id}/1/").status_code == 200


# --- Told -------------------------------------------------------------------------------------------------------------------


class Window:
    """A window in which a lesson is open, as the page around it tells the server."""

    def __init__(self, client, course, number: int = 1):
        self.client, self.address = client, f"/learning/courses/{course.public_id}/{number}/"
        page = client.get(self.address).content.decode()
        self.session, self.key = (re.search(f'data-{name}="([^"]+)"', page)[1] for name in ("session", "key"))
        self.state = json.loads(unescape(re.search(r' name="({[^"]+})"', page)[1]))
        self.values = self.state["values"]

    def tell(self, finished: bool = False, **told):
        said = {
            ("cmi." if name == "suspend_data" else "cmi.core.") + name.replace("score_", "score."): text
            for name, text in told.items()
        }
        return self.send(said, finished=finished)

    def send(self, said: dict, *, finished: bool = False, **opening):
        about = {"session": self.session, "key": self.key, "told": json.dumps(said), "finished": "1" if finished else "0"}
        return self.client.post(f"{self.address}told/", {**about, **opening})


def test_who_is_cut_off_resumes_where_they_were(cast, ben):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    first = Window(ben, course)
    assert (first.values["cmi.core.entry"], first.values["cmi.core.lesson_status"]) == ("ab-initio", "not attempted")
    assert (first.values["cmi.core.student_name"], first.values["cmi.launch_data"]) == ("Ben Ott", "soap=1")
    told = {"lesson_status": "incomplete", "lesson_location": "page-2", "suspend_data": "a=1|b=ü", "session_time": "00:01:30"}
    assert "Kept." in first.tell(**told).content.decode()
    first.tell(**told)  # sent twice, kept once
    again = Window(ben, course)
    names = ("entry", "lesson_location", "lesson_status", "total_time")
    assert [again.values[f"cmi.core.{name}"] for name in names] == ["resume", "page-2", "incomplete", "0000:01:30"]
    assert again.values["cmi.suspend_data"] == "a=1|b=ü"
    again.tell(session_time="0000:00:30.25", exit="suspend", finished=True)
    assert PackageRun.objects.get().seconds == 120
    assert Window(ben, course).values["cmi.core.entry"] == "resume"
    assert not LessonDone.objects.exists()


def test_an_older_window_no_longer_tells(cast, ben):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    older, newer = Window(ben, course), Window(ben, course)
    newer.tell(lesson_location="9")
    refused = older.tell(lesson_location="2", lesson_status="passed")
    assert (refused.status_code, "open in another window" in refused.content.decode()) == (409, True)
    for strange in ({"session": "7", "key": str(uuid.uuid4())}, {"session": "x"}, {"session": "1", "key": "no"}, {"told": "{"},
                    {"told": "[]"}, {"told": '{"cmi.comments": 1}'}, {"told": "[" * 100_000}, {"told": ""}):  # fmt: skip
        assert newer.send({}, **strange).status_code in (409, 422)
    assert (PackageRun.objects.get().location, LessonDone.objects.exists()) == ("9", False)


@pytest.mark.parametrize(("told", "finished", "status", "score", "is_done"), [
    ({"score_raw": "85"}, True, "passed", 85, True),
    ({"score_raw": "79.99"}, True, "failed", 79, False),
    ({"score_raw": "85", "lesson_status": "failed"}, True, "passed", 85, True),  # the mastery score of its manifest decides
    ({"score_raw": "8", "score_min": "0", "score_max": "10"}, True, "passed", 80, True),
    ({"lesson_status": "passed"}, False, "passed", None, True),
    ({"lesson_status": "completed"}, False, "completed", None, True),
    ({"lesson_status": "incomplete"}, True, "incomplete", None, False),
    ({"lesson_status": "browsed"}, True, "browsed", None, False),
    ({}, True, "completed", None, True),
])  # fmt: skip
def test_what_it_tells_finishes_the_lesson_and_its_score_counts_as_a_quizs(cast, ben, told, finished, status, score, is_done):
    course = package_story.published(cast)
    participation = learning_story.begun(course, cast.ben)
    assert Window(ben, course).tell(finished, **told).status_code == 200
    assert PackageRun.objects.get().status == status
    assert LessonDone.objects.filter(participation=participation).exists() is is_done
    assert [row.score for row in Attempt.objects.all()] == ([] if score is None else [score])
    assert people_on(course, cast.maria).get().best == score
    page = ben.get(f"/learning/courses/{course.public_id}/").content.decode()
    assert (f"your best: {score} %" in page) is (score is not None)


def test_the_course_is_passed_by_it_and_gives_points_once(cast, ben):
    PointsPolicy.objects.create(programme=cast.programme, is_on=True)
    course = package_story.published(cast)
    participation = learning_story.begun(course, cast.ben)
    wash, poster = participation.version.lessons.all()
    with pytest.raises(Refused, match="done once it is passed"):
        finish_lesson(participation, wash, by=cast.ben.user)
    page = ben.get(f"/learning/courses/{course.public_id}/1/").content.decode()
    assert "Read it, go on" not in page
    assert "Read it, go on" in ben.get(f"/learning/courses/{course.public_id}/2/").content.decode()
    finish_lesson(participation, poster, by=cast.ben.user)
    for _opening in range(2):
        answer = Window(ben, course).tell(True, score_raw="90")
    assert "You have passed this course." in answer.content.decode()
    assert Participation.objects.get().passed_at
    assert points_of(cast.ben).points == 25  # a lesson and, with a score, a quiz
    window = Window(ben, course)
    window.tell(lesson_status="incomplete")
    assert Participation.objects.get().passed_at
    assert ben.get(f"/learning/attempts/{Attempt.objects.first().public_id}/").status_code == 404


def test_that_the_course_is_passed_is_said_to_the_end_of_the_lesson(cast, ben):
    """Whatever it tells after that."""
    course = package_story.published(cast)
    participation = learning_story.begun(course, cast.ben)
    finish_lesson(participation, participation.version.lessons.last(), by=cast.ben.user)
    window = Window(ben, course)
    for told in ({"lesson_status": "passed"}, {"lesson_location": "the-end"}):
        assert "You have passed this course." in window.tell(**told).content.decode()


@pytest.mark.parametrize(("element", "value", "code"), [
    ("cmi.core.lesson_status", "finished", 405), ("cmi.core.lesson_status", "not attempted", 405),
    ("cmi.core.lesson_status", "PASSED", 405), ("cmi.core.lesson_location", "x" * 256, 405),
    ("cmi.core.lesson_location", "a\0b", 405), ("cmi.suspend_data", "x" * 4097, 405),
    ("cmi.core.score.raw", "100.5", 405), ("cmi.core.score.raw", "-1", 405), ("cmi.core.score.raw", "NaN", 405),
    ("cmi.core.score.max", "1e2", 405), ("cmi.core.score.raw", "٨", 405), ("cmi.core.session_time", "1:2:3", 405),
    ("cmi.core.session_time", "99999:00:00", 405), ("cmi.core.session_time", "", 405), ("cmi.core.exit", "forever", 405),
    ("cmi.core.student_name", "Maria", 403), ("cmi.core.total_time", "00:00:01", 403), ("cmi.launch_data", "x", 403),
    ("cmi.core._children", "x", 402), ("cmi.core.wings", "2", 201), ("cmi.interactions.1.id", "1", 201),
    ("cmi.objectives.0.status", "done", 405), ("cmi.objectives._count", "2", 402), ("cmi.comments_from_lms", "x", 403),
])  # fmt: skip
def test_what_the_standard_does_not_allow_is_refused_by_its_code_and_nothing_of_it_is_kept(cast, ben, element, value, code):
    course = package_story.published(cast)
    participation = learning_story.begun(course, cast.ben)
    said = {"cmi.core.lesson_status": "passed", element: value}
    with pytest.raises(Invalid) as refusal:
        keep_told(
            participation, participation.version.lessons.first(), session=Session(1, uuid.uuid4()), said=said, is_finished=True,
            by=cast.ben.user,
        )  # fmt: skip
    assert (refusal.value.code, refusal.value.field) == (f"scorm_{code}", element)
    window = Window(ben, course)
    answer = window.send(said)
    assert (answer.status_code, f"error {code}" in answer.content.decode()) == (422, True)
    assert not any(model.objects.exists() for model in (PackageRun, LessonDone, Attempt))


def test_only_who_takes_it_tells_and_only_of_lessons_that_report(cast, ben):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    window = Window(ben, course)
    sven = Client()
    sven.force_login(cast.sven.user)
    window.client = sven
    assert window.tell(lesson_status="passed").status_code == 404
    window.client = Client()
    assert window.tell(lesson_status="passed").status_code == 302
    window.client, window.address = ben, f"/learning/courses/{course.public_id}/2/"
    assert window.tell(lesson_status="passed").status_code == 409
    assert not PackageRun.objects.exists()


def test_what_it_keeps_of_a_person_is_in_their_copy_and_forgotten_with_them(cast, ben):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    Window(ben, course).tell(lesson_location="page-2", suspend_data="name=Ben", lesson_status="passed")
    person = Person((cast.ben,))
    assert [row["kept by the lesson"] for row in find_runs(person)] == ["name=Ben"]
    assert (erase_runs(person), erase_runs(person)) == (1, 0)
    run = PackageRun.objects.get()
    assert (run.location, run.suspend_data, run.status) == ("", "", "passed")


def test_percent_and_times_are_counted_within_bounds():
    assert Score(None).percent is None
    assert [Score(*map(Decimal, said)).percent for said in (("7", "5", "9"), ("3", "5", "9"), ("50", "9", "9"))] == [50, 0, 50]
    assert (time_of(0), time_of(3725), time_of(10**9)) == ("0000:00:00", "0001:02:05", "9999:59:59")
