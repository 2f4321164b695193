"""Writing the lessons of a version: lessons, questions and scenes, added, changed, moved and taken out. None of it once it is
published."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activity.form_keys import made_once, says
from activity.refusals import Invalid, Refused
from enablement.actions.lesson_videos import drop_unused_videos, set_video
from enablement.actions.package_files import drop_unused
from enablement.course_checks import MOST_SCENES, problem_of_question
from enablement.models import CourseVersion, Lesson, QuizQuestion, Scene, new_key

MOST_LESSONS, MOST_QUESTIONS, MOST_OPTIONS, MOST_CHOICES = 60, 300, 8, 5
NEW_SCENE = "new"  # where a choice leads to one that is written next
_OF_LESSON = (
    "title", "body", "minutes", "drawn", "pass_mark", "attempts", "wait_minutes", "limit_minutes", "item", "transcript",
    "is_wordless",
)  # fmt: skip
Row = Lesson | QuizQuestion | Scene


@transaction.atomic
def save_lesson(version: CourseVersion, *, by, lesson: Lesson | None = None, key: UUID | None = None, **fields) -> Lesson:
    """Add a lesson at the end or, with `lesson`, change it. What kind it is stays. `upload` is a file that becomes its video."""
    version = _written(version)
    if lesson:
        return _set_lesson(lesson, fields, by=by)
    is_same = says({"kind": fields["kind"], "title": fields["title"].strip()})
    return made_once(version.lessons, key, partial(_add_lesson, version, fields, by), is_same=is_same)


def _add_lesson(version: CourseVersion, fields: dict, by, **own) -> Lesson:
    if version.lessons.count() >= MOST_LESSONS:
        raise Refused(_("Sixty lessons are more than anybody takes in one course. Make a second one."))
    return _set_lesson(Lesson(version=version, order=_next(version.lessons), kind=fields["kind"], **own), fields, by=by)


def _set_lesson(lesson: Lesson, fields: dict, *, by) -> Lesson:
    for name in _OF_LESSON:
        if name in fields:
            setattr(lesson, name, fields[name])
    lesson.title = lesson.title.strip()
    if not lesson.title:
        raise Invalid(_("Give the lesson a title."), field="title")
    set_video(lesson, fields, by=by)
    lesson.save()
    return lesson


@transaction.atomic
def save_question(
    lesson: Lesson, *, by, question: QuizQuestion | None = None, options: list[dict[str, Any]] = (), key: UUID | None = None,
    **fields,
) -> QuizQuestion:  # fmt: skip
    """`options` are {"text", "is_right"}, in the right order where they are to be put in order; those with a `key` keep it."""
    _written(lesson.version)
    if question:
        return _set_question(question, options, fields)
    is_same = says({"kind": fields.get("kind", QuizQuestion.Kind.ONE), "text": fields["text"].strip()})
    return made_once(lesson.questions, key, partial(_add_question, lesson, options, fields), is_same=is_same)


def _add_question(lesson: Lesson, options: list[dict[str, Any]], fields: dict, **own) -> QuizQuestion:
    if lesson.questions.count() >= MOST_QUESTIONS:
        raise Refused(_("Three hundred questions are enough for one quiz."))
    return _set_question(QuizQuestion(lesson=lesson, order=_next(lesson.questions), **own), options, fields)


def _set_question(question: QuizQuestion, options: list[dict[str, Any]], fields: dict) -> QuizQuestion:
    for name in ("kind", "text", "number", "tolerance", "explanation"):
        if name in fields:
            setattr(question, name, fields[name])
    question.text = question.text.strip()
    if not question.text:
        raise Invalid(_("Write the question."), field="text")
    is_number = question.kind == QuizQuestion.Kind.NUMBER
    question.options = [] if is_number else _options(options)
    question.number, question.tolerance = (question.number, question.tolerance or 0) if is_number else (None, 0)
    if problem := problem_of_question(question):
        raise Invalid(problem, field="number" if is_number else "options")
    question.save()
    return question


def _options(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [
        {"key": option.get("key") or new_key(), "text": option["text"].strip()[:300], "is_right": bool(option.get("is_right"))}
        for option in options
        if option["text"].strip()
    ]
    if len({option["text"].casefold() for option in kept}) < len(kept):
        raise Invalid(_("Two options say the same."), field="options")
    return kept[:MOST_OPTIONS]


@transaction.atomic
def save_scene(
    lesson: Lesson, *, by, scene: Scene | None = None, choices: list[dict[str, str]] = (), key: UUID | None = None, **fields
) -> Scene:
    """`choices` are {"text", "consequence", "to"}, where `to` is the key of another scene of this simulation, or `NEW_SCENE`."""
    _written(lesson.version)
    if scene:
        return _set_scene(lesson, scene, choices, fields)
    is_same = says({"title": fields["title"].strip(), "text": fields["text"].strip()})
    return made_once(lesson.scenes, key, partial(_add_scene, lesson, choices, fields), is_same=is_same)


def _add_scene(lesson: Lesson, choices: list[dict[str, str]], fields: dict, **own) -> Scene:
    if lesson.scenes.count() >= MOST_SCENES:
        raise Refused(_("Sixty scenes are enough for one simulation."))
    return _set_scene(lesson, Scene(lesson=lesson, order=_next(lesson.scenes), **own), choices, fields)


def _set_scene(lesson: Lesson, scene: Scene, choices: list[dict[str, str]], fields: dict) -> Scene:
    for name in ("title", "text", "ending"):
        if name in fields:
            setattr(scene, name, fields[name])
    scene.title, scene.text = scene.title.strip(), scene.text.strip()
    if not scene.title or not scene.text:
        raise Invalid(_("Give the scene a title, and say what the situation is."), field="title" if not scene.title else "text")
    if scene.pk is None:
        scene.save()  # before those that its choices begin
    scene.choices = [] if scene.ending else _choices(lesson, choices)
    scene.save()
    return scene


def _choices(lesson: Lesson, choices: list[dict[str, str]]) -> list[dict[str, str]]:
    known = set(lesson.scenes.values_list("key", flat=True))
    kept = []
    for choice in choices:
        if not choice["text"].strip():
            continue
        if choice["to"] not in known | {NEW_SCENE}:
            raise Invalid(_("Say for each choice which scene it leads to; it may be a new one."), field="choices")
        said = {
            "text": choice["text"].strip()[:300],
            "consequence": choice.get("consequence", "").strip()[:1000],
            "to": _begun_scene(lesson, choice["text"].strip()).key if choice["to"] == NEW_SCENE else choice["to"],
        }
        kept.append({"key": choice.get("key") or new_key(), **said})
    return kept[:MOST_CHOICES]


def _begun_scene(lesson: Lesson, title: str) -> Scene:
    """To be written next: until then the version is not published, for nothing can be chosen in it and it is no ending."""
    return _add_scene(lesson, (), {"title": title[:120], "text": _("What is the situation now?")})


@transaction.atomic
def move_row(row: Row, *, by, up: bool) -> None:
    """A lesson, a question or a scene, one place up or down; where there is none, it stays."""
    rows = list(_siblings(row).select_for_update())
    to = rows.index(row) + (-1 if up else 1)
    if 0 <= to < len(rows):
        _put(row, rows, to)


@transaction.atomic
def place_row(row: Row, *, by, place: int) -> None:
    """To a place, counted from 1; the others move on."""
    rows = list(_siblings(row).select_for_update())
    if not 1 <= place <= len(rows):
        raise Invalid(_("There are %(n)d of them, so a place is a number from 1 to %(n)d.") % {"n": len(rows)}, field="place")
    _put(row, rows, place - 1)


def _put(row: Row, rows: list[Row], to: int) -> None:
    rows.insert(to, rows.pop(rows.index(row)))
    for order, each in enumerate(rows, 1):
        each.order = order
    type(row).objects.bulk_update(rows, ["order"])
    row.refresh_from_db()


@transaction.atomic
def remove_row(row: Row, *, by) -> None:
    """A scene that a choice leads to stays until the choice leads elsewhere."""
    siblings = _siblings(row)
    if isinstance(row, Scene):
        leads = next((each for each in siblings if any(choice["to"] == row.key for choice in each.choices)), None)
        if leads and leads != row:
            raise Refused(_("A choice of “%(scene)s” leads here. Change that scene first.") % {"scene": leads})
    row.delete()
    if isinstance(row, Lesson) and row.item_id:
        drop_unused([row.item_id])
    if isinstance(row, Lesson) and row.video_id:
        drop_unused_videos([row.video_id])


def _siblings(row: Row):
    if isinstance(row, Lesson):
        return _written(row.version).lessons.all()
    _written(row.lesson.version)
    return row.lesson.questions.all() if isinstance(row, QuizQuestion) else row.lesson.scenes.all()


def _written(version: CourseVersion) -> CourseVersion:
    """Locked, so that it is not published meanwhile."""
    current = CourseVersion.objects.select_for_update().get(pk=version.pk)
    if current.is_published:
        raise Refused(_("This version is published and stays as it is. Begin the next one to change something."), code="published")
    return current


def _next(rows) -> int:
    return max(rows.values_list("order", flat=True), default=0) + 1
