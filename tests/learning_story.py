"""A course as it is lived: Maria writes “Selling Aurora” for everybody, and Ben, who passes it, is a certified seller."""

from datetime import timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.utils import timezone

from enablement.actions.attempts import begin_attempt, choose, hand_in, questions_of, scenes_of
from enablement.actions.courses import create_course, publish_course
from enablement.actions.lessons import save_lesson, save_question, save_scene
from enablement.actions.participations import begin_course, finish_lesson
from enablement.actions.paths import add_to_path, save_path
from enablement.models import Attempt, Certificate, Course, LearningPath, Lesson, Participation, PointsPolicy, QuizQuestion
from partners.models import Certification

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(32, 256)) * 20
CANARY = "only-the-server-knows-this"  # the option that is right says nothing of it; its explanation does


def written(cast, title: str = "Selling Aurora", *, certified: bool = True, **fields) -> Course:
    """A text, a quiz with a question of each kind, and a simulation that ends well or badly."""
    seller = Certification.objects.get_or_create(key="aurora-seller", defaults={"name": "Aurora Seller"})[0] if certified else None
    course = create_course(
        by=cast.maria, title=title, programme=cast.programme, certification=seller, valid_months=12 if certified else None,
        summary="You find the customers whom Aurora helps.", functions=["technical"], **fields,
    )  # fmt: skip
    version = course.versions.get()
    save_lesson(version, by=cast.maria, kind="text", title="Who buys it", body="Those with **many branches**.", minutes=5)
    quiz = save_lesson(version, by=cast.maria, kind="quiz", title="What you know", pass_mark=75, minutes=5)
    ask(quiz, cast, "one", "Who buys Aurora?", ["Chains*", "Sole traders"], explanation=CANARY)
    ask(quiz, cast, "several", "What does it need?", ["Docker*", "Postgres*", "A mainframe"])
    save_question(quiz, by=cast.maria, kind="number", text="How many branches at least?", number=12, tolerance=0)
    ask(quiz, cast, "order", "In which order?", ["Ask", "Show", "Offer"])
    talk = save_lesson(version, by=cast.maria, kind="simulation", title="The first call", body="A customer rings.")
    first = save_scene(talk, by=cast.maria, title="The phone rings", text="They ask for a discount.", ending="bad")
    good = save_scene(talk, by=cast.maria, title="A second meeting", text="They want to see it.", ending="good")
    bad = save_scene(talk, by=cast.maria, title="They hang up", text="Silence.", ending="bad")
    ways = [
        {"text": "Ask what they need", "consequence": "They tell you of 14 branches.", "to": good.key},
        {"text": "Give ten percent", "consequence": "They wonder about the price.", "to": bad.key},
    ]
    save_scene(talk, by=cast.maria, scene=first, ending="", choices=ways)
    return course


def ask(quiz: Lesson, cast, kind: str, text: str, options: list[str], **fields) -> QuizQuestion:
    """A star marks what is right."""
    rows = [{"text": option.rstrip("*"), "is_right": option.endswith("*")} for option in options]
    return save_question(quiz, by=cast.maria, kind=kind, text=text, options=rows, **fields)


def published(cast, title: str = "Selling Aurora", **fields) -> Course:
    course = written(cast, title, **fields)
    publish_course(course, by=cast.maria)
    return course


def lesson_of(course: Course, kind: str) -> Lesson:
    return course.versions.exclude(published_at=None).first().lessons.get(kind=kind)


def begun(course: Course, contact) -> Participation:
    return begin_course(course, contact, by=contact.user)


def trying(course: Course, contact, kind: str = "quiz") -> Attempt:
    participation = begun(course, contact)
    return begin_attempt(participation, participation.version.lessons.get(kind=kind), by=contact.user)


def right_answers(attempt: Attempt) -> dict[str, list[str]]:
    said = {}
    for key, question in questions_of(attempt).items():
        if question.kind == "number":
            said[key] = [str(question.number)]
        else:
            said[key] = [option["key"] for option in question.options if option["is_right"] or question.kind == "order"]
    return said


def passed(course: Course, contact) -> Participation:
    participation = begun(course, contact)
    for lesson in participation.version.lessons.all():
        if not lesson.is_tried:
            finish_lesson(participation, lesson, by=contact.user)
            continue
        attempt = begin_attempt(participation, lesson, by=contact.user)
        if lesson.kind == "quiz":
            hand_in(attempt, right_answers(attempt), by=contact.user)
        else:
            scene = next(iter(scenes_of(lesson).values()))
            choose(attempt, scene.key, scene.choices[0]["key"], by=contact.user)
    participation.refresh_from_db()
    return participation


def filmed(cast, title: str = "The pump at work", **fields) -> Participation:
    """A course of one video that was uploaded for it, which Nora has begun."""
    course = create_course(by=cast.maria, title=title, programme=cast.programme, **fields)
    save_lesson(
        course.versions.get(), by=cast.maria, kind="video", title=title, transcript="A pump starts to hum.",
        captions="WEBVTT\n\n00:01.000 --> 00:04.000\nIt hums.", upload=ContentFile(FILM, name="pump.mp4"),
    )  # fmt: skip
    publish_course(course, by=cast.maria)
    return begun(course, cast.nora)


class OneOfEach(NamedTuple):
    course: Course
    attempt: Attempt
    certificate: Certificate
    path: LearningPath


def one_of_each(cast, **fields) -> OneOfEach:
    """Ben holds the certificate, Nora is at the quiz."""
    course = published(cast, **fields)
    certificate = passed(course, cast.ben).certificate
    draft = written(cast, "Delivering Aurora", certified=False)
    path = save_path(by=cast.maria, title="Aurora for sellers", programme=cast.programme, is_shown=True, functions=["sales"])
    for each in (course, draft):
        add_to_path(path, each, by=cast.maria)
    PointsPolicy.objects.get_or_create(programme=cast.programme, defaults={"is_on": True, "board": "named"})
    return OneOfEach(course, trying(course, cast.nora), certificate, path)


def ago(row, field: str, **how) -> None:
    type(row).objects.filter(pk=row.pk).update(**{field: timezone.now() - timedelta(**how)})
    row.refresh_from_db()


def answered(cast) -> Course:
    """Ben first says the wrong thing, then the right one; Nora leaves all open; Sven is at it."""
    course = published(cast)
    wrong = trying(course, cast.ben)
    said = {}
    for key, question in questions_of(wrong).items():
        keys = [option["key"] for option in question.options]
        said[key] = {"one": keys[1:], "several": keys[1:], "number": ["7,5"], "order": keys[::-1]}[question.kind]
    hand_in(wrong, said, by=cast.ben.user)
    again = begin_attempt(wrong.participation, wrong.lesson, by=cast.ben.user)
    hand_in(again, right_answers(again), by=cast.ben.user)
    hand_in(trying(course, cast.nora), by=cast.nora.user)
    trying(course, cast.sven)
    return course
