"""A lesson at once, with its questions or its scenes: as somebody hands it in who writes courses elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid
from enablement.actions.courses import write_version
from enablement.actions.lessons import place_row, save_lesson, save_question, save_scene
from enablement.models import Course, Lesson, LessonKind


@transaction.atomic
def add_lesson(
    course: Course, *, by: User, questions: Iterable[dict[str, Any]] = (), scenes: Iterable[dict[str, Any]] = (), **fields
) -> Lesson:
    """At the end of the version that is being written, or at `place`; the version is begun where none is. All of it or nothing."""
    questions, scenes = list(questions), list(scenes)
    _check_parts(fields["kind"], questions, scenes)
    place = fields.pop("place", None)
    lesson = save_lesson(write_version(course, by=by), by=by, **fields)
    _add_questions(lesson, questions, by=by)
    _add_scenes(lesson, scenes, by=by)
    if place is not None:
        place_row(lesson, by=by, place=place)
    return lesson


@transaction.atomic
def change_lesson(
    lesson: Lesson, *, by: User, questions: Iterable[dict[str, Any]] | None = None, scenes: Iterable[dict[str, Any]] | None = None,
    place: int | None = None, **fields,
) -> Lesson:  # fmt: skip
    """What is named, and nothing else. Questions or scenes take the place of all that were there. All of it or nothing; none of it
    once the version is published."""
    _check_parts(lesson.kind, questions, scenes)
    lesson = save_lesson(lesson.version, by=by, lesson=lesson, **fields)
    if questions is not None:
        lesson.questions.all().delete()
        _add_questions(lesson, questions, by=by)
    if scenes is not None:
        lesson.scenes.all().delete()
        _add_scenes(lesson, list(scenes), by=by)
    if place is not None:
        place_row(lesson, by=by, place=place)
    return lesson


def _check_parts(kind: str, questions, scenes) -> None:
    if questions and kind != LessonKind.QUIZ:
        raise Invalid(_("Only a quiz has questions."), field="questions")
    if scenes and kind != LessonKind.SIMULATION:
        raise Invalid(_("Only a simulation has scenes."), field="scenes")


def _add_questions(lesson: Lesson, questions: Iterable[dict[str, Any]], *, by: User) -> None:
    for nth, question in enumerate(questions, start=1):
        _at(nth, "questions", save_question, lesson, by=by, **question)


def _add_scenes(lesson: Lesson, scenes: list[dict[str, Any]], *, by: User) -> None:
    """A choice says by its name which scene it leads to, also one that comes later: so all are made first."""
    named = {}
    for nth, said in enumerate(scenes, start=1):
        if said["name"] in named:
            raise Invalid(_("Two scenes are called “%(name)s”.") % {"name": said["name"]}, field="scenes")
        words = {name: said[name] for name in ("title", "text", "ending") if name in said}
        named[said["name"]] = _at(nth, "scenes", save_scene, lesson, by=by, **words)
    for nth, said in enumerate(scenes, start=1):
        if choices := said.get("choices"):
            scene = named[said["name"]]
            if scene.ending:
                raise Invalid(_("“%(scene)s” ends the simulation, so it has no choices.") % {"scene": scene}, field="scenes")
            _at(nth, "scenes", save_scene, lesson, by=by, scene=scene, choices=[_led(each, named) for each in choices])


def _led(choice: dict[str, str], named: dict[str, Any]) -> dict[str, str]:
    if choice["to"] not in named:
        raise Invalid(_("There is no scene “%(name)s” that a choice could lead to.") % {"name": choice["to"]}, field="scenes")
    return {**choice, "to": named[choice["to"]].key}


def _at(nth: int, field: str, save, *args, **values):
    """A refusal says which of them it is about."""
    try:
        return save(*args, **values)
    except Invalid as refusal:
        raise Invalid(_("Number %(nth)d: %(why)s") % {"nth": nth, "why": refusal}, code=refusal.code, field=field) from None
