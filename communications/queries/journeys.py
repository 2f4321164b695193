"""Journeys as managers see them: who is where just now, who went through, and why a partner is where it is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from activity.refusals import Invalid
from communications.models import (
    Journey,
    JourneyPass,
    JourneyRun,
    JourneyStep,
    JourneyVersion,
    RunState,
    StepOutcome,
)
from communications.queries.journey_steps import in_order, never_reached, rules_of, steps_of, told, ways_in_words
from communications.rendering.journey_picture import Box, Line, Picture, drawn
from context.rules import deciding, partners_in_words, retold
from context.rules.explaining import explain_partner, reason_of
from partners.models import Partner
from partners.panels import PartnerPage

ROWS_A_PAGE = 50
ENTRY, EXIT = -1, -2  # among the keys of steps


@dataclass(frozen=True)
class Totals:
    under_way: int = 0
    finished: int = 0
    left: int = 0
    held_out: int = 0

    @property
    def entered(self) -> int:
        return self.under_way + self.finished + self.left


@dataclass(frozen=True)
class StepLine:
    """A step with what it does in words; how many partners are there now, and how many have it behind them. `then` and `otherwise`
    are the steps that follow, None at the end."""

    step: JourneyStep
    words: str
    here: int
    behind: int
    then: JourneyStep | None
    otherwise: JourneyStep | None
    is_reached: bool = True


@dataclass(frozen=True)
class JourneyPage:
    version: JourneyVersion
    lines: tuple[StepLine, ...]
    totals: Totals
    elsewhere: int  # under way on other versions
    picture: Picture | None
    entry_words: str
    exit_words: str

    @property
    def here(self) -> int:
        return sum(line.here for line in self.lines)


def with_counts(rows: QuerySet[Journey]) -> QuerySet[Journey]:
    return rows.annotate(
        under_way=Count("runs", filter=Q(runs__state=RunState.UNDER_WAY)),
        gone_through=Count("runs", filter=Q(runs__state=RunState.FINISHED)),
    )


def versions_of(journey: Journey) -> list[JourneyVersion]:
    """The latest first."""
    rows = journey.versions.select_related("segment", "exit_segment", "published_by", "journey__programme")
    return list(rows.order_by("-number"))


def chosen_version(journey: Journey, number: int | None, versions: list[JourneyVersion] | None = None) -> JourneyVersion | None:
    """The one that was asked for; else the one that partners enter now, else the draft. None for one that is not there."""
    versions = versions_of(journey) if versions is None else versions
    if number is not None:
        return next((one for one in versions if one.number == number), None)
    return next((one for one in versions if one.number == journey.published), versions[0] if versions else None)


def journey_page(version: JourneyVersion, user, addresses: Callable[[JourneyStep], str]) -> JourneyPage:
    """`addresses(step)` is the page of the partners at a step, for the boxes of the picture. Four queries."""
    steps = steps_of(version)
    runs = JourneyRun.objects.visible_to(user).filter(journey=version.journey_id).order_by()
    places = list(runs.values("state", "version", "step_key").annotate(n=Count("pk")))
    totals = _totals(places)
    here = {row["step_key"]: row["n"] for row in places if row["state"] == RunState.UNDER_WAY and row["version"] == version.pk}
    passes = JourneyPass.objects.filter(run__in=runs.filter(version=version), step__version=version).exclude(
        outcome=StepOutcome.MOVED
    )
    behind = dict(passes.order_by().values_list("step__key").annotate(n=Count("pk")))
    order, lost = in_order(version.first_key, steps), never_reached(version.first_key, steps)
    rules = {ENTRY: version.entry_asked, **rules_of(steps.values())}
    if version.exit_asked is not None:
        rules[EXIT] = version.exit_asked
    said = dict(zip(rules, partners_in_words(rules.values()), strict=True))
    words = told(steps.values(), said)
    lines = tuple(
        StepLine(
            step, words[step.key], here.get(step.key, 0), behind.get(step.key, 0), steps.get(step.then_key or 0),
            steps.get(step.else_key or 0), is_reached=step not in lost,
        )
        for step in [*order, *lost]
    )  # fmt: skip
    return JourneyPage(
        version, lines, totals, elsewhere=totals.under_way - sum(here.values()),
        picture=picture_of([line for line in lines if line.is_reached], addresses) if order else None,
        entry_words=said[ENTRY], exit_words=said.get(EXIT, ""),
    )  # fmt: skip


def _totals(places: list[dict]) -> Totals:
    counts: Counter = Counter()
    for row in places:
        counts[row["state"]] += row["n"]
    return Totals(**counts)


def _said(rule) -> str:
    return partners_in_words([rule])[0] if rule is not None else ""


def picture_of(lines: list[StepLine], addresses) -> Picture:
    boxes = [
        Box(line.step.key, line.step.name, str(line.step.get_kind_display()), line.here, addresses(line.step)) for line in lines
    ]
    ways = []
    for line in lines:
        then, otherwise = ways_in_words(line.step)
        ways.append(Line(line.step.key, line.then.key if line.then else None, then))
        if line.step.is_fork:
            ways.append(Line(line.step.key, line.otherwise.key if line.otherwise else None, otherwise, is_else=True))
    return drawn(boxes, ways)


# --- The partners behind a figure ------------------------------------------------------------------------------------------


def runs_of(journey: Journey, user, *, state: str = "", key: int | None = None, version: int | None = None) -> QuerySet[JourneyRun]:
    """The longest there first."""
    rows = JourneyRun.objects.visible_to(user).filter(journey=journey)
    if state in RunState.values:
        rows = rows.filter(state=state)
    if key is not None:
        rows = rows.filter(step_key=key)
    if version is not None:
        rows = rows.filter(version__number=version)
    return rows.select_related("partner", "version", "journey").order_by("since", "pk")


def with_steps(runs: list[JourneyRun]) -> list[tuple[JourneyRun, JourneyStep | None]]:
    """Each with the step that it is at, or left at; one query."""
    steps = JourneyStep.objects.filter(version__in={run.version_id for run in runs})
    by_place = {(step.version_id, step.key): step for step in steps}
    return [(run, by_place.get((run.version_id, run.step_key or 0))) for run in runs]


# --- Why a partner is there ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PassTold:
    """`decided` are the conditions that made a branch go as it went, each with whether it held."""

    step: JourneyStep
    at: datetime
    outcome: str
    label: str
    note: str
    decided: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class WayTold:
    """`asked_now` says, where the partner waits until something holds, what keeps it there."""

    run: JourneyRun
    step: JourneyStep | None
    passes: tuple[PassTold, ...]
    entry_words: str
    asked_now: str = ""


def ways_of(journey: Journey, partner: Partner) -> list[WayTold]:
    """Each time this partner went through it, the latest first."""
    rows = JourneyRun.objects.filter(journey=journey, partner=partner).select_related("version", "journey", "partner")
    runs = list(rows.order_by("-nth"))
    passes = JourneyPass.objects.filter(run__in=runs).select_related("step__announcement", "step__survey").order_by("at", "pk")
    of_run: dict[int, list[JourneyPass]] = {}
    for one in passes:
        of_run.setdefault(one.run_id, []).append(one)
    return [_way(run, step, of_run.get(run.pk, [])) for run, step in with_steps(runs)]


def _way(run: JourneyRun, step: JourneyStep | None, passes: list[JourneyPass]) -> WayTold:
    asked_now = ""
    if run.state == RunState.UNDER_WAY and step is not None and step.rule is not None:
        try:
            asked_now = reason_of(explain_partner(step.rule, run.partner))
        except Invalid as refusal:
            asked_now = str(refusal)
    return WayTold(run, step, tuple(_told(one) for one in passes), _said(run.version.rule), asked_now)


def _told(one: JourneyPass) -> PassTold:
    label = str(StepOutcome(one.outcome).label)
    return PassTold(one.step, one.at, one.outcome, label, one.note, _decided(one))


def _decided(one: JourneyPass) -> tuple[tuple[str, bool], ...]:
    if not one.answers or one.step.rule is None:
        return ()
    try:
        tree = retold(one.step.rule, [letter == "1" for letter in one.answers])
    except Invalid:
        return ()
    return tuple(dict.fromkeys((leaf.words, leaf.holds) for leaf in deciding(tree))) if tree else ()


def journeys_panel(page: PartnerPage) -> dict:
    """Where this partner is in which journey, the latest first."""
    runs = JourneyRun.objects.filter(partner=page.partner, journey__in=Journey.objects.visible_to(page.reader))
    rows = list(runs.select_related("journey", "version").order_by("-entered_at", "-pk")[:15])
    return {"rows": with_steps(rows), "partner": page.partner}
