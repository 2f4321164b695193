"""What a journey did: how many of those who went through it brought about what its objective wants, beside how many of those who
were held out by lot. Each is counted from the day on which they entered or would have: of many outcomes no more than the day is
known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDay
from django.utils.translation import gettext as _

from communications.models import Journey, JourneyRun, Objective, RunState
from communications.outcomes import Holdout, OutcomeKind, outcome_named, register_holdout
from communications.rates import Rate, chance_of, difference_between
from partners.models import Partner


@dataclass(frozen=True)
class JourneyEffect:
    """`went` are those who entered, `held_out` those who did not on purpose; only where both were drawn by lot."""

    kind: OutcomeKind
    parameter: str
    went: Rate
    held_out: Rate
    since: datetime | None

    @property
    def is_compared(self) -> bool:
        """What answers the journey's own announcements, nobody can do who did not get them."""
        return not self.kind.of_items and self.held_out.of > 0

    @property
    def chance(self) -> float | None:
        return chance_of(self.went, self.held_out)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true difference lies, 95 times in a hundred; None where there are too few people to tell."""
        return difference_between(self.went, self.held_out) if self.chance is not None else None


def effect_of_journey(journey: Journey, user) -> JourneyEffect | None:
    """None where it names no objective, or what that counts is not known any more. One query."""
    if journey.objective is None:
        return None
    kind = outcome_named(journey.objective.outcome)
    if kind is None:
        return None
    did = kind.rows(journey.objective).filter(by_partner=OuterRef("partner_id"), done_at__gte=OuterRef("entered_on"))
    is_held_out = Q(state=RunState.HELD_OUT)
    counted = (
        _with_day(_drawn(journey, JourneyRun.objects.visible_to(user))).annotate(has_done=Exists(did))
        .aggregate(
            went=Count("pk", filter=~is_held_out), did=Count("pk", filter=~is_held_out & Q(has_done=True)),
            held_out=Count("pk", filter=is_held_out), did_held_out=Count("pk", filter=is_held_out & Q(has_done=True)),
        )
    )  # fmt: skip
    parameter = dict(kind.choices()).get(journey.objective.parameter, "")
    first = JourneyRun.objects.filter(journey=journey).order_by("entered_at").values_list("entered_at", flat=True).first()
    went, held_out = Rate(counted["did"], counted["went"]), Rate(counted["did_held_out"], counted["held_out"])
    return JourneyEffect(kind, parameter, went, held_out, first)


def _drawn(journey: Journey, among: QuerySet[JourneyRun]) -> QuerySet[JourneyRun]:
    """The first time of each who drew; where nobody has been held out, all."""
    runs = among.filter(journey=journey, nth=1)
    drew = runs.filter(version__holdout_percent__gt=0)
    return drew if JourneyRun.objects.filter(journey=journey, state=RunState.HELD_OUT).exists() else runs


def _with_day(runs: QuerySet[JourneyRun]) -> QuerySet[JourneyRun]:
    return runs.annotate(entered_on=TruncDay("entered_at", tzinfo=UTC))


def register() -> None:
    register_holdout(held_out_of)


def held_out_of(objective: Objective) -> Iterator[Holdout]:
    """For the page of the objective."""
    kind = outcome_named(objective.outcome)
    if kind is None or kind.of_items:
        return
    for journey in Journey.objects.filter(objective=objective, runs__state=RunState.HELD_OUT).distinct().order_by("name"):
        runs = _with_day(_drawn(journey, JourneyRun.objects.all()))
        partners = Partner.objects.annotate(drawn_at=Subquery(runs.filter(partner=OuterRef("pk")).values("entered_on")[:1]))
        yield Holdout(
            _("Drawn by lot in the journey “%(name)s”, counted at each partner from the day on which it entered")
            % {"name": journey},
            held_out=partners.filter(pk__in=runs.filter(state=RunState.HELD_OUT).values("partner")),
            written_to=partners.filter(pk__in=runs.exclude(state=RunState.HELD_OUT).values("partner")),
        )
