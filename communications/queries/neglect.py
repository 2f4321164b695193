"""What has had nothing for weeks: objectives, segments, stages of the lifecycle and themes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Func, IntegerField, Max, Q, QuerySet, Value
from django.utils import timezone

from communications.models import Announcement, Delivery, DeliveryState, Objective, Theme
from communications.queries.objectives import last_sent
from communications.queries.portfolio import Portfolio
from context.models import Segment
from context.rules import compile_rules
from partners.models import Enrolment, Partner, Programme, Stage

WEEKS, WEEKS_AT_MOST = 4, 104
SEGMENTS_AT_MOST = 40


@dataclass(frozen=True)
class Line:
    """`last_at` is when something for it went out last, None if never. Of segments and stages: how many partners are there, and
    how many of them have got nothing in these weeks, whatever it was for."""

    name: str
    key: str
    last_at: datetime | None
    partners: int | None = None
    unheard: int | None = None


@dataclass(frozen=True)
class Neglect:
    weeks: int
    since: datetime
    objectives: tuple[Line, ...]
    segments: tuple[Line, ...]
    stages: tuple[Line, ...]
    themes: tuple[Line, ...]

    @property
    def count(self) -> int:
        return len(self.objectives) + len(self.segments) + len(self.stages) + len(self.themes)


def neglect_of(programme: Programme, weeks: int, *, user, portfolio: Portfolio) -> Neglect:
    """Objectives that run, the segments they are for, themes that are current, stages that somebody is in."""
    since = timezone.now() - timedelta(weeks=weeks)
    items = Announcement.objects.filter(programme=programme)
    objectives = list(Objective.objects.visible_to(user).filter(programme=programme).running())
    segments = Segment.objects.visible_to(user).filter(objectives__in=objectives).distinct().order_by("name")[:SEGMENTS_AT_MOST]
    themes = list(Theme.objects.visible_to(user).filter(programme=programme).current())
    by_objective, by_theme = last_sent(items, "objective"), last_sent(items, "theme")
    by_segment = last_sent(items, "segment")
    heard = _heard_since(since, items)
    return Neglect(
        weeks=weeks, since=since,
        objectives=_late((Line(str(each), str(each.public_id), by_objective.get(each.pk)) for each in objectives), since),
        segments=_late(_segment_lines(list(segments), by_segment, heard, portfolio), since),
        stages=_late(_stage_lines(programme, items, heard, portfolio), since),
        themes=_late((Line(str(each), str(each.public_id), by_theme.get(each.pk)) for each in themes), since),
    )  # fmt: skip


def _late(lines, since: datetime) -> tuple[Line, ...]:
    """Those with nothing since then, the longest first."""
    late = [line for line in lines if line.last_at is None or line.last_at < since]
    return tuple(sorted(late, key=lambda line: (line.last_at is not None, line.last_at or since, line.name)))


def _heard_since(since: datetime, items: QuerySet[Announcement]) -> QuerySet[Delivery]:
    """Ids of partners of whose people somebody got something of this programme since then."""
    recent = list(items.filter(frozen_at__isnull=False, send_at__gte=since).values_list("pk", flat=True))
    return Delivery.objects.filter(announcement_id__in=recent, state=DeliveryState.DELIVERED).values("partner_id")


def _segment_lines(segments: list[Segment], last: dict, heard: QuerySet[Delivery], portfolio: Portfolio) -> list[Line]:
    """One query for the partners of all of them."""
    asked = [
        _within(compile_rules(each.rule, each.contact_rule).partners(), portfolio)
        .annotate(segment=Value(each.pk, output_field=IntegerField()))
        .values("segment")
        .annotate(partners=Count("pk"), unheard=Count("pk", filter=~Q(pk__in=heard)))
        for each in segments
    ]
    rows = asked[0].union(*asked[1:], all=True) if asked else ()
    counts = {row["segment"]: (row["partners"], row["unheard"]) for row in rows}
    return [Line(str(each), str(each.pk), last.get(each.pk), *counts.get(each.pk, (0, 0))) for each in segments]


def _stage_lines(
    programme: Programme, items: QuerySet[Announcement], heard: QuerySet[Delivery], portfolio: Portfolio
) -> list[Line]:
    gone = items.filter(frozen_at__isnull=False, send_at__lte=timezone.now()).order_by()
    served = gone.annotate(stage=Func(F("stages"), function="unnest", set_returning=True, output_field=CharField()))
    last = dict(served.values_list("stage").annotate(at=Max("send_at")))
    rows = Enrolment.objects.current().filter(programme=programme).exclude(stage="").order_by()
    if not portfolio.is_whole:
        rows = rows.filter(partner_id__in=portfolio.partner_ids)
    counts = rows.values("stage").annotate(partners=Count("pk"), unheard=Count("pk", filter=~Q(partner_id__in=heard)))
    return [
        Line(str(Stage(row["stage"]).label), row["stage"], last.get(row["stage"]), row["partners"], row["unheard"])
        for row in counts
        if row["stage"] in Stage.values
    ]


def _within(partners: QuerySet[Partner], portfolio: Portfolio) -> QuerySet[Partner]:
    return partners if portfolio.is_whole else partners.filter(pk__in=portfolio.partner_ids)
