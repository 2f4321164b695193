"""Who works on a chunk: one task at a time, for as long as it keeps saying so."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from communications.models import Delivery, DeliveryChunk, DeliveryState, State

LEASE = timedelta(seconds=60)


@dataclass
class Lease:
    """The right to work on one chunk. Lost when it is not renewed in time: then another may have taken over."""

    chunk: DeliveryChunk
    key: uuid.UUID

    def renew(self) -> bool:
        mine = DeliveryChunk.objects.filter(pk=self.chunk.pk, lease=self.key, done_at=None)
        return bool(mine.update(leased_until=timezone.now() + LEASE))

    def may_go_on(self) -> bool:
        """Renewed, and its announcement is neither paused nor cancelled."""
        mine = DeliveryChunk.objects.filter(pk=self.chunk.pk, lease=self.key, done_at=None, announcement__state=State.SENDING)
        return bool(mine.update(leased_until=timezone.now() + LEASE))

    def release(self) -> None:
        """Give the chunk back: done when nothing in it is pending, else due when its next row is."""
        is_later = Q(state=DeliveryState.DEFERRED)
        counted = {"now": Count("contact_id", filter=~is_later), "later": Min("next_try_at", filter=is_later)}
        pending = rows_of(self.chunk).pending().aggregate(**counted)
        changes: dict = {"done_at": timezone.now()}
        if pending["now"] or pending["later"] is not None:
            changes = {"due_at": timezone.now() if pending["now"] else pending["later"]}
        DeliveryChunk.objects.filter(pk=self.chunk.pk, lease=self.key).update(lease=None, leased_until=None, failures=0, **changes)

    def give_up(self) -> None:
        """Let it be settled at once what became of its rows."""
        mine = DeliveryChunk.objects.filter(pk=self.chunk.pk, lease=self.key)
        mine.update(leased_until=timezone.now() - timedelta(microseconds=1))


@transaction.atomic
def take_lease(chunk_id: int) -> Lease | None:
    now = timezone.now()
    chunk = (
        DeliveryChunk.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("announcement__programme")
        .filter(pk=chunk_id, lease=None, done_at=None, announcement__state=State.SENDING)
        .first()
    )
    if chunk is None:
        return None
    key = uuid.uuid4()
    DeliveryChunk.objects.filter(pk=chunk_id).update(lease=key, leased_until=now + LEASE, handed_out_at=None)
    return Lease(chunk, key)


def rows_of(chunk: DeliveryChunk):
    return Delivery.objects.filter(announcement_id=chunk.announcement_id, channel=chunk.channel, chunk=chunk.number)
