"""How sending stands at this moment, over all announcements: what waits, what is worked on, what a person has to look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from communications.models import URGENT, Announcement, Delivery, DeliveryChunk, DeliveryState, State

GOES_FIRST_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class Sending:
    """`deliveries` are those of what is being sent or is paused, by state. A chunk is due when a worker should have it by now;
    `oldest_due` is when the one that waits longest fell due."""

    announcements: dict[str, int]
    deliveries: dict[str, int]
    chunks_due: int
    chunks_leased: int
    chunks_failing: int
    oldest_due: datetime | None
    in_doubt: int


def sending_now() -> Sending:
    """Four queries, each answered from an index of what is still open."""
    now = timezone.now()
    under_way = Announcement.objects.filter(state__in=(State.SENDING, State.PAUSED))
    announcements = dict(under_way.order_by().values_list("state").annotate(Count("pk")))
    rows = Delivery.objects.filter(announcement__in=under_way.values("pk"))
    deliveries = dict.fromkeys(DeliveryState.values, 0) | dict(rows.order_by().values_list("state").annotate(Count("contact_id")))
    is_due = Q(lease=None, due_at__lte=now)
    chunks = DeliveryChunk.objects.filter(done_at=None, announcement__state=State.SENDING).aggregate(
        due=Count("pk", filter=is_due),
        leased=Count("pk", filter=Q(leased_until__gt=now)),
        failing=Count("pk", filter=Q(failures__gt=0)),
        oldest=Min("due_at", filter=is_due),
    )
    return Sending(
        announcements={state: announcements.get(state, 0) for state in (State.SENDING.value, State.PAUSED.value)},
        deliveries=deliveries,
        chunks_due=chunks["due"],
        chunks_leased=chunks["leased"],
        chunks_failing=chunks["failing"],
        oldest_due=chunks["oldest"],
        in_doubt=Delivery.objects.filter(state=DeliveryState.IN_DOUBT).count(),
    )


def urgent_to_begin() -> QuerySet[Announcement]:
    """What is urgent and has just become due. Where it cannot be begun, others do not wait for it for long."""
    just_due = Announcement.objects.filter(kind__in=URGENT, send_at__gt=timezone.now() - GOES_FIRST_FOR)
    return just_due.due() | just_due.filter(state=State.SENDING, frozen_at=None)


def urgent_waits() -> bool:
    """Whether a worker should put down what it has in hand. One query."""
    chunks, announcements = DeliveryChunk.objects.to_take().urgent(), urgent_to_begin()
    return chunks.order_by().values("pk").union(announcements.order_by().values("pk"), all=True).exists()
