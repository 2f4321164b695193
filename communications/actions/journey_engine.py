"""Partners go through journeys, by statements for many at once. How they enter and leave is in `journey_entries`.

Each row says when it has something to do, and an index on that moment finds the due ones: a hundred thousand who wait cost nothing.
Whoever waits until something holds is looked at when something happened to them, and otherwise every `LOOK_EVERY`, each at another
moment. All that a step does for a set of partners, and that they went on, is one transaction: killed in the middle, it has not
happened, and the next kick does it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.activities import record_activities
from activity.actions.tasks import create_tasks
from activity.models import Activity, Task
from activity.refusals import Refused
from communications.actions.audiences import add_partners
from communications.actions.journey_entries import leave, note_problem
from communications.journey_courses import courses
from communications.models import (
    Announcement,
    Journey,
    JourneyNotice,
    JourneyPass,
    JourneyRun,
    JourneyState,
    JourneyStep,
    JourneyVersion,
    RunState,
    State,
    StepKind,
    StepOutcome,
)
from communications.queries.journey_steps import due_at, steps_of
from context.actions.surveys import ask_some
from context.rules import ask_many
from partners.models import Enrolment

logger = structlog.get_logger(__name__)
BATCH = 5_000
LOOK_EVERY = timedelta(minutes=15)
JUST_NOW = timedelta(minutes=1)  # longer than a kick takes to come again, so that nothing that was recorded meanwhile is missed
TRY_AGAIN = timedelta(minutes=1)
ROUNDS = 100  # more than a journey has steps
LETTERS = 250

_WAKE = """
    UPDATE communications_journeyrun AS run SET due_at = %s
    FROM (SELECT DISTINCT partner_id FROM activity_activity WHERE occurred_at > %s AND partner_id IS NOT NULL) AS changed
    WHERE run.partner_id = changed.partner_id AND run.is_watching AND run.state = 'under_way' AND run.due_at > %s
"""
_LOOK_LATER = """
    UPDATE communications_journeyrun
    SET is_watching = true, due_at = least(since + %s::interval, %s::timestamptz + %s::interval * (0.5 + random()))
    WHERE id = ANY(%s)
"""


# --- Going on --------------------------------------------------------------------------------------------------------------


def move_on() -> int:
    """Everybody who is due takes their step, and the next ones that are due at once. Returns how many steps were taken."""
    wake_watching()
    taken = 0
    for _round in range(ROUNDS):
        due = JourneyRun.objects.under_way().filter(due_at__lte=timezone.now(), journey__state=JourneyState.RUNNING)
        places = list(due.order_by().values_list("version_id", "step_key").distinct())
        went_on = sum(_take_all(version_id, key) for version_id, key in places)
        taken += went_on
        if not went_on:
            break
    return taken


def wake_watching() -> int:
    """Whoever waits until something holds, and to whom something has just happened, is looked at now."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [now, now - JUST_NOW, now])
        return cursor.rowcount


def _take_all(version_id: int, key: int) -> int:
    version = JourneyVersion.objects.select_related("journey__programme", "journey__owner").get(pk=version_id)
    steps = steps_of(version)
    went_on = 0
    while True:
        try:
            looked_at, taken = _take(steps[key], version, steps)
        except Refused as refusal:
            note_problem(version.journey, str(refusal))
            put_off = JourneyRun.objects.filter(version=version, step_key=key, due_at__lte=timezone.now()).under_way()
            put_off.update(due_at=timezone.now() + LOOK_EVERY)
            return went_on
        went_on += taken
        if looked_at < BATCH:
            return went_on


@dataclass
class Taken:
    """What a step came to: partners by outcome, and what is noted of each. Who is in none of them stays, due again later."""

    outcomes: dict[StepOutcome, list[int]] = field(default_factory=dict)
    note: str = ""
    answers: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """A set of runs at one step: each partner's run, and since when it is there."""

    step: JourneyStep
    version: JourneyVersion
    runs: dict[int, int]
    since: dict[int, datetime]
    now: datetime

    @property
    def partner_ids(self) -> list[int]:
        return list(self.runs)

    def of(self, partner_ids: Iterable[int]) -> list[int]:
        return [self.runs[partner] for partner in partner_ids]

    def all(self, outcome: StepOutcome, note: str = "") -> Taken:
        return Taken({outcome: self.partner_ids}, note)

    def later(self, at: datetime) -> Taken:
        JourneyRun.objects.filter(pk__in=self.runs.values()).update(due_at=at)
        return Taken()


