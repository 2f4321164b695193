"""Courses as a step of a journey assigns them, and as an objective counts them."""

from collections.abc import Collection, Iterable

from django.db.models import CharField, F
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from communications.journey_courses import Courses, register_courses
from communications.models import Objective
from communications.outcomes import OutcomeKind, register_outcome, told
from enablement.actions.participations import ask_partners
from enablement.models import Course, CourseState, Participation


def register() -> None:
    register_courses(Courses(choices=_choices, assign=_assign))
    register_outcome(OutcomeKind("courses", _("Courses passed"), _passed, _choices))


def _choices() -> Iterable[tuple[str, str]]:
    rows = Course.objects.filter(state=CourseState.PUBLISHED).order_by("title")
    return rows.annotate(key=Cast("public_id", CharField())).values_list("key", "title")


def _assign(key: str, partner_ids: Collection[int]) -> Collection[int]:
    found = as_uuid(key)
    course = Course.objects.filter(public_id=found).select_related("segment").first() if found else None
    return ask_partners(course, partner_ids) if course else set()


def _passed(objective: Objective):
    rows = Participation.objects.exclude(passed_at=None)
    if objective.parameter:
        rows = rows.filter(course__public_id=as_uuid(objective.parameter))
    return told(rows, at=F("passed_at"), what=F("course__title"), partner="contact__partner_id")
