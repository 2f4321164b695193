"""Which meetings and series are for a segment."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from collaboration.models import Meeting, MeetingSeries
from context.models import Segment
from context.segment_uses import SegmentNoun, register_segment_noun, rows_for, seen_by


def register() -> None:
    page = "admin:collaboration_meeting_page"
    register_segment_noun(SegmentNoun(_("meeting"), _meetings, page, at="starts_at"))
    register_segment_noun(SegmentNoun(_("series of meetings"), _series, page, address="shown"))


def _meetings(segment: Segment, user=None) -> QuerySet:
    """Those of a series only where they are for another segment than the series is."""
    return rows_for(Meeting)(segment, user).exclude(series__isnull=False, series__segment=F("segment"))


def _series(segment: Segment, user=None) -> QuerySet:
    """Once, however many meetings it has; a manager finds it at the latest of those they see."""
    meetings = seen_by(Meeting, user).filter(series=OuterRef("pk")).order_by("-starts_at")
    rows = MeetingSeries.objects.filter(segment=segment).annotate(shown=Subquery(meetings.values("public_id")[:1]))
    return rows if user is None else rows.exclude(shown=None)
