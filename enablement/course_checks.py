"""What is still missing before a version can be published, as sentences for its author."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from enablement.models import Course, CourseVersion, Lesson, LessonKind, QuizQuestion, Resource, Scene

MOST_SCENES = 60


def problems_of(version: CourseVersion) -> list[str]:
    lessons = list(
        version.lessons.select_related("library_video__resource", "version__course").prefetch_related("questions", "scenes")
    )
    if not lessons:
        return [_("Add a lesson first.")]
    return [problem for lesson in lessons for problem in _CHECKS[lesson.kind](lesson)]


def _of_text(lesson: Lesson) -> Iterator[str]:
    if not lesson.body.strip():
        yield _("“%(lesson)s” has no text yet.") % {"lesson": lesson}


def _of_video(lesson: Lesson) -> Iterator[str]:
    if not lesson.video_url and not lesson.film:
        yield _("“%(lesson)s” has no video yet.") % {"lesson": lesson}
    if not (lesson.transcript.strip() or lesson.captions or lesson.is_wordless):
        yield _("Give “%(lesson)s” a transcript or captions, or say that it has neither.") % {"lesson": lesson}
    if lesson.library_video:
        yield from _of_library(lesson, lesson.library_video.resource, lesson.version.course)


def _of_library(lesson: Lesson, resource: Resource, course: Course) -> Iterator[str]:
    """What the library shows to fewer people than the course has would be missing for the others."""
    words = {"lesson": lesson, "title": resource, "segment": resource.segment}
    if not resource.is_live:
        yield _("“%(title)s”, the video of “%(lesson)s”, is not out in the library. Publish it there first.") % words
    elif resource.segment_id not in (None, course.segment_id):
        yield _("“%(title)s”, the video of “%(lesson)s”, is only for the people of %(segment)s.") % words


def _of_quiz(lesson: Lesson) -> Iterator[str]:
    questions = list(lesson.questions.all())
    if not questions:
        yield _("“%(lesson)s” has no question yet.") % {"lesson": lesson}
    if lesson.drawn and lesson.drawn > len(questions):
        words = {"lesson": lesson, "drawn": lesson.drawn, "n": len(questions)}
        yield _("“%(lesson)s” draws %(drawn)d questions and has %(n)d.") % words
    for question in questions:
        if problem := problem_of_question(question):
            yield f"“{lesson}”, “{question}”: {problem}"


def problem_of_question(question: QuizQuestion) -> str:
    """Empty where it can be asked."""
    kinds = QuizQuestion.Kind
    right = sum(bool(option.get("is_right")) for option in question.options)
    if question.kind == kinds.NUMBER:
        return "" if question.number is not None else _("Write the right number.")
    if len(question.options) < 2:
        return _("Write at least two options.")
    if question.kind == kinds.ONE and right != 1:
        return _("Mark the one option that is right.")
    if question.kind == kinds.SEVERAL and not right:
        return _("Mark the options that are right.")
    return ""


def _of_simulation(lesson: Lesson) -> Iterator[str]:
    scenes = {scene.key: scene for scene in lesson.scenes.all()}
    if not scenes:
        yield _("“%(lesson)s” has no scene yet.") % {"lesson": lesson}
        return
    for scene in scenes.values():
        if not scene.ending and not scene.choices:
            yield _("In “%(scene)s” there is nothing to choose, and it is no ending.") % {"scene": scene}
        if any(choice["to"] not in scenes for choice in scene.choices):
            yield _("A choice of “%(scene)s” leads to a scene that is gone.") % {"scene": scene}
    first = next(iter(scenes.values()))
    reached = reached_from(first.key, scenes)
    if not any(scenes[key].ending == Scene.Ending.GOOD for key in reached):
        yield _("No way through “%(lesson)s” ends well.") % {"lesson": lesson}
    for key in scenes.keys() - reached:
        yield _("No way leads to “%(scene)s”.") % {"scene": scenes[key]}


def reached_from(key: str, scenes: dict[str, Scene]) -> set[str]:
    reached, ahead = set(), [key]
    while ahead:
        here = ahead.pop()
        if here not in reached and here in scenes:
            reached.add(here)
            ahead += [choice["to"] for choice in scenes[here].choices]
    return reached


def _of_package(lesson: Lesson) -> Iterator[str]:
    if lesson.item_id is None:
        yield _("“%(lesson)s” has no package. Take it out, and take the package in anew.") % {"lesson": lesson}


_CHECKS = {
    LessonKind.TEXT: _of_text, LessonKind.VIDEO: _of_video, LessonKind.QUIZ: _of_quiz, LessonKind.SIMULATION: _of_simulation,
    LessonKind.PACKAGE: _of_package,
}  # fmt: skip
