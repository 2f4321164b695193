"""How sending stands, as the page for managers tells it: what waits, how fast it goes, what needs a person."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, Value, When
from django.utils import timezone

from activity.heartbeat import FRESH_FOR_SECONDS, Heartbeats, heartbeats
from communications.channels.hits import stream_length
from communications.channels.places import places_taken
from communications.models import PENDING, Alarm, Announcement, Channel, Delivery, DeliveryChunk, DeliveryState, State, VariantTest
from communications.queries.sending import Sending, sending_now
from communications.queries.waiting import TEST, what_it_waits_for

COUNTED_OVER = timedelta(minutes=2)
SHOWN = 20


@dataclass(frozen=True)
class Run:
    """One announcement under way."""

    announcement: Announcement
    by_state: dict[str, int]
    held: dict[str, int]  # mails by what they wait for other than their turn

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in PENDING)

    @property
    def settled(self) -> int:
        return sum(self.by_state.values()) - self.waiting


@dataclass(frozen=True)
class Later:
    """What does not go before its time, however fast sending is; `until` is when the last of it goes."""

    why: str
    mails: int
    until: datetime


@dataclass(frozen=True)
class SendingStatus:
    """What waits is due now, by channel, or goes later. `lately` is what was delivered in the last two minutes, by channel."""

    at: datetime
    sending: Sending
    runs: tuple[Run, ...]
    due: Counter[str]
    later: tuple[Later, ...]
    lately: Counter[str]
    seen: Heartbeats
    hits: int | None
    connections: int | None  # to the mail server; None while Redis is away
    alarms: tuple[Alarm, ...]
    unsure: tuple[Announcement, ...]  # has deliveries in doubt
    failing: tuple[Announcement, ...]  # has a chunk that failed last time

    @property
    def waiting(self) -> int:
        """Of what is not paused."""
        return self.due.total() + sum(later.mails for later in self.later)

    @property
    def per_minute(self) -> int:
        return _a_minute(self.lately)

    @property
    def done_at(self) -> datetime | None:
        """When the mails that are due are done at the rate of mails; the portal takes no time."""
        mails, rate = self.due[Channel.EMAIL], self.lately[Channel.EMAIL]
        return self.at + COUNTED_OVER * mails / rate if mails and rate else None

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
    now, sending, open_ones = timezone.now(), sending_now(), _for_a_person()
    under_way = _under_way()
    return SendingStatus(
        at=now,
        sending=sending,
        runs=_runs(under_way),
        due=_due(under_way, now),
        later=_later(under_way, now),
        lately=delivered_lately(),
        seen=heartbeats(),
        hits=stream_length(),
        connections=places_taken() if settings.MAIL_SERVER_CONNECTIONS else None,
        alarms=tuple(Alarm.objects.open()[:SHOWN]),
        unsure=tuple(row for row in open_ones if row.need == "doubt"),
        failing=tuple(row for row in open_ones if row.need == "failing"),
    )


@dataclass(frozen=True)
class _Rows:
    """Deliveries of one announcement that are alike."""

    announcement_id: int
    is_sending: bool
    channel: str
    state: str
    why: str
    last: datetime | None
    count: int

    def is_later(self, now: datetime) -> bool:
        return bool(self.why) and self.last is not None and self.last > now


def _under_way() -> list[_Rows]:
    """One query for all that is being sent or paused, and one for the tests where there are any. Those whose time has come since
    they were put off are rows of their own."""
    now = timezone.now()
    announcements = Announcement.objects.filter(state__in=(State.SENDING, State.PAUSED))
    counted = (
        Delivery.objects.filter(announcement__in=announcements.values("pk")).order_by()
        .annotate(why=what_it_waits_for(), has_come=Case(When(next_try_at__lte=now, then=True), default=False))
        .values_list("announcement_id", "announcement__state", "channel", "state", "why", "has_come")
        .annotate(last=Max("next_try_at"), count=Count("contact_id"))
    )  # fmt: skip
    rows = [
        _Rows(pk, of == State.SENDING, channel, state, why, last, count)
        for pk, of, channel, state, why, _come, last, count in counted
    ]
    if not any(row.why == TEST for row in rows):
        return rows
    ends = dict(
        VariantTest.objects.filter(decided_at=None, announcement__in=announcements).values_list("announcement_id", "decide_at")
    )
    return [replace(row, last=ends.get(row.announcement_id)) if row.why == TEST else row for row in rows]


def _runs(rows: list[_Rows]) -> tuple[Run, ...]:
    under_way = Announcement.objects.filter(state__in=(State.SENDING, State.PAUSED)).order_by("send_at", "pk")[:SHOWN]
    states: dict[int, Counter[str]] = defaultdict(Counter)
    held: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        states[row.announcement_id][row.state] += row.count
        if row.why:
            held[row.announcement_id][row.why] += row.count
    return tuple(Run(announcement, states[announcement.pk], held[announcement.pk]) for announcement in under_way)


def _due(rows: list[_Rows], now: datetime) -> Counter[str]:
    due: Counter[str] = Counter()
    for row in rows:
        if row.is_sending and row.state in PENDING and not row.is_later(now):
            due[row.channel] += row.count
    return due


def _later(rows: list[_Rows], now: datetime) -> tuple[Later, ...]:
    """By what it waits for, all limits and pauses together."""
    found: dict[str, Later] = {}
    for row in rows:
        if row.is_sending and row.is_later(now) and row.last:
            kind = row.why.partition(":")[0]
            known = found.get(kind, Later(kind, 0, row.last))
            found[kind] = Later(kind, known.mails + row.count, max(known.until, row.last))
    return tuple(found[kind] for kind in sorted(found))


def delivered_per_minute() -> int:
    return _a_minute(delivered_lately())


def _a_minute(counts: Counter[str]) -> int:
    return counts.total() * 60 // int(COUNTED_OVER.total_seconds())


def delivered_lately() -> Counter[str]:
    """By channel. Counted only in chunks that were worked on lately, by the index of their rows."""
    moment = timezone.now() - COUNTED_OVER
    worked_on = DeliveryChunk.objects.filter(
        Q(done_at__gte=moment) | Q(done_at=None),
        announcement_id=OuterRef("announcement_id"), channel=OuterRef("channel"), number=OuterRef("chunk"),
    )  # fmt: skip
    lately = Announcement.objects.filter(Q(state__in=(State.SENDING, State.PAUSED)) | Q(finished_at__gte=moment)).values("pk")
    rows = Delivery.objects.filter(state=DeliveryState.DELIVERED, settled_at__gte=moment, announcement__in=lately)
    counted = rows.filter(Exists(worked_on)).order_by().values_list("channel").annotate(Count("contact_id"))
    return Counter(dict(counted))


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