@transaction.atomic
def _take(step: JourneyStep, version: JourneyVersion, steps: dict[int, JourneyStep]) -> tuple[int, int]:
    """One set of those who are due at this step. Returns how many were looked at and how many went on."""
    now = timezone.now()
    rows = JourneyRun.objects.filter(version=version, step_key=step.key, due_at__lte=now).under_way()
    found = list(rows.select_for_update(skip_locked=True).order_by("due_at", "pk")[:BATCH].values_list("pk", "partner_id", "since"))
    ids = [pk for pk, _partner, _since in found]
    left = leave(JourneyRun.objects.filter(pk__in=ids), version)
    if left:
        staying = set(JourneyRun.objects.filter(pk__in=ids).under_way().values_list("pk", flat=True))
        found = [row for row in found if row[0] in staying]
    if not found:
        return len(ids), left
    due = Due(step, version, {row[1]: row[0] for row in found}, {row[1]: row[2] for row in found}, now)
    taken = _DOES[StepKind(step.kind)](due)
    _note(due, taken)
    for outcome, partner_ids in taken.outcomes.items():
        on = step.else_key if outcome in (StepOutcome.NO, StepOutcome.TIMED_OUT) else step.then_key
        _go_on(due.of(partner_ids), None if on is None else steps[on], now)
    return len(ids), left + sum(map(len, taken.outcomes.values()))


def _note(due: Due, taken: Taken) -> None:
    JourneyPass.objects.bulk_create(
        [
            JourneyPass(
                run_id=due.runs[partner], step=due.step, outcome=outcome, note=taken.note[:300],
                answers=taken.answers.get(partner, ""), at=due.now,
            )
            for outcome, partner_ids in taken.outcomes.items()
            for partner in partner_ids
        ],
        batch_size=2000,
    )  # fmt: skip


def _go_on(run_ids: list[int], to: JourneyStep | None, now: datetime) -> None:
    runs = JourneyRun.objects.filter(pk__in=run_ids)
    if to is None:
        runs.update(state=RunState.FINISHED, step_key=None, due_at=None, is_watching=False, since=now, ended_at=now)
    else:
        runs.update(step_key=to.key, since=now, due_at=due_at(to, now), is_watching=False)


# --- What each kind of step does -------------------------------------------------------------------------------------------


def _announce(due: Due) -> Taken:
    """By the usual way of sending: whoever is added has one delivery for each channel, and all that is asked before a mail goes is
    asked of it, too. While the announcement is not out yet, or is paused, they wait."""
    announcement = Announcement.objects.get(pk=due.step.announcement_id)
    if announcement.expires_at and announcement.expires_at <= due.now:
        return due.all(StepOutcome.SKIPPED, _("The announcement had expired"))
    if announcement.state in (State.DRAFT, State.CANCELLED):
        return due.all(StepOutcome.SKIPPED, _("The announcement was taken back"))
    if not announcement.is_live or announcement.frozen_at is None:
        return due.later(due.now + TRY_AGAIN)
    reached = add_partners(announcement, due.partner_ids)
    return _parted(due, reached)


def _parted(due: Due, reached: Iterable[int]) -> Taken:
    reached = set(reached)
    parts = {
        StepOutcome.DONE: [pk for pk in due.runs if pk in reached],
        StepOutcome.NOBODY: [pk for pk in due.runs if pk not in reached],
    }
    return Taken({outcome: partner_ids for outcome, partner_ids in parts.items() if partner_ids})


def _make_tasks(due: Due) -> Taken:
    _create_tasks(due, due.runs)
    return due.all(StepOutcome.DONE)


def _create_tasks(due: Due, partner_ids: Iterable[int]) -> None:
    managers, step = managers_of(due), due.step
    due_on = timezone.localdate() + timedelta(days=step.days) if step.days else None
    label = str(due.version.journey)[:200]
    create_tasks(
        [
            Task(
                title=step.text, partner_id=partner, owner_id=managers[partner], due_on=due_on, is_shared=step.is_shared,
                source_type=JourneyRun._meta.label_lower, source_id=due.runs[partner], source_label=label,
            )
            for partner in partner_ids
        ]
    )  # fmt: skip


def _await_tasks(due: Due) -> Taken:
    """Each partner's task is made when they come here. Who has done it goes on; who dropped it, or has not done it in time, goes
    the other way, and the task stays open. That it was done wakes the run, as whatever happens to a partner does."""
    states = _task_states(due)
    _create_tasks(due, [pk for pk in due.runs if pk not in states])
    done, dropped, still_open = (
        [pk for pk, state in states.items() if state == each] for each in (Task.State.DONE, Task.State.DROPPED, Task.State.OPEN)
    )
    too_long = [pk for pk in still_open if due.since[pk] + timedelta(days=due.step.days or 0) <= due.now]
    _look_later(due, due.runs.keys() - {*done, *dropped, *too_long})
    parts = {StepOutcome.DONE: done, StepOutcome.NO: dropped, StepOutcome.TIMED_OUT: too_long}
    return Taken({outcome: partner_ids for outcome, partner_ids in parts.items() if partner_ids})


