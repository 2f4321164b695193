"""A supplier meeting as it is lived: Maria plans it for everybody, Nora and Ben of Alpenglow and Sven of Baltic are invited."""

import re
from datetime import timedelta
from email.message import EmailMessage

from django.utils import timezone
from playwright.sync_api import Page

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


def plan_supplier_meeting(page: Page, segment) -> None:
    """Each quarter, from the list of meetings on."""
    page.get_by_role("link", name="Plan a meeting").click()
    page.get_by_label("Title", exact=True).fill("Quarterly supplier meeting")
    page.get_by_label("For the people of").select_option(label=str(segment))
    page.get_by_label("Day", exact=True).fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.get_by_label("Time", exact=True).fill("09:00")
    page.get_by_label("Time zone").select_option("Europe/Prague")
    page.get_by_label("Repeats").select_option("quarterly")
    page.get_by_label("Agenda").fill("Schedule\nQuality")
    page.get_by_role("button", name="Plan it").click()


def plan_webinar(page: Page, title: str, segment: str, *, places: int) -> None:
    """From the form of a new meeting on."""
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Kind", exact=True).select_option("webinar")
    page.get_by_label("For the people of").select_option(label=segment)
    page.get_by_label("Day", exact=True).fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.get_by_label("Time", exact=True).fill("09:00")
    page.get_by_label("Link to join").fill("https://meet.example/roadmap")
    page.get_by_role("spinbutton", name="Places").fill(str(places))
    page.get_by_label("People register for it").check()
    page.get_by_role("button", name="Plan it").click()


def write_minutes(page: Page) -> None:
    """A decision, something for Alpenglow to do, and some words, shared with who was invited."""
    page.get_by_label("A decision").fill("Prices stay until June")
    page.get_by_label("A decision").locator("xpath=..").get_by_role("button", name="Add").click()
    page.get_by_label("Something to be done").fill("Name a trainer")
    page.get_by_label("By", exact=True).select_option(label="Alpenglow GmbH")
    page.get_by_label("Something to be done").locator("xpath=..").get_by_role("button", name="Add").click()
    page.get_by_text("“Name a trainer” is a task now.").wait_for()
    page.get_by_role("textbox", name="Minutes").fill("We looked at the quarter.")
    page.get_by_role("button", name="Keep the minutes").click()
    page.get_by_role("button", name="Share what is kept").click()
    page.get_by_text("The minutes are in the portal").wait_for()


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
