"""Counters are kept by triggers; here they are held against the rows, and written anew where they differ."""

from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from communications.models import Announcement, CounterCheck, State
from communications.queries.counters import COLUMNS, COUNTED, Drift, drift_of

logger = structlog.get_logger(__name__)
STILL_MOVING_FOR = timedelta(days=2)
CHECKED_EVERY = timedelta(minutes=10)


def count_audience(announcement_id: int) -> None:
    """The different people and partners of an announcement whose rows have just been written."""
    _write_anew("communications_audiencecount", announcement_id)


def check_counters(announcement: Announcement, *, mend: bool = True) -> Drift:
    """Hold the counters of one announcement against its rows and note what came of it; wrong ones are written anew."""
    drift = drift_of(announcement.pk)
    if not mend:
        return drift
    with transaction.atomic():
        wrong = [table for table, differences in drift.tables.items() if differences]
        if wrong:
            _let_nobody_write()
        for table in wrong:
            _write_anew(table, announcement.pk)
        CounterCheck.objects.update_or_create(
            announcement=announcement, defaults={"checked_at": timezone.now(), "differences": drift.differences}
        )
    if drift.differences:
        logger.error("counters_differed", announcement=str(announcement.public_id), **drift.tables)
    return drift


def check_moving_counters() -> int:
    """Those of what is being sent, was sent lately, or was never checked. Returns how many counters were wrong."""
    now = timezone.now()
    sent_lately = Announcement.objects.filter(state=State.SENT, finished_at__gt=now - STILL_MOVING_FOR)
    moving = Announcement.objects.filter(state__in=(State.SENDING, State.PAUSED)) | sent_lately
    due = (moving | Announcement.objects.filter(counter_check=None)).with_rows().exclude(
        counter_check__checked_at__gt=now - CHECKED_EVERY
    )  # fmt: skip
    return sum(check_counters(announcement).differences for announcement in due.distinct())


def _let_nobody_write() -> None:
    """Until the end of the transaction; whoever wants to waits."""
    tables = "communications_delivery, communications_engagementevent, communications_touch"
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def _write_anew(table: str, announcement_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE announcement_id = %s", [announcement_id])  # noqa: S608 - a name of ours
        cursor.execute(f"INSERT INTO {table} ({COLUMNS[table]}) {COUNTED[table]}", {"announcement": announcement_id})  # noqa: S608
