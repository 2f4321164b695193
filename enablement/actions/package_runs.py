"""What a lesson of a package tells is kept for the person who takes it: where they are, their score, and whether they are done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Refused
from enablement.actions.participations import mark_done
from enablement.models import Attempt, Lesson, PackageRun, Participation, RunStatus
from enablement.runtime_values import Score, read_notes, read_told

_MOST_SECONDS = 2_000_000_000


@dataclass(frozen=True)
class Session:
    """One opening of a lesson: the how-manyeth it is, and the window that has it."""

    number: int
    key: UUID


@dataclass(frozen=True)
class Kept:
    run: PackageRun
    is_passed: bool  # the whole course, by this or before


@transaction.atomic
def keep_told(
    participation: Participation, lesson: Lesson, *, session: Session, said: Mapping[str, str], is_finished: bool, by
) -> Kept:
    """`said` by the names of SCORM 1.2. Told twice, it is kept once. `Invalid` where a value is not allowed, `Refused` where the
    lesson was opened again elsewhere meanwhile; nothing is kept then."""
    told = read_told(said)
    current = Participation.objects.select_for_update().get(pk=participation.pk)
    if lesson.version_id != current.version_id or not lesson.reports:
        raise Refused(_("This lesson belongs to another version of the course. Go back to the course."))
    run = PackageRun.objects.filter(participation=current, lesson=lesson).first()
    run = run or PackageRun(participation=current, lesson=lesson)
    _enter(run, session)
    run.notes = read_notes(run.notes, said)
    _set(run, told, is_finished=is_finished)
    run.save()
    _count(run)
    is_passed = run.is_done and mark_done(participation, lesson, by=by)
    return Kept(run, is_passed or current.passed_at is not None)


def _enter(run: PackageRun, session: Session) -> None:
    """The newest opening has it; the time of those before is added up once."""
    if session.number == run.session and session.key == run.session_key:
        return
    if session.number != run.session + 1:
        raise Refused(_("This lesson is open in another window. Go on there, or load this page again."), code="elsewhere")
    run.earlier_seconds = min(run.seconds, _MOST_SECONDS)
    run.session, run.session_key, run.session_seconds, run.exit = session.number, session.key, 0, ""


def _set(run: PackageRun, told: Mapping[str, Any], *, is_finished: bool) -> None:
    for name, value in told.items():
        setattr(run, name, value)
    run.is_finished, run.changed_at = is_finished, timezone.now()
    if is_finished:
        run.status = _judged(run)


def _judged(run: PackageRun) -> str:
    """At its end: what its mastery score says of its score; done where it said nothing at all."""
    percent, mastery = _score_of(run).percent, run.lesson.item.mastery
    if mastery is not None and percent is not None:
        return RunStatus.PASSED if percent >= mastery else RunStatus.FAILED
    return RunStatus.COMPLETED if run.status == RunStatus.NOT_ATTEMPTED else run.status


def _count(run: PackageRun) -> None:
    """A score with a result counts as an attempt, one for each opening."""
    percent = _score_of(run).percent
    if percent is None or run.status not in (RunStatus.PASSED, RunStatus.COMPLETED, RunStatus.FAILED):
        return
    result = {"score": percent, "is_passed": run.is_done, "evaluated_at": run.changed_at}
    Attempt.objects.update_or_create(
        participation=run.participation, lesson=run.lesson, number=min(run.session, 32_767), defaults=result
    )


def _score_of(run: PackageRun) -> Score:
    return Score(run.score_raw, run.score_min, run.score_max)
