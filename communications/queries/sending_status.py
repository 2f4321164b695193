"""How sending stands, as the page for managers tells it: what waits, how fast it goes, what needs a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from activity.heartbeat import FRESH_FOR_SECONDS, Heartbeats, heartbeats
from communications.channels.hits import stream_length
from communications.channels.places import places_taken
from communications.models import PENDING, Alarm, Announcement, Delivery, DeliveryChunk, DeliveryState, State
from communications.queries.limits import IS_HELD
from communications.queries.sending import Sending, sending_now

COUNTED_OVER = timedelta(minutes=2)
SHOWN = 20


@dataclass(frozen=True)
class Run:
    """One announcement under way."""

    announcement: Announcement
    by_state: dict[str, int]
    held: dict[str, int]  # mails by the limit or the pause that they wait for

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in PENDING)

    @property
    def settled(self) -> int:
        return sum(self.by_state.values()) - self.waiting


@dataclass(frozen=True)
class SendingStatus:
    """`per_minute` is what was delivered in the last two minutes, for a minute. `done_at` is when the rest is done at that rate."""

    at: datetime
    sending: Sending
    runs: tuple[Run, ...]
    waiting: int
    per_minute: int
    seen: Heartbeats
    hits: int | None
    connections: int | None  # to the mail server; None while Redis is away
    alarms: tuple[Alarm, ...]
    unsure: tuple[Announcement, ...]  # has deliveries in doubt
    failing: tuple[Announcement, ...]  # has a chunk that failed last time

    @property
    def done_at(self) -> datetime | None:
        return self.at + timedelta(minutes=self.waiting / self.per_minute) if self.waiting and self.per_minute else None

    @property
    def silent(self) -> str:
        """Which part has given no sign of life lately: beat, worker or nothing. Without beat no worker is asked for one."""
        for part in ("beat", "worker"):
            age = getattr(self.seen, part)
            if age is None or age > FRESH_FOR_SECONDS:
                return part
        return ""


def sending_status() -> SendingStatus:
    """A handful of queries, none of which reads more rows than are open or were settled within two minutes."""
    now, sending, runs, open_ones = timezone.now(), sending_now(), _runs(), _for_a_person()
    return SendingStatus(
        at=now,
        sending=sending,
        runs=runs,
        waiting=sum(run.waiting for run in runs if run.announcement.state == State.SENDING),
        per_minute=delivered_per_minute(),
        seen=heartbeats(),
        hits=stream_length(),
        connections=places_taken() if settings.MAIL_SERVER_CONNECTIONS else None,
        alarms=tuple(Alarm.objects.open()[:SHOWN]),
        unsure=tuple(row for row in open_ones if row.need == "doubt"),
        failing=tuple(row for row in open_ones if row.need == "failing"),
    )


def _runs() -> tuple[Run, ...]:
    under_way = Announcement.objects.filter(state__in=(State.SENDING, State.PAUSED)).order_by("send_at", "pk")[:SHOWN]
    announcements = {row.pk: row for row in under_way}
    counted: dict[int, Counter[str]] = {pk: Counter() for pk in announcements}
    held: dict[int, dict[str, int]] = {pk: {} for pk in announcements}
    why = Case(When(IS_HELD, then=F("reason")), default=Value(""))
    rows = Delivery.objects.filter(announcement__in=list(announcements)).order_by().values_list("announcement_id", "state", why)
    for pk, state, held_by, count in rows.annotate(Count("contact_id")):
        counted[pk][state] += count
        if held_by:
            held[pk][held_by] = count
    return tuple(Run(announcement, counted[pk], held[pk]) for pk, announcement in announcements.items())


def delivered_per_minute() -> int:
    """Counted only in chunks that were worked on lately, by the index of their rows."""
    moment = timezone.now() - COUNTED_OVER
    worked_on = DeliveryChunk.objects.filter(
        Q(done_at__gte=moment) | Q(done_at=None),
        announcement_id=OuterRef("announcement_id"), channel=OuterRef("channel"), number=OuterRef("chunk"),
    )  # fmt: skip
    lately = Announcement.objects.filter(Q(state__in=(State.SENDING, State.PAUSED)) | Q(finished_at__gte=moment)).values("pk")
    rows = Delivery.objects.filter(state=DeliveryState.DELIVERED, settled_at__gte=moment, announcement__in=lately)
    return rows.filter(Exists(worked_on)).count() * 60 // int(COUNTED_OVER.total_seconds())


def _for_a_person() -> list[Announcement]:
    """Announcements with something that only a person can decide or mend; one query for both kinds."""
    doubtful = Delivery.objects.filter(state=DeliveryState.IN_DOUBT)
    failing = DeliveryChunk.objects.filter(done_at=None, failures__gt=0)
    kinds = {"doubt": doubtful, "failing": failing}
    lists = [
        Announcement.objects.filter(pk__in=rows.values("announcement_id")).annotate(need=Value(need)).order_by("-pk")[:SHOWN]
        for need, rows in kinds.items()
    ]
    return list(lists[0].union(lists[1], all=True))
