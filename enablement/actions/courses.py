"""The life of a course: written, published, retired. What was published is frozen; changes go into the next version."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid, Refused
from enablement.actions.indexing_courses import tell_search
from enablement.actions.lesson_videos import drop_unused_videos
from enablement.actions.package_files import drop_unused
from enablement.course_checks import problems_of
from enablement.models import COURSE_MAY_BECOME, Course, CourseState, CourseVersion, Lesson, QuizQuestion, Scene

EDITABLE = (
    "programme", "title", "summary", "segment", "functions", "product", "stage", "certification", "valid_months", "renew_days",
)  # fmt: skip
_LESSON = (
    "key", "order", "kind", "title", "body", "video_url", "minutes", "drawn", "pass_mark", "attempts", "wait_minutes",
    "limit_minutes", "item", "library_video", "video", "transcript", "captions", "is_wordless",
)  # fmt: skip
_QUESTION = ("order", "kind", "text", "options", "number", "tolerance", "explanation")
_SCENE = ("key", "order", "title", "text", "ending", "choices")


@transaction.atomic
def create_course(*, by, key: UUID | None = None, **fields) -> Course:
    """With an empty first version, to be filled with lessons."""
    title = fields.get("title", "").strip()
    return made_once(
        Course.objects.filter(created_by=by), key, partial(_create, fields, by), is_same=lambda made: made.title == title
    )  # fmt: skip


def _create(fields: dict, by, **own) -> Course:
    course = Course(created_by=by, **own, **{name: fields[name] for name in fields if name in EDITABLE})
    _check(course)
    course.save()
    CourseVersion.objects.create(course=course, number=1)
    record_activity("course.created", _("Course “%(title)s” was begun") % {"title": course}, by=by, subject=course)
    return course


@transaction.atomic
def change_course(course: Course, *, by, **fields) -> Course:
    """What it is called and whom it is for, at any time; lessons are changed in the version that is written."""
    current = Course.objects.select_for_update().get(pk=course.pk)
    if "programme" in fields and fields["programme"] != current.programme and current.participations.exists():
        raise Refused(
            _("People take it already; its programme stays. Make a course of its own for the other one."), field="programme"
        )
    for name in EDITABLE:
        if name in fields:
            setattr(current, name, fields[name])
    _check(current)
    current.save()
    tell_search(current)
    course.refresh_from_db()
    return course


@transaction.atomic
def write_version(course: Course, *, by) -> CourseVersion:
    """The version that is being written: begun from the published one where none is."""
    Course.objects.select_for_update().get(pk=course.pk)
    written = course.versions.filter(published_at=None).first()
    if written:
        return written
    last = course.versions.first()
    made = CourseVersion.objects.create(course=course, number=last.number + 1 if last else 1)
    for lesson in last.lessons.prefetch_related("questions", "scenes") if last else ():
        _copy(lesson, made)
    return made


@transaction.atomic
def drop_version(course: Course, *, by) -> None:
    """What was written since is forgotten; the published version stays as it is."""
    Course.objects.select_for_update().get(pk=course.pk)
    if not course.versions.exclude(published_at=None).exists():
        raise Refused(_("Nothing is published yet, so there is nothing to go back to."))
    written = course.versions.filter(published_at=None)
    lessons = Lesson.objects.filter(version__in=written)
    items = list(lessons.exclude(item=None).values_list("item", flat=True))
    videos = list(lessons.exclude(video=None).values_list("video", flat=True))
    written.delete()
    drop_unused(items)
    drop_unused_videos(videos)


@transaction.atomic
def publish_course(course: Course, *, by) -> CourseVersion:
    """Freeze what is written. Whoever is on an earlier version ends with that one; who begins from now on takes this one."""
    current = Course.objects.select_for_update().get(pk=course.pk)
    written = current.versions.filter(published_at=None).first()
    if written is None:
        raise Refused(_("Nothing has changed since it was published."))
    if problems := problems_of(written):
        raise Invalid(" ".join(problems))
    written.published_at, written.published_by = timezone.now(), by
    written.save()
    if current.state != CourseState.PUBLISHED:
        _move(current, CourseState.PUBLISHED, by=by)
    else:
        words = {"title": current, "number": written.number}
        record_activity("course.published", _("Version %(number)d of “%(title)s” is published") % words, by=by, subject=current)
    course.refresh_from_db()
    tell_search(course)
    return written


@transaction.atomic
def retire_course(course: Course, *, by) -> None:
    """Nobody begins it any more. Who has begun may end it, and certificates hold as long as they say."""
    _move(Course.objects.select_for_update().get(pk=course.pk), CourseState.RETIRED, by=by)
    course.refresh_from_db()
    tell_search(course)


@transaction.atomic
def offer_again(course: Course, *, by) -> None:
    current = Course.objects.select_for_update().get(pk=course.pk)
    if not current.versions.exclude(published_at=None).exists():
        raise Refused(_("It was never published. Publish it first."))
    _move(current, CourseState.PUBLISHED, by=by)
    course.refresh_from_db()
    tell_search(course)


def _move(course: Course, to: CourseState, *, by) -> None:
    """The only way to another state: a conditional UPDATE. No row changed is a refusal."""
    allowed = [state for state, targets in COURSE_MAY_BECOME.items() if to in targets]
    if not Course.objects.filter(pk=course.pk, state=course.state, state__in=allowed).update(state=to):
        words = {"title": course, "state": course.get_state_display(), "to": CourseState(to).label}
        raise Refused(_("“%(title)s” is %(state)s, so it cannot become %(to)s.") % words, code="state_forbids")
    words = {"title": course, "to": CourseState(to).label}
    record_activity(f"course.{to}", _("Course “%(title)s” is now %(to)s") % words, by=by, subject=course)


def _check(course: Course) -> None:
    course.title, course.summary = course.title.strip(), course.summary.strip()
    if not course.title or len(course.title) > 120:
        raise Invalid(_("Give the course a title of up to 120 characters."), field="title")
    if course.product and course.product.programme_id != course.programme_id:
        raise Invalid(_("This product belongs to another programme."), field="product")
    if course.valid_months and course.renew_days > course.valid_months * 28:
        raise Invalid(_("People would be asked to renew it before it was issued. Choose fewer days."), field="renew_days")


def _copy(lesson: Lesson, version: CourseVersion) -> None:
    """With a key that is the same in all versions."""
    made = Lesson.objects.create(version=version, **{name: getattr(lesson, name) for name in _LESSON})
    QuizQuestion.objects.bulk_create(
        QuizQuestion(lesson=made, **{name: getattr(row, name) for name in _QUESTION}) for row in lesson.questions.all()
    )
    Scene.objects.bulk_create(Scene(lesson=made, **{name: getattr(row, name) for name in _SCENE}) for row in lesson.scenes.all())
