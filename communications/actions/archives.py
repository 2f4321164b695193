"""Deliveries and hits of long ago leave the database for files. Every sum of a report stays; what the files hold names people by
their id alone, so that whoever is forgotten here is forgotten there, too."""

import gzip
import hashlib
import os
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from activity.refusals import Refused
from communications.models import Announcement, ArchivedReport, DeliveryArchive
from communications.partitions import PARTITIONED, partition_of
from communications.queries.announcement_breakdown import acknowledgement_by_partner, breakdown_of, clicks_by_link
from communications.queries.archives import rows_in, sent_in, still_needed
from communications.queries.counters import drift_of

# Neither an address nor the words of somebody's server or program.
_ROWS = {
    "communications_delivery": """
        SELECT announcement.public_id AS announcement, contact.public_id AS contact, partner.public_id AS partner, channel,
               row.state, CASE WHEN row.state = 'suppressed' THEN reason ELSE '' END AS reason, attempts, settled_at, read_at,
               variant
        FROM {partition} AS row JOIN communications_announcement AS announcement ON announcement.id = announcement_id
        LEFT JOIN partners_contact AS contact ON contact.id = contact_id
        LEFT JOIN partners_partner AS partner ON partner.id = row.partner_id
        ORDER BY announcement_id, contact_id, channel
    """,
    "communications_engagementevent": """
        SELECT announcement.public_id AS announcement, contact.public_id AS contact, channel, action, actor, signal, link, method,
               purpose, occurred_at
        FROM {partition} AS row JOIN communications_announcement AS announcement ON announcement.id = announcement_id
        LEFT JOIN partners_contact AS contact ON contact.id = contact_id
        ORDER BY announcement_id, occurred_at
    """,
}
_FILES = dict(zip(PARTITIONED, ("deliveries", "events"), strict=True))


@transaction.atomic
def archive_thousand(first: int, *, folder: Path, before: datetime) -> DeliveryArchive:
    """Write the rows of a thousand announcements into `folder` and take them out of the database: both, or neither.
    `Refused` while one of them was not over before `before`, or where a sum differs from its rows."""
    _check_over(first, before)
    _hold(first)
    announcements = list(sent_in(first).with_rows())
    _check_sums(announcements)
    name = f"{first}-{DeliveryArchive.objects.filter(first=first).count() + 1}"
    counted = {table: rows_in(partition_of(table, first)) for table in PARTITIONED}
    archive = DeliveryArchive.objects.create(
        first=first,
        name=name,
        deliveries=counted["communications_delivery"],
        events=counted["communications_engagementevent"],
        digests={table: _write_out(table, first, folder / f"{name}-{_FILES[table]}.csv.gz") for table in PARTITIONED},
    )
    ArchivedReport.objects.bulk_create(_report_to_keep(announcement, archive) for announcement in announcements)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(_partitions(first))}")
    return archive


def _check_over(first: int, before: datetime) -> None:
    needed = still_needed(first, before)
    if example := needed.first():
        words = {"title": example, "n": needed.count(), "day": before.date().isoformat()}
        raise Refused(
            _(
                "“%(title)s” (%(n)d in all of this thousand) was not over before %(day)s: sent or cancelled, expired, and nothing"
                " of it pending or in doubt. Let it expire, or archive later."
            )
            % words
        )


def _check_sums(announcements: list[Announcement]) -> None:
    for announcement in announcements:
        if drift_of(announcement.pk).differences:
            raise Refused(
                _("The sums of “%(title)s” differ from its rows. Run reconcile_counters first.") % {"title": announcement}
            )


def _hold(first: int) -> None:
    """Nobody writes these rows until the end of the transaction; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(%s) AS name", [_partitions(first)])
        if not cursor.fetchone()[0]:
            raise Refused(_("The announcements from number %(first)d on have no deliveries of their own here.") % {"first": first})
        cursor.execute(f"LOCK TABLE {', '.join(_partitions(first))} IN SHARE ROW EXCLUSIVE MODE")


def _partitions(first: int) -> list[str]:
    return [partition_of(table, first) for table in PARTITIONED]


def _write_out(table: str, first: int, file: Path) -> str:
    """On the disk, whole, before anything is taken away. Returns the SHA-256 of the file."""
    partial = file.with_suffix(".part")
    statement = _ROWS[table].format(partition=partition_of(table, first))
    with partial.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb") as packed, connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH CSV HEADER", packed)
        raw.flush()
        os.fsync(raw.fileno())
    partial.replace(file)
    with file.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def _report_to_keep(announcement: Announcement, archive: DeliveryArchive) -> ArchivedReport:
    answers = acknowledgement_by_partner(announcement)
    return ArchivedReport(
        announcement=announcement,
        archive=archive,
        breakdown=breakdown_of(announcement).as_dict(),
        links=[(link.people, link.machines) for link in clicks_by_link(announcement)],
        reached=[partner.pk for partner in (*answers.done, *answers.missing)],
    )
