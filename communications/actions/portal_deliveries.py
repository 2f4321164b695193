"""The portal has no wire: being in the feed is the delivery."""

from django.utils import timezone

from communications.models import Announcement, Channel, Delivery, DeliveryState, Reason
from partners.models import Contact


def deliver_to_portal(lease) -> None:
    """Settle a whole chunk at once; who has left meanwhile is not reached, and nobody is by what has expired meanwhile."""
    chunk, now = lease.chunk, timezone.now()
    if not lease.may_go_on():
        return
    queued = Delivery.objects.filter(
        announcement_id=chunk.announcement_id, channel=Channel.PORTAL, chunk=chunk.number, state=DeliveryState.QUEUED
    )
    if Announcement.objects.filter(pk=chunk.announcement_id, expires_at__lte=now).exists():
        queued.update(state=DeliveryState.SUPPRESSED, reason=Reason.EXPIRED, settled_at=now)
        return
    here = Contact.objects.current().values("pk")
    queued.filter(contact_id__in=here).update(state=DeliveryState.DELIVERED, settled_at=now)
    queued.update(state=DeliveryState.SUPPRESSED, reason=Reason.LEFT, settled_at=now)
