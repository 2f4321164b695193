"""Which announcements may go to the archive, and what a report reads once they are there."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from activity.refusals import Refused
from communications.models import PENDING, Announcement, ArchivedReport, Delivery, DeliveryState, State
from communications.partitions import PARTITION_ANNOUNCEMENTS
from communications.queries.portfolio import Portfolio

_UNSETTLED = (*PENDING, DeliveryState.IN_DOUBT)


def thousands_with_rows() -> list[int]:
    """The first id of each thousand of announcements that have deliveries here."""
    firsts = (
        Announcement.objects.with_rows()
        .annotate(first=F("pk") / PARTITION_ANNOUNCEMENTS * PARTITION_ANNOUNCEMENTS)
        .order_by("first")
    )
    return list(firsts.values_list("first", flat=True).distinct())


def sent_in(first: int) -> QuerySet[Announcement]:
    return Announcement.objects.exclude(frozen_at=None).filter(pk__gte=first, pk__lt=first + PARTITION_ANNOUNCEMENTS)


def still_needed(first: int, before: datetime) -> QuerySet[Announcement]:
    """Those of a thousand that somebody may still read or settle, or that were over only after `before`."""
    unsettled = Delivery.objects.filter(announcement_id=OuterRef("pk"), state__in=_UNSETTLED)
    is_over = Q(state__in=(State.SENT, State.CANCELLED), finished_at__lt=before, expires_at__lt=before)
    return sent_in(first).with_rows().filter(~is_over | Exists(unsettled))


def archived_report_of(announcement: Announcement, portfolio: Portfolio) -> ArchivedReport | None:
    """`Refused` where only the rows could say which of its figures belong to the partners of this reader."""
    kept = getattr(announcement, "archived_report", None)
    if kept is not None and not portfolio.is_whole:
        raise Refused(
            _("Its deliveries were archived on %(day)s. What was counted in all is kept, not how much of it fell to your partners.")
            % {"day": kept.archive.archived_at.date().isoformat()}
        )
    return kept


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
        return cursor.fetchone()[0]
