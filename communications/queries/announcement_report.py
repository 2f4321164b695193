"""The report of an announcement. One dataclass for the page, the API and the CSV, so that they cannot disagree.

Per channel: audience = delivered + failed + suppressed + in_doubt + cancelled + pending, at every instant."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Aggregate, Case, Count, F, Min, QuerySet, Sum, Value, When
from django.utils import timezone

from communications.models import (
    PENDING,
    Acknowledgement,
    Action,
    Actor,
    Announcement,
    AudienceCount,
    Channel,
    Delivery,
    DeliveryCount,
    DeliveryState,
    EngagementEvent,
    HitCount,
    Question,
    Reason,
    Touch,
    TouchCount,
)
from communications.models.engagement import MAKER_OF, Maker
from communications.queries.archives import archived_report_of
from communications.queries.portfolio import EVERYONE, Portfolio
from communications.queries.webhook_deliveries import counted_messages


@dataclass(frozen=True)
class ChannelSums:
    """People, or of chats and webhooks endpoints, by what became of their delivery. `pending` is queued, being sent or deferred."""

    pending: int = 0
    delivered: int = 0
    failed: int = 0
    suppressed: int = 0
    in_doubt: int = 0
    cancelled: int = 0

    @property
    def audience(self) -> int:
        return self.pending + self.delivered + self.failed + self.suppressed + self.in_doubt + self.cancelled


@dataclass(frozen=True)
class ByActor:
    """People by who acted for them: a person, or only something that looks like a machine."""

    human: int = 0
    machine: int = 0


@dataclass(frozen=True)
class ByMaker:
    """Hits, all of them and not only the first of a person, by who seems to have made them."""

    human: int = 0
    prefetch: int = 0
    proxy: int = 0
    scanner: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class AnnouncementReport:
    """`audience` counts people; `read` those who had it on the screen in the portal; `acknowledged` people,
    `acknowledged_partners` organisations; `opened_hits` and `clicked_hits` every single hit. Where `is_whole` is false, every
    figure counts the people of the `partners` that this reader is responsible for, and of no others of the `partners_in_all` it
    was for."""

    is_whole: bool
    audience: int
    partners: int
    partners_in_all: int
    channels: dict[str, ChannelSums]
    opened: ByActor
    clicked: ByActor
    opened_hits: ByMaker
    clicked_hits: ByMaker
    read: int
    acknowledged: int
    acknowledged_partners: int
    questions: int
    reasons: dict[str, int]
    as_of: datetime

    def as_dict(self) -> dict:
        figures = asdict(self)
        figures["channels"] = {name: {**asdict(sums), "audience": sums.audience} for name, sums in self.channels.items()}
        figures["as_of"] = self.as_of.isoformat()
        return figures


def report_of(announcement: Announcement, portfolio: Portfolio = EVERYONE) -> AnnouncementReport:
    """Seven queries, whatever the size, one more for chats and webhooks; of everyone, from counters that are kept with the rows."""
    if not portfolio.is_whole:
        archived_report_of(announcement, portfolio)
    counts = _counted(announcement) if portfolio.is_whole else _counts_in(portfolio, announcement)
    acknowledgements = portfolio.narrowed(Acknowledgement.objects.filter(announcement=announcement), announcement).aggregate(
        people=Count("pk"), partners=Count("partner_id", distinct=True)
    )
    return AnnouncementReport(
        is_whole=portfolio.is_whole,
        audience=counts.people,
        partners=counts.partners,
        partners_in_all=counts.partners if portfolio.is_whole else _audience(announcement)[1],
        channels=_channels(announcement, counts.deliveries, portfolio),
        opened=_by_actor(counts.touches, Action.OPENED),
        clicked=_by_actor(counts.touches, Action.CLICKED),
        opened_hits=_by_maker(counts.hits, Action.OPENED),
        clicked_hits=_by_maker(counts.hits, Action.CLICKED),
        read=sum(row.read for row in counts.deliveries if row.channel == Channel.PORTAL),
        acknowledged=acknowledgements["people"],
        acknowledged_partners=acknowledgements["partners"],
        questions=portfolio.narrowed(Question.objects.filter(announcement=announcement), announcement).count(),
        reasons=_reasons(counts.deliveries),
        as_of=timezone.now(),
    )


class _Deliveries(NamedTuple):
    channel: str
    state: str
    reason: str
    rows: int
    read: int


@dataclass(frozen=True)
class _Counts:
    """`touches` are people by action and actor; `hits` are by action and signal."""

    people: int
    partners: int
    deliveries: list[_Deliveries]
    touches: dict[tuple[str, str], int]
    hits: dict[tuple[str, str], int]


def _counted(announcement: Announcement) -> _Counts:
    deliveries = DeliveryCount.objects.filter(announcement_id=announcement.pk).values_list("channel", "state", "reason")
    touches = TouchCount.objects.filter(announcement_id=announcement.pk).values_list("action", "actor", "people")
    people, partners = _audience(announcement)
    return _Counts(
        people=people,
        partners=partners,
        deliveries=[_Deliveries(*row) for row in deliveries.annotate(Sum("rows"), Sum("read"))],
        touches={(action, actor): count for action, actor, count in touches},
        hits=_sums(HitCount.objects.filter(announcement_id=announcement.pk), Sum("hits")),
    )


def _audience(announcement: Announcement) -> tuple[int, int]:
    """People and partners; counted here where they are not counted just now."""
    counted = AudienceCount.objects.filter(announcement_id=announcement.pk).values_list("people", "partners").first()
    return counted or _different(EVERYONE.deliveries_of(announcement))


def _counts_in(portfolio: Portfolio, announcement: Announcement) -> _Counts:
    """From the rows, since counters are of everyone."""
    rows = portfolio.deliveries_of(announcement)
    people, partners = _different(rows)
    told = Case(When(state=DeliveryState.SUPPRESSED, then=F("reason")), default=Value(""))
    deliveries = rows.annotate(told=told).values_list("channel", "state", "told").annotate(Count("contact_id"), Count("read_at"))
    touches = portfolio.narrowed(Touch.objects.filter(announcement_id=announcement.pk), announcement)
    hits = _sums(portfolio.narrowed(EngagementEvent.objects.filter(announcement_id=announcement.pk), announcement), Count("pk"))
    return _Counts(people, partners, [_Deliveries(*row) for row in deliveries], _touches(touches), hits)


def _different(rows: QuerySet[Delivery]) -> tuple[int, int]:
    counted = rows.aggregate(people=Count("contact_id", distinct=True), partners=Count("partner_id", distinct=True))
    return counted["people"], counted["partners"]


def _touches(touches: QuerySet[Touch]) -> dict[tuple[str, str], int]:
    """A person counts once: as human when any of their hits was, as machine when all were suspected."""
    acted = touches.values("action", "contact_id").annotate(first=Min("actor")).values_list("action", "first")
    return Counter(acted)


def _by_actor(touches: dict[tuple[str, str], int], action: Action) -> ByActor:
    return ByActor(human=touches.get((action, Actor.HUMAN), 0), machine=touches.get((action, Actor.MACHINE), 0))


def _sums(rows: QuerySet, sum_of: Aggregate) -> dict[tuple[str, str], int]:
    return {(action, signal): count for action, signal, count in rows.values_list("action", "signal").annotate(n=sum_of)}


def _by_maker(hits: dict[tuple[str, str], int], action: Action) -> ByMaker:
    sums: Counter[str] = Counter()
    for (done, signal), count in hits.items():
        if done == action:
            sums[MAKER_OF.get(signal, Maker.UNKNOWN).value] += count
    return ByMaker(**sums)


def _channels(announcement: Announcement, deliveries: list[_Deliveries], portfolio: Portfolio) -> dict[str, ChannelSums]:
    """By channel; of chats and webhooks, endpoints are counted."""
    sums: dict[str, dict[str, int]] = {channel: {} for channel in announcement.channels}
    counted = [(row.channel, row.state, row.rows) for row in deliveries]
    if Channel.WEBHOOK in sums:
        counted += [(Channel.WEBHOOK, state, n) for state, n in counted_messages(announcement, portfolio).items()]
    for channel, state, n in counted:
        name = "pending" if state in PENDING else state
        of_channel = sums.setdefault(channel, {})
        of_channel[name] = of_channel.get(name, 0) + n
    return {channel: ChannelSums(**counts) for channel, counts in sums.items()}


def _reasons(deliveries: list[_Deliveries]) -> dict[str, int]:
    """Why people were not reached, in words, for what we decided ourselves; servers' refusals are taken together."""
    reasons: dict[str, int] = {}
    for row in deliveries:
        if row.rows and row.state in (DeliveryState.SUPPRESSED, DeliveryState.FAILED):
            label = str(Reason(row.reason).label) if row.reason in Reason.values else str(DeliveryState.FAILED.label)
            reasons[label] = reasons.get(label, 0) + row.rows
    return dict(sorted(reasons.items(), key=lambda item: -item[1]))
