"""Freezing the audience: from a segment to one delivery row for each person and channel.

One set-based statement per channel, harmless to repeat: the primary key refuses a second row for the same person. The same
statement adds who joins later, where an announcement stays open for them."""

from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.announcements import close_announcement, reopen_announcement
from communications.actions.counters import count_audience
from communications.actions.newsletters import fit_newsletter
from communications.actions.webhook_deliveries import freeze_webhooks
from communications.models import Announcement, AnnouncementVersion, Channel, Delivery, Kind, Reason, State, Variant, VariantTest
from communications.models.variants import people_needed
from communications.partitions import PARTITION_ANNOUNCEMENTS, PARTITIONED, first_of_thousand, partition_of
from communications.queries.audience import audience_of_version, newcomers_of
from communications.queries.preferences import holds_beyond_choices

CHUNK_ROWS = 1000
CHUNKS_TO_LEARN_OF = 5

# Portal rows need no address. A mail goes once to each address, also where one person is a contact of two partners;
# an address that was refused before, or whose owner does not want the topic, is settled here and now; so is, among those who
# join later, one that has got this very announcement.
_JUDGED = {
    Channel.PORTAL: """
        SELECT audience.id, audience.partner_id, lower(audience.email) AS email, '' AS address, '' AS reason
        FROM ({audience}) AS audience
    """,
    Channel.EMAIL: """
        SELECT addressed.id, addressed.partner_id, addressed.address AS email, addressed.address,
            CASE WHEN addressed.address = '' THEN '{no_address}'
                 WHEN addressed.nth > 1 OR mailed.address IS NOT NULL THEN '{same_address}'
                 WHEN suppression.id IS NOT NULL THEN '{bounced}'
                 WHEN preference.id IS NOT NULL THEN '{unsubscribed}'
                 ELSE '' END AS reason
        FROM (SELECT audience.id, audience.partner_id, lower(audience.email) AS address,
                     row_number() OVER (PARTITION BY lower(audience.email) ORDER BY audience.id) AS nth
              FROM ({audience}) AS audience) AS addressed
        LEFT JOIN (SELECT DISTINCT address FROM communications_delivery WHERE announcement_id = %s AND channel = 'email')
            AS mailed ON mailed.address = addressed.address
        LEFT JOIN communications_suppression AS suppression ON suppression.address = addressed.address
        LEFT JOIN communications_topicpreference AS preference
            ON preference.address = addressed.address AND preference.topic_id = %s
            AND preference.channel = 'email' AND NOT preference.is_wanted
    """,
}
_FREEZE = """
    INSERT INTO communications_delivery
        (announcement_id, contact_id, channel, partner_id, address, variant, state, reason, chunk, attempts, settled_at)
    SELECT %s, id, %s, partner_id, address, variant,
        CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason,
        {place} + %s, 0,
        CASE WHEN reason = '' THEN NULL ELSE %s::timestamptz END
    FROM (SELECT judged.*, {variant} AS variant FROM ({judged}) AS judged) AS drawn
"""
# Where some are there already. To look for each before it is written takes a fifth of the time that a first audience needs.
_BESIDE_OTHERS = " ON CONFLICT DO NOTHING"
_PLACE = "(row_number() OVER (PARTITION BY reason = '' ORDER BY id) - 1) / {chunk_rows}"
# Where two variants are tried, each person draws by a hash of the announcement and their address, the same in every channel and at
# every repetition. The rest, who draw nothing, are in chunks of their own, which come after those of the test.
_DRAW = "('x' || substr(md5('{announcement}:' || coalesce(nullif(email, ''), id::text)), 1, 8))::bit(32)::bigint % 10000"
_VARIANT = "CASE WHEN {draw} < {percent} * 50 THEN 'a' WHEN {draw} < {percent} * 100 THEN 'b' ELSE '' END"
_PLACE_IN_TEST = """(row_number() OVER (PARTITION BY reason = '', variant = '' ORDER BY id) - 1) / {chunk_rows}
    + CASE WHEN variant = '' THEN (count(*) FILTER (WHERE reason = '' AND variant <> '') OVER () + {chunk_rows} - 1) / {chunk_rows}
           ELSE 0 END"""
