"""Freezing the audience: from a segment to one delivery row for each person and channel.

One set-based statement per channel, harmless to repeat: the primary key refuses a second row for the same person."""

from django.db import connection, transaction
from django.utils import timezone

from communications.models import Announcement, AnnouncementVersion, Channel, Reason, State
from communications.queries.audience import audience_of_version

CHUNK_ROWS = 1000
PARTITION_ANNOUNCEMENTS = 1000

# Portal rows need no address. A mail goes once to each address, also where one person is a contact of two partners;
# an address that was refused before, or whose owner does not want the topic, is settled here and now.
_JUDGED = {
    Channel.PORTAL: """
        SELECT audience.id, audience.partner_id, '' AS address, '' AS reason
        FROM ({audience}) AS audience
    """,
    Channel.EMAIL: """
        SELECT addressed.id, addressed.partner_id, addressed.address,
            CASE WHEN addressed.address = '' THEN '{no_address}'
                 WHEN addressed.nth > 1 THEN '{same_address}'
                 WHEN suppression.id IS NOT NULL THEN '{bounced}'
                 WHEN preference.id IS NOT NULL THEN '{unsubscribed}'
                 ELSE '' END AS reason
        FROM (SELECT audience.id, audience.partner_id, lower(audience.email) AS address,
                     row_number() OVER (PARTITION BY lower(audience.email) ORDER BY audience.id) AS nth
              FROM ({audience}) AS audience) AS addressed
        LEFT JOIN communications_suppression AS suppression ON suppression.address = addressed.address
        LEFT JOIN communications_topicpreference AS preference
            ON preference.address = addressed.address AND preference.topic_id = %s
            AND preference.channel = 'email' AND NOT preference.is_wanted
    """,
}
_FREEZE = """
    INSERT INTO communications_delivery
        (announcement_id, contact_id, channel, partner_id, address, state, reason, chunk, attempts, settled_at)
    SELECT %s, id, %s, partner_id, address,
        CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason,
        (row_number() OVER (PARTITION BY reason = '' ORDER BY id) - 1) / %s, 0,
        CASE WHEN reason = '' THEN NULL ELSE %s::timestamptz END
    FROM ({judged}) AS judged
    ON CONFLICT DO NOTHING
"""
_CHUNKS = """
    INSERT INTO communications_deliverychunk (announcement_id, channel, number, due_at)
    SELECT announcement_id, channel, chunk, %s FROM communications_delivery
    WHERE announcement_id = %s AND state = 'queued'
    GROUP BY announcement_id, channel, chunk
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def freeze_audience(announcement: Announcement) -> bool:
    """Write the deliveries of a released announcement. False when it is frozen already or no longer sending."""
    current = (
        Announcement.objects.select_for_update(skip_locked=True)
        .filter(pk=announcement.pk, state=State.SENDING, frozen_at=None)
        .first()
    )
    if current is None:
        return False
    now = timezone.now()
    version = current.versions.get(number=current.approved_version)
    _ensure_partition(current.pk)
    for channel in version.channels:
        _freeze_channel(current, version, Channel(channel), now)
    with connection.cursor() as cursor:
        cursor.execute(_CHUNKS, [now, current.pk])
    Announcement.objects.filter(pk=current.pk).update(frozen_at=now)
    return True


def _freeze_channel(announcement: Announcement, version: AnnouncementVersion, channel: Channel, now) -> None:
    people = audience_of_version(version).order_by().values("id", "partner_id", "email")
    audience, parameters = people.query.sql_with_params()
    reasons = {reason.value: reason.value for reason in Reason}
    judged = _JUDGED[channel].format(audience=audience, **reasons)
    topic = [version.topic_id] if channel == Channel.EMAIL else []
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(judged=judged), [announcement.pk, channel.value, CHUNK_ROWS, now, *parameters, *topic])


def _ensure_partition(announcement_id: int) -> None:
    """The partition for this thousand of announcements, so that years of deliveries can be detached piece by piece."""
    first = announcement_id // PARTITION_ANNOUNCEMENTS * PARTITION_ANNOUNCEMENTS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('communications_delivery partition'))")
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS communications_delivery_{first} PARTITION OF communications_delivery "
            f"FOR VALUES FROM ({first}) TO ({first + PARTITION_ANNOUNCEMENTS})"
        )
