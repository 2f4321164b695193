"""Meetings as the programme's calendar and its feeds show them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope
from collaboration.models import Meeting, MeetingState
from collaboration.queries.meetings import invitations_of
from collaboration.rendering.calendar_events import meeting_address, uid_of
from communications.calendar_sources import CalendarEntry, CalendarSource, register_calendar_source
from partners.models import Contact


def register() -> None:
    register_calendar_source(CalendarSource("meetings", _("Meetings"), _for_manager, _for_contact, Scope.MEETINGS_READ))


def _for_manager(user, first: date, last: date) -> Iterator[CalendarEntry]:
    """One query. What was called off before anybody knew of it is on no calendar."""
    rows = _between(Meeting.objects.visible_to(user), first, last).exclude(state=MeetingState.CANCELLED, invited_at=None)
    for meeting in rows.select_related("partner").order_by("starts_at", "pk"):
        yield _entry(meeting, reverse("admin:collaboration_meeting_page", args=[meeting.public_id]))


def _for_contact(contact: Contact, first: date, last: date) -> Iterator[CalendarEntry]:
    for invitee in invitations_of(contact).filter(meeting__in=_between(Meeting.objects.all(), first, last)):
        yield _entry(invitee.meeting, meeting_address(invitee.meeting))


def _between(rows: QuerySet[Meeting], first: date, last: date) -> QuerySet[Meeting]:
    """By the clock of whoever asks."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    return rows.filter(starts_at__lt=end, ends_at__gt=begin)


def _entry(meeting: Meeting, url: str) -> CalendarEntry:
    zone: ZoneInfo = timezone.get_current_timezone()
    return CalendarEntry(
        uid=uid_of(meeting), title=meeting.title, day=meeting.starts_at.astimezone(zone).date(), url=url,
        starts_at=meeting.starts_at, ends_at=meeting.ends_at, partner=str(meeting.partner or ""), programme_id=meeting.programme_id,
        description=meeting.agenda, location=meeting.place or meeting.join_link, is_cancelled=meeting.is_cancelled,
    )  # fmt: skip