_CHUNKS = """
    INSERT INTO communications_deliverychunk (announcement_id, channel, number, made_at, due_at)
    SELECT announcement_id, channel, chunk, %s, %s FROM communications_delivery
    WHERE announcement_id = %s AND state = 'queued' AND (%s OR variant <> '')
    GROUP BY announcement_id, channel, chunk
    ON CONFLICT DO NOTHING
"""


def freeze_audience(announcement: Announcement) -> bool:
    """Write the deliveries of a released announcement. False when it is frozen already or no longer sending. Others can be frozen
    at the same time, so what is urgent does not wait for a large one."""
    ensure_partition(announcement.pk)
    return _freeze(announcement)


@transaction.atomic
def _freeze(announcement: Announcement) -> bool:
    current = (
        Announcement.objects.select_for_update(skip_locked=True)
        .filter(pk=announcement.pk, state=State.SENDING, frozen_at=None)
        .first()
    )
    if current is None:
        return False
    now = timezone.now()
    version = current.versions.get(number=current.approved_version)
    _sort_in_memory()
    percent = version.test_percent if version.has_variant and _begin_test(current, version) else 0
    are_first = not Delivery.objects.filter(announcement_id=current.pk).exists()
    for channel in () if version.by_journey else version.channels:  # those come to it in a journey, one after the other
        if channel == Channel.WEBHOOK:
            freeze_webhooks(current, version)
        else:
            people = audience_of_version(version)
            _freeze_channel(current, Channel(channel), people, version, percent=percent, are_first=are_first)
    if version.kind == Kind.NEWSLETTER:
        fit_newsletter(current)
    make_chunks(current)
    count_audience(current.pk)
    Announcement.objects.filter(pk=current.pk).update(frozen_at=now)
    return True


def learn_of_audience(announcement: Announcement) -> None:
    """Let the database count what was written. Until it looks by itself, after a minute or so, it takes the rows of a large
    announcement for a few, and reads all of them for each window of mails."""
    if announcement.chunks.count() >= CHUNKS_TO_LEARN_OF:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {partition_of('communications_delivery', first_of_thousand(announcement.pk))}")


def top_up_open() -> int:
    """Add who has joined what stays open. Returns how many people were added. Where the rules cannot be asked any more, since
    they speak of something deleted, it is closed and says why."""
    added = 0
    for announcement in Announcement.objects.open_to_newcomers():
        try:
            added += top_up_audience(announcement)
        except Refused as refusal:
            close_announcement(announcement, by=None, reason=str(refusal))
    return added


def top_up_audience(announcement: Announcement) -> int:
    """Write deliveries for who is in the approved audience now and has none. One query where there is nobody new. Who has left
    the segment keeps what they got; what was sent is being sent again until the new ones have it."""
    version = announcement.versions.get(number=announcement.approved_version)
    if not newcomers_of(version).exists():
        return 0
    with transaction.atomic():
        current = Announcement.objects.select_for_update(skip_locked=True).open_to_newcomers().filter(pk=announcement.pk).first()
        return _add_newcomers(current, version) if current else 0


@transaction.atomic
def add_partners(announcement: Announcement, partner_ids: Collection[int]) -> set[int]:
    """Write deliveries for the people of these partners who come to it in a journey: those in its approved audience who have none
    yet. Returns the partners somebody of whom has it, now or from before."""
    current = Announcement.objects.select_for_update().get(pk=announcement.pk)
    version = current.versions.get(number=current.approved_version)
    added = 0
    for channel in version.channels:
        people = newcomers_of(version, channel, among=partner_ids)
        added = max(added, _freeze_channel(current, Channel(channel), people, version))
    if added:
        make_chunks(current)
        count_audience(current.pk)
        sentence = ngettext("%(n)d person came to it in a journey", "%(n)d people came to it in a journey", added) % {"n": added}
        reopen_announcement(current, by=None, reason=sentence)
    rows = Delivery.objects.filter(announcement_id=current.pk, partner_id__in=list(partner_ids))
    return set(rows.values_list("partner_id", flat=True).distinct())


