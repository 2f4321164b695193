"""What people did: read, acknowledged, opened, clicked."""

from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from communications.channels import hits
from communications.models import (
    Acknowledgement,
    Actor,
    Announcement,
    Channel,
    Delivery,
    EngagementEvent,
    StreamPosition,
    Touch,
)
from communications.rendering.machines import machine_signal
from communications.tracking_tokens import read_token
from partners.models import Contact

_ONE_READER = 727_001  # any number; the advisory lock of whoever reads the stream


def mark_read(announcement: Announcement, *, contact: Contact) -> bool:
    """The contact has it on the screen. True the first time."""
    row = Delivery.objects.filter(announcement_id=announcement.pk, contact_id=contact.pk, channel=Channel.PORTAL, read_at=None)
    return bool(row.update(read_at=timezone.now()))


@transaction.atomic
def acknowledge_announcement(announcement: Announcement, *, contact: Contact) -> Acknowledgement:
    """Confirm for one's organisation. Doing it twice is the same as once."""
    if not announcement.requires_acknowledgement:
        raise Refused(_("“%(title)s” does not ask for an acknowledgement.") % {"title": announcement})
    row, created = Acknowledgement.objects.get_or_create(
        announcement=announcement,
        contact=contact,
        defaults={"partner_id": contact.partner_id, "version": announcement.approved_version or announcement.version},
    )
    if created:
        record_activity(
            "announcement.acknowledged", f"{contact} acknowledged “{announcement}”", by=contact.user, partner_id=contact.partner_id,
            subject=announcement, data={"contact": contact.pk},
        )  # fmt: skip
    return row


@transaction.atomic
def read_hits() -> int:
    """Move a batch from the stream to the database. One reader at a time; what is written and how far it was read are one
    transaction, so a batch read twice is written once. Returns how many hits were read."""
    if not _is_only_reader():
        return 0
    position, _created = StreamPosition.objects.get_or_create(stream=hits.STREAM)
    batch = hits.read_after(position.position)
    if not batch:
        return 0
    events = [event for _key, hit in batch if (event := _event_of(hit))]
    EngagementEvent.objects.bulk_create(events, batch_size=1000)
    Touch.objects.bulk_create(_first_touches(events), ignore_conflicts=True, batch_size=1000)
    position.position = batch[-1][0]
    position.save()
    transaction.on_commit(lambda: hits.trim_through(position.position))
    return len(batch)


def _is_only_reader() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_READER])
        return cursor.fetchone()[0]


def _event_of(hit: hits.Hit) -> EngagementEvent | None:
    token = read_token(hit.token)
    if token is None:
        return None
    signal = machine_signal(action=hit.action, method=hit.method, agent=hit.agent, purpose=hit.purpose)
    return EngagementEvent(
        announcement_id=token.announcement_id, contact_id=token.contact_id, channel=token.channel, action=hit.action,
        actor=Actor.MACHINE if signal else Actor.HUMAN, signal=signal, link=token.link if hit.action == "clicked" else None,
        agent=hit.agent.replace("\x00", ""), occurred_at=datetime.fromtimestamp(hit.at, UTC),
    )  # fmt: skip


def _first_touches(events: list[EngagementEvent]) -> list[Touch]:
    """The first of each kind in this batch; a person who clicked has opened, even where images are off."""
    first: dict[tuple, Touch] = {}
    for event in events:
        actions = (event.action, "opened") if event.action == "clicked" else (event.action,)
        for action in actions:
            key = (event.announcement_id, event.contact_id, action, event.actor)
            first.setdefault(
                key,
                Touch(
                    **dict(zip(("announcement_id", "contact_id", "action", "actor"), key, strict=True)), first_at=event.occurred_at
                ),
            )
    return list(first.values())
