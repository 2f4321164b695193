"""Whoever has done in one channel what an announcement asks for is not waited for in another: a mail that was put off for them is
settled at once, and not only when its time comes."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.utils import timezone

from communications.models import Announcement, Channel, Delivery, DeliveryChunk, DeliveryState, Reason


def settle_acted(announcement: Announcement, contact_ids: Collection[int]) -> None:
    """One statement by the primary key where nothing was put off; one more where something was, since its chunk may be done then.
    Rows that a worker has in its hands are judged by it."""
    now = timezone.now()
    mails = Delivery.objects.filter(announcement_id=announcement.pk, contact_id__in=contact_ids, channel=Channel.EMAIL)
    put_off = mails.filter(state=DeliveryState.DEFERRED)
    if not put_off.update(state=DeliveryState.SUPPRESSED, reason=Reason.ACTED, settled_at=now, next_try_at=None):
        return
    pending = Delivery.objects.pending().filter(
        announcement_id=OuterRef("announcement_id"), channel=OuterRef("channel"), chunk=OuterRef("number")
    )
    free = DeliveryChunk.objects.filter(
        announcement=announcement, channel=Channel.EMAIL, number__in=mails.values("chunk"), lease=None, done_at=None
    )
    free.exclude(Exists(pending)).update(done_at=now)
