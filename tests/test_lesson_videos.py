"""Videos of lessons: of the library with its rights, uploaded, or elsewhere; with their words; and what counts as seen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activity.refusals import Invalid, Refused
from enablement.actions.courses import drop_version, publish_course, write_version
from enablement.actions.lessons import remove_row, save_lesson
from enablement.actions.resources import add_version, retire_resource
from enablement.models import Lesson, LessonVideo, VideoWatched
from enablement.watched_spans import merged, read_spans
from partners.personal_data import Person, erasers
from search.queries.finding import find
from tests import learning_story, library_story
from tests.api import integrator
from tests.learning_story import FILM
from tests.library_story import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:04.000\nPumps last long."


def film_lesson(cast, course=None, **fields) -> Lesson:
    course = course or learning_story.written(cast)
    said = {"kind": "video", "title": "The pump at work", "transcript": "A pump starts to **hum**.", **fields}
    return save_lesson(course.versions.get(published_at=None), by=cast.maria, **said)


def of_library(cast, **fields):
    return library_story.published(cast, "The pump, filmed", content=FILM, name="pump.mp4", **fields)


def opened(client, cast, lesson: Lesson) -> str:
    """Where Nora takes the lesson, which is the last of its course."""
    course = lesson.version.course
    publish_course(course, by=cast.maria)
    learning_story.begun(course, cast.nora)
    client.force_login(cast.nora.user)
    return f"/learning/courses/{course.public_id}/{lesson.version.lessons.count()}/"


def test_an_uploaded_video_is_played_in_parts_by_those_who_take_the_course(cast, client):
    at = opened(client, cast, film_lesson(cast, upload=upload(FILM, "pump.mp4"), captions=CAPTIONS))
    page = client.get(at).content.decode()
    assert f'src="{at}video/"' in page
    assert f'<track kind="captions" src="{at}captions.vtt"' in page
    assert "A pump starts to <strong>hum</strong>." in page
    part = client.get(f"{at}video/", headers={"range": "bytes=4-11"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 4-11/{len(FILM)}")
    assert b"".join(part.streaming_content) == FILM[4:12]
    whole = client.get(f"{at}video/")
    assert (whole["Content-Type"], b"".join(whole.streaming_content)) == ("video/mp4", FILM)
    assert client.get(f"{at}captions.vtt").content.decode() == CAPTIONS
    client.force_login(cast.ben.user)  # has not begun
    assert client.get(f"{at}video/").status_code == 404
    assert client.get(f"{at}captions.vtt").status_code == 404


def test_a_video_of_the_library_plays_the_version_that_was_published_and_only_to_those_whom_it_is_for(cast, client):
    resource = of_library(cast)
    lesson = film_lesson(cast, library_video=resource.current)
    at = opened(client, cast, lesson)
    add_version(resource, by=cast.maria, changes="Sharper.", file=upload(FILM + b"2", "pump.mp4"))
    assert b"".join(client.get(f"{at}video/").streaming_content) == FILM
    client.force_login(cast.maria)
    said = client.get(reverse("admin:enablement_course_lesson", args=[lesson.public_id])).content.decode()
    assert "Plays version 1 of “The pump, filmed” in the library." in said
    assert "The library has a newer one." in said
    retire_resource(resource, by=cast.maria)
    client.force_login(cast.nora.user)
    assert client.get(f"{at}video/").status_code == 404
    assert "no longer in the library for you" in client.get(at).content.decode()
    assert client.post(f"{at}done/").status_code == 302  # and holds nobody up


def test_what_is_missing_is_named_before_it_is_published(cast):
    lesson = film_lesson(cast, transcript="")
    course = lesson.version.course
    with pytest.raises(
        Invalid, match="“The pump at work” has no video yet. Give “The pump at work” a transcript or captions, or say"
    ):
        publish_course(course, by=cast.maria)
    draft = library_story.filed(cast, "Not out", content=FILM, name="pump.mp4")
    save_lesson(lesson.version, by=cast.maria, lesson=lesson, library_video=draft.current, is_wordless=True)
    with pytest.raises(Invalid, match="“Not out”, the video of “The pump at work”, is not out in the library"):
        publish_course(course, by=cast.maria)
    narrow = of_library(cast, segment=library_story.alpenglows(cast))
    save_lesson(lesson.version, by=cast.maria, lesson=lesson, library_video=narrow.current)
    with pytest.raises(Invalid, match="is only for the people of Alpenglow's people"):
        publish_course(course, by=cast.maria)
    save_lesson(lesson.version, by=cast.maria, lesson=lesson, video_url="https://films.example/pump")
    publish_course(course, by=cast.maria)


def test_a_video_without_words_says_so(cast, client):
    at = opened(client, cast, film_lesson(cast, transcript="", is_wordless=True, upload=upload(FILM, "pump.mp4")))
    assert "This video has neither captions nor a transcript." in client.get(at).content.decode()


@pytest.mark.parametrize(("said", "sentence"), [
    ({"upload": lambda: upload(library_story.pdf(), "guide.pdf")}, "“guide.pdf” is no video. A lesson plays MP4 and WebM."),
    ({"upload": lambda: upload(b"PK\x03\x04" * 9, "pump.mp4")}, "is not what its name says"),
    ({"upload": lambda: upload(FILM, "pump.mp4"), "video_url": "https://films.example/pump"}, "A lesson plays one video"),
    ({"video_url": "javascript:x"}, "begins with https://"), ({"captions": "Hello"}, "Captions begin with the line WEBVTT"),
    ({"kind": "text", "upload": lambda: upload(FILM, "pump.mp4")}, "Only a video lesson plays a video."),
])  # fmt: skip
def test_what_is_no_video_is_refused_and_nothing_is_kept(cast, said, sentence):
    said = {name: value() if callable(value) else value for name, value in said.items()}
    with pytest.raises(Invalid, match=sentence):
        film_lesson(cast, **said)
    assert not LessonVideo.objects.exists()
    assert not Lesson.objects.filter(title="The pump at work").exists()


def test_a_file_goes_with_the_last_lesson_that_plays_it(cast, django_capture_on_commit_callbacks):
    lesson = film_lesson(cast, upload=upload(FILM, "pump.mp4"))
    course, kept = lesson.version.course, lesson.video
    publish_course(course, by=cast.maria)
    with django_capture_on_commit_callbacks(execute=True):
        copy = write_version(course, by=cast.maria).lessons.get(key=lesson.key)
        assert copy.video == kept
        assert copy.transcript == lesson.transcript
        remove_row(copy, by=cast.maria)
        drop_version(course, by=cast.maria)
    assert kept.file.storage.exists(kept.file.name)
    again = write_version(course, by=cast.maria).lessons.get(key=lesson.key)
    save_lesson(again.version, by=cast.maria, lesson=again, upload=upload(FILM + b"3", "better.mp4"))
    better = again.video
    with django_capture_on_commit_callbacks(execute=True):
        save_lesson(again.version, by=cast.maria, lesson=again, video_url="https://films.example/pump")
    assert not better.file.storage.exists(better.file.name)
    assert list(LessonVideo.objects.all()) == [kept]


def test_an_author_uploads_it_on_the_page_of_the_lesson_and_looks_at_it(cast, client):
    course = learning_story.written(cast)
    video = of_library(cast)
    client.force_login(cast.maria)
    at = reverse("admin:enablement_course_new_lesson", args=[course.public_id, "video"])
    assert "The pump, filmed, version 1" in client.get(at).content.decode()
    sent = {"title": "The pump at work", "transcript": "Humming."}
    both = client.post(at, {**sent, "upload": upload(FILM, "p.mp4"), "library_video": video.current.pk})
    assert (both.status_code, "A lesson plays one video" in both.content.decode()) == (422, True)
    assert client.post(at, {**sent, "upload": upload(FILM, "p.mp4"), "captions": CAPTIONS}).status_code == 302
    lesson = Lesson.objects.get(title="The pump at work")
    assert "Plays “p.mp4”" in client.get(reverse("admin:enablement_course_lesson", args=[lesson.public_id])).content.decode()
    played = reverse("admin:enablement_course_video", args=[lesson.public_id])
    preview = client.get(reverse("admin:enablement_course_preview", args=[course.public_id, 4])).content.decode()
    assert f'src="{played}"' in preview
    assert "data-watched" not in preview
    assert b"".join(client.get(played).streaming_content) == FILM
    assert client.get(reverse("admin:enablement_course_captions", args=[lesson.public_id])).content.decode() == CAPTIONS


def test_it_is_written_by_api_too(cast):
    api = integrator(cast.maria)
    video = of_library(cast)
    at = f"courses/{api.post('courses/', {'title': 'Selling Aurora'}).json()['id']}/"
    said = {"kind": "video", "title": "The pump", "library_video": str(video.public_id), "captions": CAPTIONS}
    made = api.post(f"{at}lessons/", said).json()
    assert (made["library_video"], made["library_version"], made["uploaded"]) == (str(video.public_id), 1, None)
    own = f"{at}lessons/{made['id']}/"
    sent = api.post_form(f"{own}video/", {"file": SimpleUploadedFile("own.mp4", FILM)}, idempotency_key="v1")
    assert (sent.status_code, sent.json()["uploaded"], sent.json()["library_video"]) == (200, "own.mp4", None)
    guide = library_story.published(cast)
    refused = api.patch(own, {"library_video": str(guide.public_id)})
    assert (refused.status_code, "is no video" in str(refused.json())) == (422, True)
    assert api.post(f"{at}publish/").status_code == 200


# --- What counts as seen ---------------------------------------------------------------------------------------------------


def test_what_was_played_is_added_up_and_finishes_nothing(cast, client):
    at = opened(client, cast, film_lesson(cast, upload=upload(FILM, "pump.mp4")))
    said = client.get(at).content.decode()
    assert "It counts as seen when you say so. How much of it was played is noted for your partner manager." in said
    for spans in ("[[0, 30]]", "[[20, 45.5]]", "[[90, 100]]"):
        assert client.post(f"{at}watched/", {"spans": spans, "length": "100"}).status_code == 204
    row = VideoWatched.objects.get()
    assert (row.spans, row.percent) == ([[0, 45.5], [90, 100]], 56)
    assert not row.participation.done.exists()
    client.post(f"{at}done/")
    assert row.participation.done.count() == 1


@pytest.mark.parametrize(("spans", "length"), [
    ("", "100"), ("[[0, 1]]", ""), ("[[0, 1]]", "nan"), ("[[0, 1]]", "-1"), ("[[5, 1]]", "100"), ("[[0, 500]]", "100"),
    ("[[0, NaN]]", "100"), ("[1]", "100"), ('{"a": 1}', "100"), ("[[0,1]]" * 9000, "100"), ("[" * 90000, "100"),
    (str([[2 * n, 2 * n + 1] for n in range(201)]), "9000"), ("[[0, 1]]", "1e300"), (f"[[0, 1{'0' * 400}]]", "100"),
])  # fmt: skip
def test_what_no_player_tells_is_refused(spans, length):
    with pytest.raises(Invalid, match="cannot be read"):
        read_spans(spans, length)


def test_each_second_counts_once():
    assert merged([(5, 6), (0, 2), (1, 3), (3.5, 4)]) == [[0, 6]]
    assert merged([(0, 1), (10, 11)]) == [[0, 1], [10, 11]]
    many = merged([*((3 * n, 3 * n + 0.5) for n in range(300)), (5000, 5900)])
    assert (len(many), many[-1]) == (200, [5000, 5900])


def test_nothing_is_noted_of_a_lesson_without_a_film(cast, client):
    at = opened(client, cast, film_lesson(cast, video_url="https://films.example/pump"))
    answer = client.post(f"{at}watched/", {"spans": "[[0, 1]]", "length": "9"})
    assert (answer.status_code, answer.content.decode()) == (Refused.status, "Nothing is played in this lesson.")


def test_a_transcript_is_found_and_what_was_played_is_forgotten_with_its_person(cast, client):
    at = opened(client, cast, film_lesson(cast, upload=upload(FILM, "pump.mp4"), transcript="The impeller is made of bronze."))
    assert {each.document.title for each in find(cast.nora.user, "impeller bronze").passages} == {"Selling Aurora"}
    client.post(f"{at}watched/", {"spans": "[[0, 9]]", "length": "10"})
    eraser = next(each for each in erasers() if each.label == "videos watched")
    person = Person((cast.nora,))
    assert [row["percent"] for row in eraser.find(person)] == [95]
    assert eraser.erase(person) == 1
    assert not VideoWatched.objects.exists()