def _task_states(due: Due) -> dict[int, str]:
    """Of the tasks that were made since they came to this step: a run can have others of earlier steps."""
    partners = {run: partner for partner, run in due.runs.items()}
    rows = Task.objects.filter(source_type=JourneyRun._meta.label_lower, source_id__in=due.runs.values()).order_by("pk")
    return {
        partners[run]: state
        for run, state, made_at in rows.values_list("source_id", "state", "created_at")
        if made_at >= due.since[partners[run]]
    }


def managers_of(due: Due) -> dict[int, int | None]:
    """Who answers for each partner: their manager in the programme, else in another one, else whose journey it is."""
    programme, owner = due.version.journey.programme_id, due.version.journey.owner
    heir = owner.pk if owner and owner.is_active else None
    found: dict[int, int | None] = dict.fromkeys(due.runs, heir)
    places = Enrolment.objects.current().filter(partner__in=due.partner_ids, manager__is_active=True).order_by("is_primary", "pk")
    rows = list(places.values_list("partner_id", "manager_id", "programme_id"))
    for partner, manager, _programme in rows:
        found[partner] = manager
    return found | {partner: manager for partner, manager, of in rows if of == programme}


def _ask_survey(due: Due) -> Taken:
    if ask_some(due.step.survey, due.partner_ids):
        return due.all(StepOutcome.DONE)
    return due.all(StepOutcome.SKIPPED, _("The survey was closed"))


def _assign_course(due: Due) -> Taken:
    registered = courses()
    if registered is None:
        return due.all(StepOutcome.SKIPPED, _("There are no courses any more"))
    return _parted(due, registered.assign(due.step.course, due.partner_ids))


def _have_waited(due: Due) -> Taken:
    return due.all(StepOutcome.DONE)


def _look(due: Due) -> Taken:
    """Who still waits is looked at again later, or when something happens to them."""
    answers = ask_many(due.step.rule, due.partner_ids)
    at_most = timedelta(days=due.step.days or 0)
    holding = [pk for pk in due.runs if answers[pk][0]]
    too_long = [pk for pk in due.runs if not answers[pk][0] and due.since[pk] + at_most <= due.now]
    waiting = due.runs.keys() - {*holding, *too_long}
    _look_later(due, waiting)
    parts = {StepOutcome.YES: holding, StepOutcome.TIMED_OUT: too_long}
    return Taken({each: pks for each, pks in parts.items() if pks}, answers=_letters(answers))


def _look_later(due: Due, partner_ids: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_LATER, [timedelta(days=due.step.days or 0), due.now, LOOK_EVERY, due.of(partner_ids)])


def _branch(due: Due) -> Taken:
    answers = ask_many(due.step.rule, due.partner_ids)
    parts = {
        StepOutcome.YES: [pk for pk in due.runs if answers[pk][0]],
        StepOutcome.NO: [pk for pk in due.runs if not answers[pk][0]],
    }
    return Taken({each: pks for each, pks in parts.items() if pks}, answers=_letters(answers))


def _letters(answers: dict[int, list[bool]]) -> dict[int, str]:
    """A letter for each answer; of a very large rule, that of the whole."""
    kept = {pk: each if len(each) <= LETTERS else each[:1] for pk, each in answers.items()}
    return {pk: "".join("1" if one else "0" for one in each) for pk, each in kept.items()}


def _notify(due: Due) -> Taken:
    managers, step, journey = managers_of(due), due.step, due.version.journey
    JourneyNotice.objects.bulk_create(
        [
            JourneyNotice(run_id=run, step=step, partner_id=partner, manager_id=managers[partner], at=due.now)
            for partner, run in due.runs.items()
        ],
        batch_size=1000, ignore_conflicts=True,
    )  # fmt: skip
    sentence = _("Journey “%(journey)s”: %(text)s") % {"journey": journey, "text": step.text}
    record_activities(
        Activity(
            verb="journey.notified", sentence=sentence[:500], partner_id=partner, subject_type=Journey._meta.label_lower,
            subject_id=journey.pk,
        )
        for partner in due.runs
    )  # fmt: skip
    return due.all(StepOutcome.DONE)


_DOES: dict[StepKind, Callable[[Due], Taken]] = {
    StepKind.ANNOUNCEMENT: _announce,
    StepKind.TASK: _make_tasks,
    StepKind.TASK_DONE: _await_tasks,
    StepKind.SURVEY: _ask_survey,
    StepKind.COURSE: _assign_course,
    StepKind.WAIT: _have_waited,
    StepKind.WAIT_UNTIL: _look,
    StepKind.BRANCH: _branch,
    StepKind.NOTIFY: _notify,
}
