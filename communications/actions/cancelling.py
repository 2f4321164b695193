"""Ending what waits of a cancelled announcement, be it a million rows, while others are sent.

Chunk by chunk, each committed by itself and locked by one: neither who cancelled it nor a worker that looks for something to do
waits for all of it. What is left after a second comes with the next kick."""

import time

from django.db import transaction
from django.utils import timezone

from communications.models import Announcement, Delivery, DeliveryChunk, DeliveryState, State, VariantTest

SECONDS_AT_ONCE = 1.0
_WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


def cancel_waiting(announcement: Announcement) -> None:
    """Nothing of it waits any more, besides what a worker has in its hands: that is looked at again once it is put down."""
    began = time.monotonic()
    while _cancel_chunk(announcement) and time.monotonic() - began < SECONDS_AT_ONCE:
        pass


def end_cancelled() -> None:
    """What is left of cancelled announcements: what a worker had in its hands and the server did not take, or what was too much to
    be ended at once."""
    put_down = DeliveryChunk.objects.filter(done_at=None, lease=None, announcement__state=State.CANCELLED)
    for announcement in Announcement.objects.filter(pk__in=put_down.values("announcement_id")):
        cancel_waiting(announcement)


def chunk_the_rest(announcement: Announcement) -> None:
    """Who waited for the test of two variants is in no chunk yet."""
    if not VariantTest.objects.filter(announcement=announcement, decided_at=None).exists():
        return
    waiting = Delivery.objects.filter(announcement_id=announcement.pk, state__in=_WAITING)
    numbers = waiting.order_by().values_list("channel", "chunk").distinct()
    chunks = [DeliveryChunk(announcement=announcement, channel=channel, number=number) for channel, number in numbers]
    DeliveryChunk.objects.bulk_create(chunks, ignore_conflicts=True)


@transaction.atomic
def _cancel_chunk(announcement: Announcement) -> bool:
    """The first that nobody works on. False where there is none."""
    chunk = announcement.chunks.select_for_update(skip_locked=True).filter(done_at=None, lease=None).order_by("pk").first()
    if chunk is None:
        return False
    now = timezone.now()
    rows = Delivery.objects.filter(announcement_id=announcement.pk, channel=chunk.channel, chunk=chunk.number)
    rows.filter(state__in=_WAITING).update(state=DeliveryState.CANCELLED, reason="", settled_at=now, next_try_at=None)
    DeliveryChunk.objects.filter(pk=chunk.pk).update(done_at=now)
    return True
