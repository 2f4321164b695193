"""Paths: courses put in an order."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from enablement.models import Course, LearningPath, PathCourse

EDITABLE = ("programme", "title", "summary", "functions", "product", "stage", "is_shown")
MOST_COURSES = 30


@transaction.atomic
def save_path(*, by, path: LearningPath | None = None, **fields) -> LearningPath:
    is_new = path is None
    path = path or LearningPath()
    if not is_new and "programme" in fields and fields["programme"].pk != path.programme_id and path.places.exists():
        raise Refused(_("Its courses belong to the programme it has. Take them out first."), field="programme")
    for name in EDITABLE:
        if name in fields:
            setattr(path, name, fields[name])
    path.title = path.title.strip()
    if not path.title:
        raise Invalid(_("Give the path a title."), field="title")
    path.save()
    if is_new:
        record_activity("path.created", _("Learning path “%(title)s” was begun") % {"title": path}, by=by, subject=path)
    return path


@transaction.atomic
def add_to_path(path: LearningPath, course: Course, *, by) -> None:
    LearningPath.objects.select_for_update().get(pk=path.pk)
    places = list(path.places.all())
    if course.programme_id != path.programme_id:
        raise Invalid(_("This course belongs to another programme."), field="course")
    if len(places) >= MOST_COURSES:
        raise Refused(_("Thirty courses are a long way. Make a second path."))
    if any(place.course_id == course.pk for place in places):
        raise Refused(_("“%(course)s” is on this path already.") % {"course": course})
    PathCourse.objects.create(path=path, course=course, order=max((place.order for place in places), default=0) + 1)


@transaction.atomic
def move_on_path(place: PathCourse, *, by, up: bool) -> None:
    """One place up or down."""
    LearningPath.objects.select_for_update().get(pk=place.path_id)
    places = list(place.path.places.all())
    at = places.index(place)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(places):
        return
    places.insert(to, places.pop(at))
    for order, each in enumerate(places, 1):
        each.order = order
    PathCourse.objects.bulk_update(places, ["order"])


@transaction.atomic
def take_from_path(place: PathCourse, *, by) -> None:
    place.delete()
