"""The rows behind the sums of a report: one delivery for each person and channel."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from communications.models import PENDING, Acknowledgement, Action, Actor, Announcement, Delivery, DeliveryState, Reason, Touch
from communications.queries.digests import digest_words
from communications.queries.suppressions import suppression_words
from communications.queries.waiting import hold_words, waiting_for

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class DeliveryLine:
    contact_public_id: str
    name: str
    address: str
    partner: str
    partner_public_id: str
    country: str
    channel: str
    state: str
    reason: str
    settled_at: datetime | None
    next_try_at: datetime | None
    read_at: datetime | None
    has_opened: bool
    has_clicked: bool
    has_acknowledged: bool

    @property
    def state_label(self) -> str:
        return str(DeliveryState(self.state).label)


def delivery_rows(announcement: Announcement, user, *, channel: str = "", state: str = "", why: str = "") -> QuerySet[Delivery]:
    """`state` is a state, or `pending` for those that are not settled; `why` a reason in the words of the report.
    In the order of the primary key."""
    rows = Delivery.objects.visible_to(user).filter(announcement_id=announcement.pk)
    if channel:
        rows = rows.filter(channel=channel)
    if state:
        rows = rows.filter(state__in=PENDING if state == "pending" else [state])
    if why:
        rows = _for_reason(rows, why)
    touched = Touch.objects.filter(announcement_id=announcement.pk, contact_id=OuterRef("contact_id"), actor=Actor.HUMAN)
    acknowledged = Acknowledgement.objects.filter(announcement_id=announcement.pk, contact_id=OuterRef("contact_id"))
    return (
        rows.select_related("contact", "partner")
        .annotate(
            has_opened=Exists(touched.filter(action=Action.OPENED)),
            has_clicked=Exists(touched.filter(action=Action.CLICKED)),
            has_acknowledged=Exists(acknowledged),
        )
        .order_by("contact_id", "channel")
    )


def _for_reason(rows: QuerySet[Delivery], why: str) -> QuerySet[Delivery]:
    """As the report takes them together: our own reasons by their words, a server's all as failed; what is held back, as kept."""
    waiting = waiting_for(rows, why)
    if waiting is not None:
        return waiting
    unreached = rows.filter(state__in=(DeliveryState.SUPPRESSED, DeliveryState.FAILED))
    ours = [reason for reason, words in Reason.choices if words == why]
    return unreached.filter(reason__in=ours) if ours else unreached.exclude(reason__in=Reason.values)


def line_of(row: Delivery) -> DeliveryLine:
    return DeliveryLine(
        str(row.contact.public_id), row.contact.name, row.address, row.partner.name, str(row.partner.public_id),
        row.partner.country, row.channel, row.state, reason_words(row.reason), row.settled_at, row.next_try_at, row.read_at,
        row.has_opened, row.has_clicked, row.has_acknowledged,
    )  # fmt: skip


def delivery_page(announcement: Announcement, user, *, page: int = 1, **filters) -> list[DeliveryLine]:
    """One page, and one row more when there is another. Nothing is counted."""
    first = (page - 1) * ROWS_A_PAGE
    rows = list(delivery_rows(announcement, user, **filters)[first : first + ROWS_A_PAGE + 1])
    rolled_up = [row.contact_id for row in rows if row.reason == Reason.ROLLED_UP]
    digests = digest_words(announcement.pk, rolled_up) if rolled_up else {}
    bounced = [row.address for row in rows if row.reason == Reason.BOUNCED]
    suppressed = suppression_words(bounced) if bounced else {}
    return [_told_in_full(row, digests, suppressed) for row in rows]


def _told_in_full(row: Delivery, digests: dict[int, str], suppressed: dict[str, str]) -> DeliveryLine:
    """With which digest somebody got it, or why their address is suppressed as of now."""
    line = line_of(row)
    if row.reason == Reason.ROLLED_UP:
        return replace(line, reason=digests.get(row.contact_id, line.reason))
    if row.reason == Reason.BOUNCED and row.address.lower() in suppressed:
        return replace(line, reason=f"{line.reason} ({suppressed[row.address.lower()]})")
    return line


def reason_words(reason: str) -> str:
    """Our own reasons in words; a server's as it said them."""
    return str(Reason(reason).label) if reason in Reason.values else hold_words(reason) or reason
