"""Learning as a partner's person sees it: what is asked, what is begun, one course, one lesson."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from enablement.actions.attempts import begin_attempt, may_try_from
from enablement.actions.participations import begin_course, finish_lesson
from enablement.models import Course, Lesson, Participation
from enablement.queries.courses import (
    Progress,
    Step,
    certificate_among,
    course_for,
    participation_in,
    participations_in,
    progress_of,
    taken_by,
)
from enablement.queries.lesson_videos import shown_to
from enablement.queries.package_runs import frame_for_learner
from enablement.queries.paths import paths_for
from enablement.queries.points import policy_for
from partners.readers import for_contacts


@require_safe
@for_contacts
def learning(request):
    taken = taken_by(request.contact)
    has_points = policy_for(request.contact) is not None
    groups = {
        "asked": [each for each in taken if each.standing == "asked"],
        "begun": [each for each in taken if each.standing == "begun"],
        "offered": [each for each in taken if each.standing == "new"],
        "passed": [each for each in taken if each.standing == "passed"],
    }
    return render(
        request, "enablement/learning.html", {**groups, "paths": paths_for(request.contact, taken), "has_points": has_points}
    )


@require_safe
@for_contacts
def course(request, public_id: UUID):
    return _course_page(request, _course_or_404(request, public_id))


@require_POST
@for_contacts
def begin(request, public_id: UUID):
    found = _course_or_404(request, public_id)
    try:
        begin_course(found, request.contact, by=request.user)
    except Refused as refusal:
        return _course_page(request, found, problem=str(refusal), status=refusal.status)
    progress = progress_of(found, participation_in(found, request.contact))
    if progress and progress.next:
        return redirect("enablement:lesson", public_id, progress.next.number)
    return redirect("enablement:course", public_id)


@require_safe
@for_contacts
def lesson(request, public_id: UUID, number: int):
    found, progress, step = step_or_404(request, public_id, number)
    return _lesson_page(request, found, progress, step)


@require_POST
@for_contacts
def done(request, public_id: UUID, number: int):
    """Read, or seen: on to the next one."""
    found, progress, step = step_or_404(request, public_id, number)
    try:
        is_passed = finish_lesson(progress.participation, step.lesson, by=request.user)
    except Refused as refusal:
        return _lesson_page(request, found, progress, step, problem=str(refusal), status=refusal.status)
    if is_passed:
        messages.success(request, _("You have passed this course."))
    ahead = [each for each in progress.steps if not each.is_done and each.lesson.pk != step.lesson.pk]
    following = next((each for each in ahead if each.number > number), next(iter(ahead), None))
    if is_passed or following is None:
        return redirect("enablement:course", public_id)
    return redirect("enablement:lesson", public_id, following.number)


@require_POST
@for_contacts
def attempt(request, public_id: UUID, number: int):
    found, progress, step = step_or_404(request, public_id, number)
    try:
        begun = begin_attempt(progress.participation, step.lesson, by=request.user)
    except Refused as refusal:
        return _lesson_page(request, found, progress, step, problem=str(refusal), status=refusal.status)
    return redirect("enablement:attempt", begun.public_id)


def _course_or_404(request, public_id: UUID) -> Course:
    """What is not for this person answers like what does not exist."""
    rows = course_for(request.contact, public_id).select_related("programme", "product", "certification", "segment")
    return get_object_or_404(rows)


def step_or_404(request, public_id: UUID, number: int) -> tuple[Course, Progress, Step]:
    found = _course_or_404(request, public_id)
    progress = progress_of(found, participation_in(found, request.contact))
    if progress is None or progress.participation is None or progress.participation.began_at is None:
        raise Http404
    if not 1 <= number <= len(progress.steps):
        raise Http404
    return found, progress, progress.steps[number - 1]


def _course_page(request, found: Course, *, problem: str = "", status: int = 200):
    rows = participations_in(found, request.contact)
    participation: Participation | None = next(iter(rows), None)
    progress = progress_of(found, participation)
    if progress is None:
        raise Http404
    is_begun = participation is not None and participation.began_at is not None
    certificate = certificate_among(rows)
    may_take = not is_begun or (certificate is not None and certificate.standing != "valid")
    return render(request, "enablement/course.html", {
        "course": found, "participation": participation, "progress": progress, "problem": problem, "is_begun": is_begun,
        "may_begin": may_take and found.may_begin, "certificate": certificate,
    }, status=status)  # fmt: skip


def _lesson_page(request, found: Course, progress: Progress, step: Step, *, problem: str = "", status: int = 200):
    made: list = step.attempts
    current: Lesson = step.lesson
    portal = f"{request.scheme}://{request.get_host()}"
    return render(request, "enablement/lesson.html", {
        "course": found, "progress": progress, "step": step, "lesson": current, "problem": problem,
        "free_at": may_try_from(current, made) if current.is_tried and not step.is_done else None,
        "shown": shown_to(current, request.contact),
        "frame": frame_for_learner(current, progress.participation, request.contact, portal=portal),
        "before": step.number - 1, "after": step.number + 1 if step.number < len(progress.steps) else None,
    }, status=status)  # fmt: skip
