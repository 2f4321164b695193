"""Published courses as the search finds them: what they are for, and their lessons; of a quiz only its title."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.rendering.paragraphs import paragraphs_of
from context.membership import Reader, register_meant_noun
from enablement.models import Course, CourseState, Lesson, LessonKind
from enablement.queries.courses import courses_of, newest_version
from search.actions.indexing import Paragraph, forget_document, index_document
from search.sources import Source, register_source

KIND = "course"


def register() -> None:
    register_meant_noun(Course)
    register_source(Source(KIND, _("Courses"), _visible_to, rebuild=_rebuild))


def tell_search(course: Course) -> None:
    """As it is now: a course that is not offered is not found."""
    version = newest_version(course) if course.state == CourseState.PUBLISHED else None
    if version is None:
        forget_document(KIND, course.public_id)
        return
    address = reverse("enablement:course", args=[course.public_id])
    paragraphs = [*paragraphs_of(course.summary), *(each for lesson in version.lessons.all() for each in _paragraphs(lesson))]
    index_document(KIND, course.public_id, title=course.title, address=address, paragraphs=paragraphs)


def _paragraphs(lesson: Lesson) -> Iterator[Paragraph]:
    yield Paragraph(lesson.title, lesson.title)
    if lesson.kind in (LessonKind.TEXT, LessonKind.VIDEO):
        yield from paragraphs_of(lesson.body, heading=lesson.title)
        yield from paragraphs_of(lesson.transcript, heading=lesson.title)


def _visible_to(reader: Reader) -> QuerySet:
    """A login may speak for several partners: what any of them may take."""
    rows = Course.objects.visible_to(reader.user) if reader.user.is_staff else courses_of(reader.people, reader.meant)
    return rows.order_by().values("public_id")


def _rebuild() -> int:
    count = 0
    for course in Course.objects.select_related("programme").iterator():
        tell_search(course)
        count += 1
    return count
