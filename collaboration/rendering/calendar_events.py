"""A meeting as calendars know it. Each meeting of a series is an event of its own there, too."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from collaboration.models import Invitee, InviteeAnswer, Meeting
from collaboration.reply_address import reply_address
from communications.rendering.icalendar import Event, Person, calendar


def uid_of(meeting: Meeting) -> str:
    return f"meeting.{meeting.public_id}@{urlsplit(settings.SITE_URL).hostname}"


def meeting_file(meeting: Meeting) -> bytes:
    """To be put into a calendar by hand."""
    return calendar([_event(meeting)], name=meeting.title)


def invitation_file(meeting: Meeting, invitee: Invitee) -> bytes:
    """To be answered (REQUEST) or, where the meeting is off, to be taken out again (CANCEL)."""
    organizer = Person(address=_organizer_address(meeting, invitee), name=str(meeting.host or meeting.programme.sender_name))
    attendee = Person(
        address=invitee.address, name=invitee.contact.name, partstat=_partstat(invitee), rsvp=not meeting.is_cancelled
    )
    method = "CANCEL" if meeting.is_cancelled else "REQUEST"
    return calendar([_event(meeting, organizer=organizer, attendees=(attendee,))], name=meeting.title, method=method)


def meeting_address(meeting: Meeting) -> str:
    """Its page in the portal."""
    return settings.SITE_URL + reverse("collaboration:meeting", args=[meeting.public_id])


def _event(meeting: Meeting, **people) -> Event:
    return Event(
        uid=uid_of(meeting), summary=meeting.title, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        description="\n\n".join(filter(None, [meeting.join_link, meeting.agenda, meeting_address(meeting)])),
        location=meeting.place or meeting.join_link, url=meeting_address(meeting), sequence=meeting.sequence,
        status="CANCELLED" if meeting.is_cancelled else "CONFIRMED", stamped_at=timezone.now(), **people,
    )  # fmt: skip


def _organizer_address(meeting: Meeting, invitee: Invitee) -> str:
    """Where answers are read; without such an address they go to the host."""
    own = meeting.host.email if meeting.host else ""
    return reply_address(invitee.pk) or own or meeting.programme.sender_email


def _partstat(invitee: Invitee) -> str:
    if invitee.is_waiting:
        return "TENTATIVE"
    return {InviteeAnswer.YES: "ACCEPTED", InviteeAnswer.MAYBE: "TENTATIVE", InviteeAnswer.NO: "DECLINED"}.get(
        InviteeAnswer(invitee.answer), "NEEDS-ACTION"
    )
