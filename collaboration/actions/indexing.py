"""Telling the index of search of meetings. Who sees which is asked when somebody looks."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.models import Meeting, MeetingState
from communications.rendering.paragraphs import paragraphs_of
from context.membership import Reader
from search.actions.indexing import Paragraph, index_document
from search.sources import Source, register_source

MEETING = "meeting"


def register() -> None:
    register_source(Source(MEETING, _("Meetings"), _visible, rebuild=index_all_meetings))


def index_meeting(meeting: Meeting) -> None:
    """What it is about, where it is, and its minutes once they are shared."""
    index_document(
        MEETING, meeting.public_id, title=meeting.title, address=reverse("collaboration:meeting", args=[meeting.public_id]),
        paragraphs=list(_paragraphs(meeting)),
    )  # fmt: skip


def index_all_meetings() -> int:
    count = 0
    for meeting in Meeting.objects.iterator(chunk_size=500):
        index_meeting(meeting)
        count += 1
    return count


def _visible(reader: Reader) -> QuerySet:
    return Meeting.objects.visible_to(reader.user).exclude(state=MeetingState.CANCELLED).order_by().values("public_id")


def _paragraphs(meeting: Meeting) -> Iterator[Paragraph]:
    yield from paragraphs_of(meeting.agenda)
    if meeting.place:
        yield Paragraph("", meeting.place)
    if meeting.minutes_shared_at:
        yield from paragraphs_of(meeting.minutes)
