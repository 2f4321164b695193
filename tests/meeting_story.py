"""A supplier meeting as it is lived: Maria plans it for everybody, Nora and Ben of Alpenglow and Sven of Baltic are invited."""

import re
from datetime import timedelta
from email.message import EmailMessage

from django.utils import timezone

from collaboration.actions.invitations import invite
from collaboration.actions.meetings import plan_meeting
from collaboration.models import Invitee, Meeting
from collaboration.rendering.calendar_events import uid_of
from collaboration.reply_address import reply_address
from communications.models import AttentionPreference
from context.models import Segment
from tests import factories

ADDRESS = "meetings@hub.example"


def plan(cast, title: str = "Supplier meeting", *, days: int = 10, **fields) -> Meeting:
    if "partner" not in fields:
        fields.setdefault("segment", Segment.objects.filter(name="Everyone").first() or factories.make_segment())
    defaults = {
        "time_zone": "Europe/Berlin",
        "agenda": "Schedule\nQuality",
        "place": "Hall 2",
        "join_link": "https://meet.example/1",
    }
    starts_at = (timezone.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    return plan_meeting(by=cast.maria, title=title, starts_at=starts_at, programme=cast.programme, **{**defaults, **fields})


def invited(cast, title: str = "Supplier meeting", **fields) -> Meeting:
    meeting = plan(cast, title, **fields)
    invite(meeting, by=cast.maria)
    return meeting


def begun(meeting: Meeting, *, minutes: int = 30) -> Meeting:
    """As if it had begun so many minutes ago."""
    starts_at = timezone.now() - timedelta(minutes=minutes)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=meeting.minutes_long))
    meeting.refresh_from_db()
    return meeting


def no_quiet_hours(*contacts) -> None:
    for contact in contacts:
        AttentionPreference.objects.create(person=contact.email, quiet=AttentionPreference.Quiet.NONE)


def seat(meeting: Meeting, contact) -> Invitee:
    return Invitee.objects.get(meeting=meeting, contact=contact)


def reply(meeting: Meeting, invitee: Invitee, partstat: str = "ACCEPTED", **changes) -> bytes:
    """What a calendar sends back; `changes` make it a forged one."""
    about = {
        "sender": invitee.address, "attendee": invitee.address, "to": reply_address(invitee.pk), "uid": uid_of(meeting),
        "stamp": "20300101T100000Z", "method": "REPLY", "comment": "", **changes,
    }  # fmt: skip
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Any//Calendar//EN", f"METHOD:{about['method']}", "BEGIN:VEVENT",
        f"UID:{about['uid']}", f"DTSTAMP:{about['stamp']}", "ORGANIZER:mailto:" + about["to"],
        f"ATTENDEE;PARTSTAT={partstat};CN=\"Any; one\":MAILTO:{about['attendee']}",
        *([f"COMMENT:{about['comment']}"] if about["comment"] else []), "SEQUENCE:0", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Any One <{about['sender']}>", about["to"], "Accepted"
    message.set_content("I come.")
    calendar = "\r\n".join(re.sub(r"(.{60})(?=.)", "\\1\r\n ", line) for line in lines) + "\r\n"
    message.add_alternative(calendar, subtype="calendar", params={"method": about["method"]})
    return message.as_bytes()
