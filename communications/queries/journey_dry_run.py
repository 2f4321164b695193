"""A journey tried on the past: who would have entered, and where they would be now.

From a day in the past up to today its rules are asked week by week, each time of what was known or true then. What partners would
have done with announcements that they never got is not known: to a branch about these the answer is no."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import CharField
from django.db.models.functions import MD5, Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.models import JourneyStep, JourneyVersion, StepKind
from communications.models.journeys import WAITING
from communications.queries.journey_steps import Steps, circle_in, due_at, in_order, steps_of
from context.queries.past import KNOWN, laid_over
from context.rules import compile_rules
from partners.models import Partner

PARTNERS_AT_MOST = 500
LOOKS_AT_MOST = 26
WEEK = timedelta(days=7)
DAYS_BACK_AT_MOST = 730
NAMED = 8


@dataclass
class Tried:
    """One partner's way as it would have been. `step` is where it would be now, None once it is through or has left."""

    partner_id: int
    entered_at: datetime
    step: JourneyStep | None
    since: datetime
    ended_at: datetime | None = None
    has_left: bool = False


@dataclass(frozen=True)
class TriedStep:
    step: JourneyStep
    here: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """`asked` partners of `of` were looked at, on `days`."""

    asked: int
    of: int
    days: tuple[date, ...]
    entered: int
    finished: int
    left: int
    lines: tuple[TriedStep, ...]

    @property
    def is_sample(self) -> bool:
        return self.asked < self.of


def try_on_the_past(version: JourneyVersion, since: date, *, user, question: str = KNOWN) -> DryRun:
    """Of the partners that this manager sees; of many, of so many drawn by a hash. Raises Invalid where it cannot be tried."""
    today = timezone.now().astimezone(UTC).date()
    if not today - timedelta(days=DAYS_BACK_AT_MOST) <= since < today:
        raise Invalid(_("Choose a day in the past, at most %(days)d days back.") % {"days": DAYS_BACK_AT_MOST}, field="since")
    steps = steps_of(version)
    if version.first_key is None or circle_in(steps):
        raise Invalid(_("It has no steps that could be gone through yet."))
    seen = Partner.objects.visible_to(user)
    sample = list(seen.order_by(MD5(Cast("public_id", CharField()))).values_list("pk", flat=True)[:PARTNERS_AT_MOST])
    days = _days(since, today)
    runs: dict[int, list[Tried]] = {}
    for day in days:
        moment = min(datetime.combine(day, time.max, tzinfo=UTC), timezone.now())
        with laid_over(moment, sample, question):
            _look(version, steps, moment, runs)
    return _told(version, steps, [run for each in runs.values() for run in each], sample, seen.count(), days)


def _days(since: date, today: date) -> tuple[date, ...]:
    """Every week, or further apart where that would be too often; today is always one."""
    step = max(WEEK, (today - since) / LOOKS_AT_MOST)
    days = {since + step * n for n in range(LOOKS_AT_MOST + 1) if since + step * n < today}
    return (*sorted(days), today)


def _look(version: JourneyVersion, steps: Steps, moment: datetime, runs: dict[int, list[Tried]]) -> None:
    """What would have happened up to this moment, by what the rules find at it."""
    asked: dict[int, set[int]] = {}

    def holds(step: JourneyStep, partner_id: int) -> bool:
        if step.key not in asked:
            asked[step.key] = _found(step.rule)
        return partner_id in asked[step.key]

    inside = _found(version.entry_asked)
    outside = _found(version.exit_asked) if version.exit_asked is not None else set()
    for each in runs.values():
        if each[-1].ended_at is None and each[-1].partner_id in outside:
            each[-1].ended_at, each[-1].has_left, each[-1].step = moment, True, None
    for partner_id in sorted(inside - outside):
        earlier = runs.setdefault(partner_id, [])
        if not earlier or _may_enter_again(version, earlier[-1], moment):
            earlier.append(Tried(partner_id, moment, steps[version.first_key or 0], moment))
    for each in runs.values():
        if each and each[-1].ended_at is None:
            _go_on(each[-1], steps, moment, holds)


def _found(rule) -> set[int]:
    return set(compile_rules(rule).partners().values_list("pk", flat=True))


def _may_enter_again(version: JourneyVersion, last: Tried, moment: datetime) -> bool:
    days = version.again_after_days
    return bool(days and last.ended_at and last.ended_at + timedelta(days=days) < moment)


def _go_on(run: Tried, steps: Steps, moment: datetime, holds: Callable[[JourneyStep, int], bool]) -> None:
    while run.step is not None:
        step = run.step
        key, at = step.then_key, run.since
        if step.kind == StepKind.WAIT:
            at = due_at(step, run.since)
            if at > moment:
                return
        elif step.rule is not None and holds(step, run.partner_id):
            at = moment
        elif step.kind == StepKind.BRANCH:
            key = step.else_key
        elif step.kind in WAITING:
            key, at = step.else_key, run.since + timedelta(days=step.days or 0)
            if at > moment:
                return
        run.step, run.since = (steps[key] if key is not None else None), at
        run.ended_at = at if run.step is None else None


def _told(version: JourneyVersion, steps: Steps, runs: list[Tried], sample, of: int, days) -> DryRun:
    at: dict[int, list[int]] = {}
    for run in runs:
        if run.step is not None:
            at.setdefault(run.step.key, []).append(run.partner_id)
    names = dict(Partner.objects.filter(pk__in=[pk for ids in at.values() for pk in ids[:NAMED]]).values_list("pk", "name"))
    lines = tuple(
        TriedStep(step, len(at.get(step.key, [])), tuple(names[pk] for pk in at.get(step.key, [])[:NAMED]))
        for step in in_order(version.first_key, steps)
    )
    left = sum(run.has_left for run in runs)
    finished = sum(run.ended_at is not None and not run.has_left for run in runs)
    return DryRun(len(sample), of, days, len({run.partner_id for run in runs}), finished, left, lines)
