"""Where partners are in their lifecycle: the board, and what a single one lacks to go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Now, RowNumber
from django.utils import timezone

from accounts.models import User
from context.models import StageCriterion, StageMove, StagePace
from context.queries.criteria import Outcome, holding, outcomes_of, words_of
from context.queries.tiers import latest_of_each
from partners.models import Enrolment, Programme, Stage

CARDS = 12
SHOWN_MOVES = 5

Paces = dict[tuple[int, str], int]


@dataclass(frozen=True)
class Card:
    """`missing` are the labels of what does not hold yet: to leave this stage, and to enter the next."""

    enrolment: Enrolment
    since: datetime | None
    pace_days: int
    missing: tuple[str, ...]
    asked: int

    @property
    def days(self) -> int | None:
        return (timezone.now() - self.since).days if self.since else None

    @property
    def is_stuck(self) -> bool:
        return self.days is not None and self.days > self.pace_days

    @property
    def is_ready(self) -> bool:
        return bool(self.asked) and not self.missing


@dataclass(frozen=True)
class Column:
    stage: Stage
    total: int
    stuck: int
    cards: tuple[Card, ...]

    @property
    def not_shown(self) -> int:
        return self.total - len(self.cards)


@dataclass(frozen=True)
class Board:
    columns: tuple[Column, ...]
    programmes: tuple[Programme, ...]
    managers: tuple[User, ...]

    @property
    def total(self) -> int:
        return sum(column.total for column in self.columns)

    @property
    def stuck(self) -> int:
        return sum(column.stuck for column in self.columns)


@dataclass(frozen=True)
class StageStanding:
    """`outcomes` say how the criteria between this stage and the next came out."""

    enrolment: Enrolment
    since: datetime | None
    pace_days: int
    next_stage: str
    outcomes: tuple[Outcome, ...]
    moves: tuple[StageMove, ...]

    @property
    def days(self) -> int | None:
        return (timezone.now() - self.since).days if self.since else None

    @property
    def is_stuck(self) -> bool:
        return self.days is not None and self.days > self.pace_days

    @property
    def missing(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.holds]

    @property
    def next_label(self) -> str:
        return str(Stage(self.next_stage).label) if self.next_stage else ""


def next_stage(stage: str) -> str:
    """The one after it; the first for none, none after the last."""
    stages = list(Stage.values)
    return (stages[stages.index(stage) + 1 :] + [""])[0] if stage in stages else stages[0]


def criteria_between(enrolment: Enrolment, to: str) -> list[StageCriterion]:
    """What it takes to leave the stage that the enrolment is in, then what it takes to enter `to`."""
    leaving = Q(stage=enrolment.stage, side=StageCriterion.Side.EXIT)
    entering = Q(stage=to, side=StageCriterion.Side.ENTRY)
    rows = StageCriterion.objects.filter(leaving | entering, programme=enrolment.programme_id)
    return sorted(rows, key=_exits_first)


def stage_standing_of(enrolment: Enrolment, to: str = "") -> StageStanding:
    criteria = criteria_between(enrolment, to or next_stage(enrolment.stage))
    [standing] = stage_standings([(enrolment, outcomes_of(criteria, enrolment.partner))], to)
    return standing


def stage_standings(outcomes: list[tuple[Enrolment, list[Outcome]]], to: str = "") -> list[StageStanding]:
    """Of enrolments with the outcomes of what is asked between their stage and the next, or `to`; two queries."""
    enrolments = [enrolment for enrolment, _outcomes in outcomes]
    moves = latest_of_each(StageMove.objects.select_related("by"), enrolments, SHOWN_MOVES)
    paces = StagePace.objects.filter(programme__in={row.programme_id for row in enrolments})
    days = {(pace.programme_id, pace.stage): pace.days for pace in paces}
    return [
        StageStanding(
            enrolment,
            since=_since(enrolment, moves[enrolment.pk]),
            pace_days=days.get((enrolment.programme_id, enrolment.stage), StagePace.USUAL_DAYS),
            next_stage=to or next_stage(enrolment.stage),
            outcomes=tuple(found),
            moves=moves[enrolment.pk],
        )
        for enrolment, found in outcomes
    ]


def criteria_to_go_on(enrolments: list[Enrolment]) -> list[list[StageCriterion]]:
    """Of each, what it takes to leave its stage, then what it takes to enter the next; one query."""
    criteria = list(StageCriterion.objects.filter(programme__in={row.programme_id for row in enrolments}))
    return [
        sorted((one for one in criteria if _is_between(one, row, next_stage(row.stage))), key=_exits_first) for row in enrolments
    ]


def _exits_first(row: StageCriterion) -> tuple:
    return row.side != StageCriterion.Side.EXIT, row.position, row.pk


def _since(enrolment: Enrolment, moves: tuple[StageMove, ...]) -> datetime | None:
    if moves and moves[0].to_stage == enrolment.stage:
        return moves[0].at
    start = enrolment.starts_on
    return datetime.combine(start, time.min, tzinfo=UTC) if start else None


# --- The board -------------------------------------------------------------------------------------------------------


def board_of(user, *, programme: str = "", manager: UUID | None = None) -> Board:
    """At most `CARDS` cards for each stage, the longest there first; a fixed number of queries."""
    paces: Paces = {(pace.programme_id, pace.stage): pace.days for pace in StagePace.objects.all()}
    rows = _on_the_board(_chosen(user, programme, manager), paces)
    missing = _missing(rows)
    columns = tuple(_column(stage, [row for row in rows if row.stage == stage], paces, missing) for stage in Stage)
    managers = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
    return Board(columns, tuple(Programme.objects.all()), tuple(managers))


def stuck_of(managers: QuerySet) -> QuerySet[Enrolment]:
    """Longer in their stage than usual, of the enrolments that these managers are responsible for, with `stage_since`."""
    pace = StagePace.objects.filter(programme=OuterRef("programme"), stage=OuterRef("stage")).values("days")
    days = Coalesce(Subquery(pace), Value(StagePace.USUAL_DAYS)) + 1
    patience = ExpressionWrapper(days * Value(timedelta(days=1), output_field=DurationField()), output_field=DurationField())
    rows = Enrolment.objects.current().filter(manager__in=managers, partner__merged_into=None).exclude(stage="")
    return rows.annotate(stage_since=_since_when()).filter(stage_since__lt=Now() - patience)


def _since_when() -> Coalesce:
    latest = StageMove.objects.filter(enrolment=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    return Coalesce(Subquery(latest), Cast("starts_on", DateTimeField()))


def _chosen(user, programme: str, manager: UUID | None) -> QuerySet[Enrolment]:
    enrolments = Enrolment.objects.current().visible_to(user).exclude(stage="")
    if programme:
        enrolments = enrolments.filter(programme__key=programme)
    return enrolments.filter(manager__public_id=manager) if manager else enrolments


def _on_the_board(enrolments: QuerySet[Enrolment], paces: Paces) -> list[Enrolment]:
    """The first of each stage, with how many there are and how many of them are stuck. All are put in order by what orders them
    alone, and only those shown are read whole."""
    is_stuck = Q(stage_since__lt=_stuck_before(paces))
    places = (
        enrolments.annotate(stage_since=_since_when())
        .annotate(
            place=Window(RowNumber(), partition_by="stage", order_by=[F("stage_since").asc(nulls_last=True), "pk"]),
            in_stage=Window(Count("pk"), partition_by="stage"),
            stuck_in_stage=Window(Count("pk", filter=is_stuck), partition_by="stage"),
        )
        .filter(place__lte=CARDS)
        .order_by("stage", "place")
    )
    found = list(places.values("pk", "stage_since", "in_stage", "stuck_in_stage"))
    rows = Enrolment.objects.select_related("partner", "programme", "kind", "tier", "manager").in_bulk(each["pk"] for each in found)
    for each in found:
        for name in ("stage_since", "in_stage", "stuck_in_stage"):
            setattr(rows[each["pk"]], name, each[name])
    return [rows[each["pk"]] for each in found]


def _stuck_before(paces: Paces) -> Case:
    now = timezone.now()
    usual = Value(now - timedelta(days=StagePace.USUAL_DAYS + 1), output_field=DateTimeField())
    whens = [
        When(programme=programme, stage=stage, then=Value(now - timedelta(days=days + 1), output_field=DateTimeField()))
        for (programme, stage), days in paces.items()
    ]
    return Case(*whens, default=usual, output_field=DateTimeField())


def _missing(rows: list[Enrolment]) -> dict[int, tuple[tuple[str, ...], int]]:
    """By enrolment: the labels of what does not hold, and how many criteria were asked."""
    programmes = {row.programme_id for row in rows}
    criteria = list(StageCriterion.objects.filter(programme__in=programmes)) if rows else []
    held = holding(criteria, {row.partner_id for row in rows})
    found = {}
    for row in rows:
        asked = [criterion for criterion in criteria if _is_between(criterion, row, next_stage(row.stage))]
        found[row.pk] = (tuple(one.label for one in asked if one.pk not in held[row.partner_id]), len(asked))
    return found


def _is_between(criterion: StageCriterion, row: Enrolment, following: str) -> bool:
    if criterion.programme_id != row.programme_id:
        return False
    leaves = criterion.side == StageCriterion.Side.EXIT and criterion.stage == row.stage
    return leaves or (criterion.side == StageCriterion.Side.ENTRY and criterion.stage == following)


def _column(stage: Stage, rows: list[Enrolment], paces: Paces, missing: dict) -> Column:
    cards = tuple(
        Card(row, row.stage_since, paces.get((row.programme_id, row.stage), StagePace.USUAL_DAYS), *missing[row.pk]) for row in rows
    )
    first = rows[0] if rows else None
    return Column(stage, first.in_stage if first else 0, first.stuck_in_stage if first else 0, cards)


# --- What stages ask -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StagePlan:
    """Each criterion with what it asks in words."""

    stage: Stage
    days: int
    entry: tuple[tuple[StageCriterion, str], ...]
    exit: tuple[tuple[StageCriterion, str], ...]


def lifecycle_of(programme: Programme) -> list[StagePlan]:
    criteria = list(StageCriterion.objects.filter(programme=programme))
    words = words_of(criteria)
    days = dict(StagePace.objects.filter(programme=programme).values_list("stage", "days"))

    def told(stage: str, side: str) -> tuple[tuple[StageCriterion, str], ...]:
        return tuple((one, words[one.pk]) for one in criteria if one.stage == stage and one.side == side)

    return [StagePlan(stage, days.get(stage, StagePace.USUAL_DAYS), told(stage, "entry"), told(stage, "exit")) for stage in Stage]
