"""Taking partners who are under way to another version: planned, shown, then done by one statement for each place."""

from dataclasses import dataclass

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Journey, JourneyPass, JourneyRun, JourneyStep, JourneyVersion, RunState, StepKind, StepOutcome
from communications.queries.journey_steps import due_at, in_order, steps_of


@dataclass(frozen=True)
class PlannedMove:
    """So many partners at `step` of an earlier version go on at `to` of the new one; None where it has nothing left for them."""

    version: JourneyVersion
    step: JourneyStep
    to: JourneyStep | None
    partners: int
    is_same: bool


def plan_of_moves(journey: Journey, version: JourneyVersion) -> list[PlannedMove]:
    """A partner goes on at the same step; where that is gone, at the next one on their way that is still there."""
    rows = JourneyRun.objects.filter(journey=journey).under_way().exclude(version=version)
    counts = {(row["version"], row["step_key"]): row["n"] for row in rows.values("version", "step_key").annotate(n=Count("pk"))}
    versions = journey.versions.in_bulk({of for of, _key in counts})
    steps = {pk: steps_of(row) for pk, row in versions.items()}
    new = steps_of(version)
    moves = []
    for (of, key), partners in sorted(counts.items()):
        there = steps[of][key]
        to = _goes_on(there, steps[of], new)
        moves.append(PlannedMove(versions[of], there, to, partners, is_same=to is not None and to.key == key))
    return moves


def _goes_on(step: JourneyStep, old: dict[int, JourneyStep], new: dict[int, JourneyStep]) -> JourneyStep | None:
    return next((new[each.key] for each in in_order(step.key, old) if each.key in new), None)


def move_runs(journey: Journey, version: JourneyVersion) -> int:
    """Who stays at a step keeps how long they have been there. Called in the transaction that decides it."""
    now, moved = timezone.now(), 0
    for move in plan_of_moves(journey, version):
        rows = JourneyRun.objects.select_for_update().filter(version=move.version, step_key=move.step.key).under_way()
        ids = list(rows.values_list("pk", flat=True))
        note = _("To version %(n)d") % {"n": version.number}
        JourneyPass.objects.bulk_create(
            [JourneyPass(run_id=pk, step=move.step, outcome=StepOutcome.MOVED, note=note, at=now) for pk in ids],
            batch_size=2000, ignore_conflicts=True,
        )  # fmt: skip
        runs = JourneyRun.objects.filter(pk__in=ids)
        if move.to is None:
            why = _("Version %(n)d has nothing left to do for them") % {"n": version.number}
            runs.update(
                version=version, state=RunState.FINISHED, step_key=None, due_at=None, is_watching=False, ended_at=now, why=why
            )
        elif move.is_same:
            # A wait that has become longer or shorter counts from when they came there.
            due = F("since") + (due_at(move.to, now) - now) if move.to.kind == StepKind.WAIT else now
            runs.update(version=version, due_at=due)
        else:
            runs.update(version=version, step_key=move.to.key, since=now, due_at=due_at(move.to, now), is_watching=False)
        moved += len(ids)
    return moved
