"""Paths as one person walks them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from enablement.models import LearningPath
from enablement.queries.courses import Taken, serves, stage_there
from partners.models import Contact


@dataclass(frozen=True)
class Walked:
    """`courses` are those of the path that this person may take, in its order."""

    path: LearningPath
    courses: list[Taken]
    serves: bool

    @property
    def passed(self) -> int:
        return sum(taken.is_passed for taken in self.courses)

    @property
    def percent(self) -> int:
        return 100 * self.passed // len(self.courses) if self.courses else 0

    @property
    def next(self) -> Taken | None:
        return next((taken for taken in self.courses if not taken.is_passed), None)


def paths_for(contact: Contact, taken: Iterable[Taken]) -> list[Walked]:
    """Those of the contact's programmes with a course in them that is theirs; who it serves finds it first. One query."""
    by_course = {each.course.pk: each for each in taken}
    walked: dict[int, Walked] = {}
    for path in _with_courses(contact):
        if path.course_there in by_course:
            walked.setdefault(path.pk, Walked(path, [], serves(path, contact))).courses.append(by_course[path.course_there])
    return sorted(walked.values(), key=lambda each: (not each.serves, each.path.title))


def _with_courses(contact: Contact) -> QuerySet[LearningPath]:
    """Each path once for every course in it, in its order."""
    places = contact.partner.enrolments.current().values("programme")
    rows = LearningPath.objects.filter(is_shown=True, programme__in=places).select_related("product")
    rows = rows.annotate(course_there=F("places__course"), stage_here=stage_there(contact))
    return rows.order_by("title", "pk", "places__order", "places__pk")
