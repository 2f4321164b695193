"""How many mails to an address came back one after the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from activity.notice_kinds import notice_kinds
from communications.models import Channel, Delivery, DeliveryState, ReturnedMail

COMES_BACK_WITHIN = timedelta(days=5)  # servers try for about so long before they send a mail back


@dataclass(frozen=True)
class Row:
    """Mails in a row that came back for reasons that may pass."""

    mails: int
    first: datetime
    last: datetime
    is_over: bool  # a later mail has arrived

    @property
    def days(self) -> int:
        return (self.last - self.first).days


def row_around(returned: ReturnedMail) -> Row:
    """The row that this mail belongs to. It lies between the last mail before it and the first one after it that did not come
    back. One that went out a moment ago may still come back: it ends nothing yet. Reports may come in any order."""
    arrived = _arrived(returned.address)
    before = [rows.filter(**{f"{at}__lt": returned.sent_at}).aggregate(last=Max(at))["last"] for rows, at in arrived]
    after = [rows.filter(**{f"{at}__gt": returned.sent_at}).aggregate(first=Min(at))["first"] for rows, at in arrived]
    before, after = max(filter(None, before), default=None), min(filter(None, after), default=None)
    rows = ReturnedMail.objects.filter(address=returned.address, kind=ReturnedMail.Kind.SOFT)
    if before is not None:
        rows = rows.filter(sent_at__gt=before)
    if after is not None:
        rows = rows.filter(sent_at__lt=after)
    found = rows.aggregate(mails=Count("pk"), first=Min("sent_at"), last=Max("sent_at"))
    return Row(**found, is_over=after is not None and after < timezone.now() - COMES_BACK_WITHIN)


def _arrived(address: str) -> list[tuple[QuerySet, str]]:
    """The mails of ours that a server took and that did not come back, of every sort, with the field that says when."""
    deliveries = Delivery.objects.filter(address=address, channel=Channel.EMAIL, state=DeliveryState.DELIVERED)
    return [(deliveries, "settled_at")] + [(kind.arrived(address), kind.sent_at) for kind in notice_kinds().values()]
