"""What a calendar program reads: of a manager what they see on the calendar, of a partner's person what concerns them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.calendar_sources import CalendarEntry, calendar_sources
from communications.models import Announcement, CalendarFeed, Holiday, State
from communications.queries.attention import programme_of, zone_of
from communications.queries.calendar import PLANNED, TIMED
from communications.queries.feed import feed_items, feed_rows
from communications.rendering.icalendar import Event, calendar
from partners.models import Contact

DAYS_BACK, DAYS_AHEAD = 60, 400
EVENTS_AT_MOST = 2_000
QUARTER_HOUR = timedelta(minutes=15)


def feed_as_calendar(feed: CalendarFeed) -> bytes:
    """Days of its own: what is planned, in the zone of whoever reads it."""
    if feed.contact is not None:
        return _of_contact(feed.contact)
    return _of_manager(feed.user)


def _of_manager(user) -> bytes:
    with timezone.override(zone_of(user.time_zone)):
        first, last = _span()
        events = [*_announcements(user, first, last), *_entries(user, first, last, "for_manager"), *_holidays(first, last)]
    return calendar(events[:EVENTS_AT_MOST], name=_("PartnerHub: communication"))


def _of_contact(contact: Contact) -> bytes:
    zone = contact.user.time_zone if contact.user else contact.time_zone
    with timezone.override(zone_of(zone)):
        first, last = _span()
        events = [*_deadlines(contact, first), *_entries(contact, first, last, "for_contact")]
    return calendar(events[:EVENTS_AT_MOST], name=programme_of(contact).brand)


def _span() -> tuple[date, date]:
    today = timezone.localdate()
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)


def uid_of(kind: str, key) -> str:
    return f"{kind}-{key}@{urlsplit(settings.SITE_URL).hostname}"


def _announcements(user, first: date, last: date) -> Iterator[Event]:
    zone = timezone.get_current_timezone()
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, last))
    planned, timed = Q(state__in=PLANNED, planned_on__range=(first, last)), Q(state__in=TIMED, send_at__gte=begin, send_at__lt=end)
    rows = Announcement.objects.visible_to(user).filter(planned | timed).select_related("segment")
    for row in rows.defer("body", "variant_body").order_by("-updated_at", "pk")[:EVENTS_AT_MOST]:
        yield _event_of(row)


def _event_of(row: Announcement) -> Event:
    is_planned = row.state in PLANNED
    address = reverse("admin:communications_announcement_page", args=[row.public_id])
    return Event(
        uid=uid_of("announcement", row.public_id), summary=str(row), starts_at=row.planned_on if is_planned else row.send_at,
        ends_at=None if is_planned else row.send_at + QUARTER_HOUR, all_day=is_planned, url=f"{settings.SITE_URL}{address}",
        description=_("%(state)s, to “%(segment)s”") % {"state": row.get_state_display(), "segment": row.segment.name},
        status="TENTATIVE" if is_planned or row.state == State.PAUSED else "CONFIRMED", stamped_at=row.updated_at,
    )  # fmt: skip


def _entries(reader, first: date, last: date, by: str) -> Iterator[Event]:
    for source in calendar_sources():
        read = getattr(source, by)
        for entry in read(reader, first, last) if read else ():
            yield event_of_entry(source.key, entry)


def event_of_entry(kind: str, entry: CalendarEntry) -> Event:
    """An entry of another source as calendar programs read it."""
    is_timed = entry.starts_at is not None
    after = (entry.last_day or entry.day) + timedelta(days=1)
    return Event(
        uid=uid_of(kind, entry.uid), summary=f"{entry.title}: {entry.partner}" if entry.partner else entry.title,
        starts_at=entry.starts_at if is_timed else entry.day, ends_at=entry.ends_at if is_timed else after, all_day=not is_timed,
        url=f"{settings.SITE_URL}{entry.url}" if entry.url.startswith("/") else entry.url, description=entry.description,
        location=entry.location, status="CANCELLED" if entry.is_cancelled else "CONFIRMED",
    )  # fmt: skip


def _holidays(first: date, last: date) -> Iterator[Event]:
    for row in Holiday.objects.filter(day__range=(first, last)):
        yield Event(uid=uid_of("holiday", f"{row.country}-{row.day}"), summary=str(row), starts_at=row.day, all_day=True)


def _deadlines(contact: Contact, first: date) -> Iterator[Event]:
    """What this person is still to acknowledge, and by when."""
    rows = feed_rows(contact).filter(requires_acknowledgement=True, acknowledge_by__gte=first, acknowledged=False)
    for item in feed_items(rows[:EVENTS_AT_MOST], contact):
        row = item.announcement
        yield Event(
            uid=uid_of("acknowledge", row.public_id), summary=_("Acknowledge: %(title)s") % {"title": item.title}, all_day=True,
            starts_at=row.acknowledge_by, url=f"{settings.SITE_URL}{reverse('communications:announcement', args=[row.public_id])}",
            stamped_at=row.updated_at,
        )  # fmt: skip