def _add_newcomers(announcement: Announcement, version: AnnouncementVersion) -> int:
    channels = [Channel(channel) for channel in version.channels if channel != Channel.WEBHOOK]
    added = max(_freeze_channel(announcement, channel, newcomers_of(version, channel), version) for channel in channels)
    if Channel.WEBHOOK in version.channels:
        freeze_webhooks(announcement, version)
    if not added:
        return 0
    make_chunks(announcement)
    count_audience(announcement.pk)
    sentence = ngettext("%(n)d person joined later", "%(n)d people joined later", added) % {"n": added}
    reopen_announcement(announcement, by=None, reason=sentence)
    record_activity("announcement.topped_up", f"“{announcement}”: {sentence}", subject=announcement, data={"people": added})
    return added


def _freeze_channel(
    announcement: Announcement,
    channel: Channel,
    audience,
    version: AnnouncementVersion,
    *,
    percent: int = 0,
    are_first: bool = False,
) -> int:
    """How many rows were written. Chunks are numbered on from those that there are; `percent` of the people draw a variant."""
    people = audience.order_by().values("id", "partner_id", "email")
    audience_sql, parameters = people.query.sql_with_params()
    judged = _JUDGED[channel].format(audience=audience_sql, **{reason.value: reason.value for reason in Reason})
    topic_id = None if holds_beyond_choices(version) else version.topic_id
    asked = [announcement.pk, topic_id] if channel == Channel.EMAIL else []
    draw = _DRAW.format(announcement=announcement.pk)
    variant = _VARIANT.format(draw=draw, percent=percent) if percent else "''"
    place = (_PLACE_IN_TEST if percent else _PLACE).format(chunk_rows=CHUNK_ROWS)
    statement = _FREEZE.format(judged=judged, variant=variant.replace("%", "%%"), place=place)
    statement += "" if are_first else _BESIDE_OTHERS
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [announcement.pk, channel.value, _next_chunk(announcement, channel), timezone.now(), *parameters, *asked]
        )
        return cursor.rowcount


def _next_chunk(announcement: Announcement, channel: Channel) -> int:
    rows = Delivery.objects.filter(announcement_id=announcement.pk, channel=channel)
    last = rows.aggregate(Max("chunk"))["chunk__max"]
    return 0 if last is None else last + 1


def make_chunks(announcement: Announcement) -> None:
    """For everyone who waits; while two variants are tried, for those who try them."""
    now = timezone.now()
    is_decided = not VariantTest.objects.filter(announcement=announcement, decided_at=None).exists()
    with connection.cursor() as cursor:
        cursor.execute(_CHUNKS, [now, now, announcement.pk, is_decided])


def _begin_test(announcement: Announcement, version: AnnouncementVersion) -> bool:
    """Whether there are people enough to try two variants. Where its segment has shrunk since it was approved, all get A."""
    now = timezone.now()
    test = VariantTest(announcement=announcement, begun_at=now, decide_at=now + timedelta(hours=version.test_hours))
    is_large_enough = audience_of_version(version).count() >= people_needed(version.test_percent)
    if not is_large_enough:
        test.winner, test.outcome, test.decided_at = Variant.A, VariantTest.Outcome.TOO_FEW, now
        Announcement.objects.filter(pk=announcement.pk).update(winner=Variant.A)
    test.save()
    return is_large_enough


def _sort_in_memory() -> None:
    """A million people are put in order three times, which would go through files. Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")


@transaction.atomic
def ensure_partition(announcement_id: int) -> None:
    """In a transaction of its own, since making a table of a partitioned one keeps everybody from that until it is committed."""
    first = first_of_thousand(announcement_id)
    with connection.cursor() as cursor:
        names = [partition_of(table, first) for table in PARTITIONED]
        cursor.execute("SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(%s) AS name", [names])
        if cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('communications_delivery partition'))")
        for table in PARTITIONED:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {partition_of(table, first)} PARTITION OF {table} "
                f"FOR VALUES FROM ({first}) TO ({first + PARTITION_ANNOUNCEMENTS})"
            )
