"""The report of an announcement. One dataclass for the page, the API and the CSV, so that they cannot disagree.

Per channel: audience = delivered + failed + suppressed + in_doubt + cancelled + pending, at every instant."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from communications.models import (
    PENDING,
    Acknowledgement,
    Action,
    Actor,
    Announcement,
    Channel,
    Delivery,
    DeliveryState,
    Question,
    Reason,
    Touch,
)
from communications.queries.portfolio import EVERYONE, Portfolio


@dataclass(frozen=True)
class ChannelSums:
    """People, by what became of their delivery. `pending` is queued, being sent or deferred."""

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
class AnnouncementReport:
    """`audience` counts people; `read` those who had it on the screen in the portal; `acknowledged` people,
    `acknowledged_partners` organisations. Where `is_whole` is false, every figure counts the people of the `partners`
    that this reader is responsible for, and of no others of the `partners_in_all` it was for."""

    is_whole: bool
    audience: int
    partners: int
    partners_in_all: int
    channels: dict[str, ChannelSums]
    opened: ByActor
    clicked: ByActor
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
    """Seven queries, whatever the size; one more for a portfolio."""
    deliveries = portfolio.deliveries_of(announcement)
    people = deliveries.aggregate(people=Count("contact_id", distinct=True), partners=Count("partner_id", distinct=True))
    touches = _touches(portfolio.narrowed(Touch.objects.filter(announcement_id=announcement.pk), announcement))
    acknowledgements = portfolio.narrowed(Acknowledgement.objects.filter(announcement=announcement), announcement).aggregate(
        people=Count("pk"), partners=Count("partner_id", distinct=True)
    )
    return AnnouncementReport(
        is_whole=portfolio.is_whole,
        audience=people["people"],
        partners=people["partners"],
        partners_in_all=people["partners"] if portfolio.is_whole else _partners_in_all(announcement),
        channels=_channels(announcement, deliveries),
        opened=touches[Action.OPENED],
        clicked=touches[Action.CLICKED],
        read=deliveries.filter(channel=Channel.PORTAL).exclude(read_at=None).count(),
        acknowledged=acknowledgements["people"],
        acknowledged_partners=acknowledgements["partners"],
        questions=portfolio.narrowed(Question.objects.filter(announcement=announcement), announcement).count(),
        reasons=_reasons(deliveries),
        as_of=timezone.now(),
    )


def _partners_in_all(announcement: Announcement) -> int:
    return Delivery.objects.filter(announcement_id=announcement.pk).aggregate(n=Count("partner_id", distinct=True))["n"]


def _channels(announcement: Announcement, deliveries) -> dict[str, ChannelSums]:
    sums: dict[str, dict[str, int]] = {channel: {} for channel in announcement.channels}
    for channel, state, n in deliveries.values_list("channel", "state").annotate(n=Count("contact_id")):
        name = "pending" if state in PENDING else state
        of_channel = sums.setdefault(channel, {})
        of_channel[name] = of_channel.get(name, 0) + n
    return {channel: ChannelSums(**counts) for channel, counts in sums.items()}


def _touches(touches: QuerySet[Touch]) -> dict[str, ByActor]:
    """A person counts once: as human when any of their hits was, as machine when all were suspected."""
    counted: dict[str, dict[str, set[int]]] = {action: {actor: set() for actor in Actor.values} for action in Action.values}
    for action, actor, contact_id in touches.values_list("action", "actor", "contact_id"):
        counted[action][actor].add(contact_id)
    return {
        action: ByActor(human=len(by[Actor.HUMAN]), machine=len(by[Actor.MACHINE] - by[Actor.HUMAN]))
        for action, by in counted.items()
    }


def _reasons(deliveries) -> dict[str, int]:
    """Why people were not reached, in words, for what we decided ourselves; servers' refusals are taken together."""
    rows = (
        deliveries.filter(state__in=(DeliveryState.SUPPRESSED, DeliveryState.FAILED))
        .values_list("reason")
        .annotate(n=Count("contact_id"))
    )
    reasons: dict[str, int] = {}
    for reason, n in rows:
        label = str(Reason(reason).label) if reason in Reason.values else str(DeliveryState.FAILED.label)
        reasons[label] = reasons.get(label, 0) + n
    return dict(sorted(reasons.items(), key=lambda item: -item[1]))
