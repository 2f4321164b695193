"""What has had nothing for weeks: objectives, segments, stages of the lifecycle and themes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Func, IntegerField, Max, Q, QuerySet, Value
from django.utils import timezone

from communications.models import Announcement, Cadence, Delivery, DeliveryState, Objective, Theme
from communications.queries.cadences import shortest_promises
from communications.queries.objectives import last_sent
from communications.queries.portfolio import Portfolio
from context.models import Segment
from context.rules import compile_rules
from partners.models import Enrolment, Partner, Programme, Stage

WEEKS, WEEKS_AT_MOST = 4, 104
SEGMENTS_AT_MOST = 40


@dataclass(frozen=True)
class Line:
    """`last_at` is when something for it went out last, None if never; `weeks` how many may pass. Of segments and stages: how many
    partners are there, and how many of them have got nothing in these weeks, whatever it was for."""

    name: str
    key: str
    last_at: datetime | None
    weeks: int
    partners: int | None = None
    unheard: int | None = None


@dataclass(frozen=True)
class Neglect:
    """`weeks` is what was asked for; None where each segment's own promise holds, and `WEEKS` where nothing was promised."""

    weeks: int | None
    objectives: tuple[Line, ...]
    segments: tuple[Line, ...]
    stages: tuple[Line, ...]
    themes: tuple[Line, ...]

    @property
    def count(self) -> int:
        return len(self.objectives) + len(self.segments) + len(self.stages) + len(self.themes)


def neglect_of(programme: Programme, weeks: int | None, *, user, portfolio: Portfolio) -> Neglect:
    """Objectives that run, the segments they are for or that were promised something, themes that are current, stages that somebody
    is in."""
    now, promised = timezone.now(), {} if weeks else shortest_promises(programme)
    default = weeks or WEEKS
    items = Announcement.objects.filter(programme=programme).real()
    objectives = list(Objective.objects.visible_to(user).filter(programme=programme).running().prefetch_related("segments"))
    asked = Q(objectives__in=objectives) | Q(cadences__in=Cadence.objects.visible_to(user).active().filter(programme=programme))
    segments = list(Segment.objects.visible_to(user).filter(asked).distinct().order_by("name")[:SEGMENTS_AT_MOST])
    themes = list(Theme.objects.visible_to(user).filter(programme=programme).current())
    by_objective, by_theme = last_sent(items, "objective"), last_sent(items, "theme")

    def of_objective(objective: Objective) -> int:
        return min((promised[each.pk] for each in objective.segments.all() if each.pk in promised), default=default)

    return Neglect(
        weeks=weeks,
        objectives=_late((_line(each, by_objective, of_objective(each)) for each in objectives), now),
        segments=_late(_segment_lines(segments, items, promised, default, portfolio), now),
        stages=_late(_stage_lines(programme, items, default, portfolio), now),
        themes=_late((_line(each, by_theme, default) for each in themes), now),
    )  # fmt: skip


def _line(row: Objective | Theme, last: dict, weeks: int) -> Line:
    return Line(str(row), str(row.public_id), last.get(row.pk), weeks)


def _late(lines, now: datetime) -> tuple[Line, ...]:
    """Those with nothing for as many weeks as may pass, the longest first."""
    late = [line for line in lines if line.last_at is None or line.last_at < now - timedelta(weeks=line.weeks)]
    return tuple(sorted(late, key=lambda line: (line.last_at is not None, line.last_at or now, line.name)))


def _heard_within(weeks: int, items: QuerySet[Announcement]) -> QuerySet[Delivery]:
    """Ids of partners of whose people somebody got something of this programme in so many weeks."""
    recent = items.filter(frozen_at__isnull=False, send_at__gte=timezone.now() - timedelta(weeks=weeks))
    numbers = list(recent.values_list("pk", flat=True))
    return Delivery.objects.filter(announcement_id__in=numbers, state=DeliveryState.DELIVERED).values("partner_id")


def _segment_lines(
    segments: list[Segment], items: QuerySet[Announcement], promised: dict[int, int], default: int, portfolio: Portfolio
) -> list[Line]:
    """One query for the partners of all of them, and one for each number of weeks that was promised."""
    last = last_sent(items, "segment")
    weeks = {each.pk: promised.get(each.pk, default) for each in segments}
    heard = {n: _heard_within(n, items) for n in set(weeks.values())}
    asked = [
        _within(compile_rules(each.rule, each.contact_rule).partners(), portfolio)
        .annotate(segment=Value(each.pk, output_field=IntegerField()))
        .values("segment")
        .annotate(partners=Count("pk"), unheard=Count("pk", filter=~Q(pk__in=heard[weeks[each.pk]])))
        for each in segments
    ]
    rows = asked[0].union(*asked[1:], all=True) if asked else ()
    counts = {row["segment"]: (row["partners"], row["unheard"]) for row in rows}
    return [Line(str(each), str(each.pk), last.get(each.pk), weeks[each.pk], *counts.get(each.pk, (0, 0))) for each in segments]


def _stage_lines(programme: Programme, items: QuerySet[Announcement], weeks: int, portfolio: Portfolio) -> list[Line]:
    heard = _heard_within(weeks, items)
    gone = items.filter(frozen_at__isnull=False, send_at__lte=timezone.now()).order_by()
    served = gone.annotate(stage=Func(F("stages"), function="unnest", set_returning=True, output_field=CharField()))
    last = dict(served.values_list("stage").annotate(at=Max("send_at")))
    rows = Enrolment.objects.current().filter(programme=programme).exclude(stage="").order_by()
    if not portfolio.is_whole:
        rows = rows.filter(partner_id__in=portfolio.partner_ids)
    counts = rows.values("stage").annotate(partners=Count("pk"), unheard=Count("pk", filter=~Q(partner_id__in=heard)))
    return [
        Line(str(Stage(row["stage"]).label), row["stage"], last.get(row["stage"]), weeks, row["partners"], row["unheard"])
        for row in counts
        if row["stage"] in Stage.values
    ]


def _within(partners: QuerySet[Partner], portfolio: Portfolio) -> QuerySet[Partner]:
    return partners if portfolio.is_whole else partners.filter(pk__in=portfolio.partner_ids)
