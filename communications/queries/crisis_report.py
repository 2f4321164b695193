"""After it: what happened when, how long it took until so many had acknowledged, and how drills compare with reality.

Minutes are counted from the start. Who was called later by a rung counts from the start, too: that is what they cost."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import (
    AcknowledgedHow,
    Acknowledgement,
    Announcement,
    Crisis,
    CrisisAlarm,
    CrisisMessage,
    CrisisPerson,
    CrisisState,
    Delivery,
    DeliveryState,
    Kind,
    Says,
)
from communications.queries.crisis_board import Board, board_of, people_of
from communications.queries.portfolio import Portfolio
from communications.rendering.crisis_words import alarm_in_words
from communications.rendering.merge_fields import with_labels

THRESHOLDS = (25, 50, 75, 90, 100)
COMPARED = (50, 90)
CHART = 60  # points of the curve


@dataclass(frozen=True)
class Threshold:
    """`after` is None while it has not been reached; `needed` of `asked` is what it takes."""

    percent: int
    asked: int
    needed: int
    after: timedelta | None

    @property
    def seconds(self) -> int:
        return math.ceil(self.after.total_seconds()) if self.after is not None else 0


@dataclass(frozen=True)
class Event:
    at: datetime
    after: timedelta
    what: str
    detail: str = ""
    announcement_id: str = ""


@dataclass(frozen=True)
class Report:
    board: Board
    people: tuple[Threshold, ...]
    organisations: tuple[Threshold, ...]
    timeline: tuple[Event, ...]
    first_out: timedelta | None
    all_out: timedelta | None
    how: tuple[tuple[str, int], ...]
    curve: tuple[tuple[int, int], ...]  # seconds after the start, and how many had acknowledged

    @property
    def is_complete(self) -> bool:
        return all(threshold.after is not None for threshold in self.people)


def report_of(crisis: Crisis, user) -> Report:
    people = people_of(crisis, user)
    board = board_of(crisis, user)
    times = list(people.exclude(acknowledged_at=None).order_by("acknowledged_at").values_list("acknowledged_at", flat=True))
    firsts = _first_of_each(people)
    mails = Delivery.objects.filter(announcement__crisis_message__crisis=crisis, state=DeliveryState.DELIVERED)
    alarm = mails.filter(announcement__crisis_message__says=Says.ALARM).aggregate(first=Min("settled_at"), last=Max("settled_at"))
    how = people.exclude(acknowledged_at=None).order_by().values_list("acknowledged_how").annotate(n=Count("pk"))
    return Report(
        board=board,
        people=_thresholds(crisis, board.people.people, times),
        organisations=_thresholds(crisis, board.organisations_asked, firsts),
        timeline=tuple(sorted(_events(crisis, board, times), key=lambda event: event.at)),
        first_out=alarm["first"] and alarm["first"] - crisis.started_at,
        all_out=alarm["last"] and alarm["last"] - crisis.started_at,
        how=tuple(how.order_by("-n")),
        curve=_curve(crisis, times),
    )


def _first_of_each(people: QuerySet[CrisisPerson]) -> list[datetime]:
    """When somebody of each organisation acknowledged first."""
    rows = people.exclude(acknowledged_at=None).order_by().values("contact__partner").annotate(first=Min("acknowledged_at"))
    return sorted(row["first"] for row in rows)


def _thresholds(crisis: Crisis, asked: int, times: list[datetime]) -> tuple[Threshold, ...]:
    return tuple(_threshold(crisis, percent, asked, times) for percent in THRESHOLDS)


def _threshold(crisis: Crisis, percent: int, asked: int, times: list[datetime]) -> Threshold:
    needed = max(-(-asked * percent // 100), 1)
    after = times[needed - 1] - crisis.started_at if asked and len(times) >= needed else None
    return Threshold(percent, asked, needed, after)


def _curve(crisis: Crisis, times: list[datetime]) -> tuple[tuple[int, int], ...]:
    """At most so many points; each time is one step up."""
    step = max(-(-len(times) // CHART), 1)
    points = [
        (int((at - crisis.started_at).total_seconds()), n) for n, at in enumerate(times, 1) if n % step == 0 or n == len(times)
    ]
    return ((0, 0), *points)


def _events(crisis: Crisis, board: Board, times: list[datetime]) -> Iterator[Event]:
    def event(at: datetime, what: str, detail: str = "", message: CrisisMessage | None = None) -> Event:
        shown = str(message.announcement.public_id) if message and message.announcement else ""
        return Event(at, at - crisis.started_at, what, detail, shown)

    yield event(crisis.started_at, _("Started"), _("by %(who)s") % {"who": crisis.started_by or _("somebody")})
    for message in board.messages:
        title = with_labels(message.announcement.title) if message.announcement else ""
        yield event(message.at, str(message.get_says_display()).capitalize(), title, message)
    for alarm in board.alarms:
        if alarm.decided_at:
            yield event(alarm.decided_at, _("Rung %(n)d of the ladder") % {"n": alarm.number}, _decided(alarm))
    for call in board.calls:
        if call.taken_at:
            yield event(call.taken_at, _("%(who)s is on it") % {"who": call.user}, call.role)
    if times:
        yield event(times[0], _("First acknowledgement"))
    for threshold in _thresholds(crisis, board.people.people, times):
        if threshold.after is not None:
            words = {"n": threshold.needed, "of": threshold.asked}
            yield event(
                crisis.started_at + threshold.after, _("%(percent)d %% have acknowledged") % {"percent": threshold.percent},
                _("%(n)d of %(of)d people") % words,
            )  # fmt: skip
    if crisis.cleared_at:
        yield event(crisis.cleared_at, _("All clear"), _("by %(who)s") % {"who": crisis.cleared_by or _("somebody")})


def _decided(alarm: CrisisAlarm) -> str:
    found = _("%(missing)d of %(asked)d had not acknowledged") % {"missing": alarm.missing or 0, "asked": alarm.asked or 0}
    if not alarm.is_raised:
        return _("%(found)s: nobody had to be alarmed") % {"found": found}
    alarmed = ngettext("%(n)d alarmed", "%(n)d alarmed", alarm.reached) % {"n": alarm.reached}
    return f"{found}: {alarm_in_words(alarm.rung)} ({alarmed})"


@dataclass(frozen=True)
class Record:
    """All drills, or all real crises, of what this manager sees."""

    is_drill: bool
    count: int
    running: int
    medians: tuple[tuple[int, timedelta | None], ...]  # by percent: the median time until then, of those that got so far


def records_of(crises: QuerySet[Crisis]) -> tuple[Record, Record]:
    """Reality first, and drills apart from it."""
    rows = list(crises.values_list("pk", "is_drill", "state"))
    times = _times_of([pk for pk, _is_drill, _state in rows])
    return _record(rows, times, is_drill=False), _record(rows, times, is_drill=True)


def _times_of(pks: list[int]) -> dict[int, dict[int, timedelta | None]]:
    """Of each crisis, how long until the thresholds: the person by whom so many had acknowledged. One query each."""
    in_turn = Window(RowNumber(), partition_by="crisis", order_by=F("acknowledged_at").asc(nulls_last=True))
    people = CrisisPerson.objects.filter(crisis__in=pks).annotate(nth=in_turn, asked=Window(Count("pk"), partition_by="crisis"))
    found: dict[int, dict[int, timedelta | None]] = {}
    for percent in COMPARED:
        rows = people.filter(nth=(F("asked") * percent + 99) / 100)
        for crisis, started_at, at in rows.values_list("crisis", "crisis__started_at", "acknowledged_at"):
            found.setdefault(crisis, {})[percent] = at - started_at if at else None
    return found


def _record(rows, times, *, is_drill: bool) -> Record:
    own = [(pk, state) for pk, drill, state in rows if drill == is_drill]
    medians = []
    for percent in COMPARED:
        reached = [after for pk, _state in own if (after := times.get(pk, {}).get(percent)) is not None]
        medians.append((percent, median(reached) if reached else None))
    return Record(is_drill, len(own), sum(state == CrisisState.RUNNING for _pk, state in own), tuple(medians))


def acknowledged_of(crises: QuerySet[Crisis]) -> QuerySet[Crisis]:
    """With how many were called and how many of them have acknowledged, for a list."""
    return crises.annotate(called=Count("people"), heard=Count("people", filter=Q(people__acknowledged_at__isnull=False)))


def acknowledged_elsewhere(announcement: Announcement, portfolio: Portfolio) -> dict[str, int]:
    """Of a message of a crisis: how many acknowledged it other than in the portal, by how. They need not have read it there."""
    if announcement.kind != Kind.CRISIS:
        return {}
    heard = portfolio.narrowed(Acknowledgement.objects.filter(announcement=announcement), announcement)
    people = CrisisPerson.objects.filter(crisis__messages__announcement=announcement, contact__in=heard.values("contact_id"))
    elsewhere = people.exclude(acknowledged_how__in=("", AcknowledgedHow.PORTAL)).order_by()
    return dict(elsewhere.values_list("acknowledged_how").annotate(Count("pk", distinct=True)))
