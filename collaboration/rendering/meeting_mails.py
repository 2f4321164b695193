"""A mail about a meeting: what happened in the first line, when and where, one way to answer, one way out."""

import zoneinfo
from email.message import EmailMessage

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.notice_names import NoticeName
from collaboration.models import Invitee, Meeting, MeetingMail
from collaboration.rendering.calendar_events import invitation_file, meeting_address
from communications.rendering.notices import mailbox, notice
from partners.models import Contact

_SALT = "collaboration.way_out"
_WITH_CALENDAR = (MeetingMail.Kind.INVITATION, MeetingMail.Kind.CHANGE, MeetingMail.Kind.PLACE, MeetingMail.Kind.CANCELLATION)


def meeting_mail(mail: MeetingMail, topic) -> bytes:
    """The whole message as bytes with CRLF lines."""
    invitee, meeting = mail.invitee, mail.invitee.meeting
    way_out = settings.SITE_URL + reverse("collaboration:stop_mails", args=[way_out_token(invitee.pk)])
    values = {
        "mail": mail, "meeting": meeting, "invitee": invitee, "contact": invitee.contact, "programme": meeting.programme,
        "topic": topic, "opening": _opening(mail), "when": _when(meeting, invitee.contact), "way_out": way_out,
        "address": meeting_address(meeting), "decisions": list(meeting.decisions.all()) if mail.kind == "minutes" else [],
    }  # fmt: skip
    text, html = (render_to_string(f"collaboration/mail/meeting.{kind}", values) for kind in ("txt", "html"))
    message = notice(
        NoticeName("meeting", mail.pk), meeting.programme, subject=_subjects()[mail.kind] % {"title": meeting.title},
        to=mailbox(invitee.contact.name, invitee.address), text=text, html=html,
        reply_to=meeting.host.email if meeting.host else None, way_out=way_out,
    )  # fmt: skip
    if mail.kind in _WITH_CALENDAR:
        _add_calendar(message, meeting, invitee)
    return message.as_bytes()


def way_out_token(invitee_id: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(invitee_id))


def read_way_out(token: str) -> int | None:
    """The invitee behind it, or None when it is not one of ours."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _add_calendar(message: EmailMessage, meeting: Meeting, invitee: Invitee) -> None:
    """As an alternative, which is how calendars know that it is to be answered."""
    method = "CANCEL" if meeting.is_cancelled else "REQUEST"
    file = invitation_file(meeting, invitee).decode()
    message.add_alternative(file, subtype="calendar", params={"method": method}, cte="base64")


def _subjects() -> dict[str, str]:
    return {
        MeetingMail.Kind.INVITATION: _("Invitation: %(title)s"),
        MeetingMail.Kind.CHANGE: _("Changed: %(title)s"),
        MeetingMail.Kind.PLACE: _("You have a place: %(title)s"),
        MeetingMail.Kind.CANCELLATION: _("Called off: %(title)s"),
        MeetingMail.Kind.REMINDER: _("Reminder: %(title)s"),
        MeetingMail.Kind.MINUTES: _("Minutes: %(title)s"),
    }


def _opening(mail: MeetingMail) -> str:
    meeting, partner = mail.invitee.meeting, mail.invitee.contact.partner
    words = {
        "title": meeting.title,
        "partner": partner,
        "host": meeting.host or meeting.programme.sender_name,
        "why": meeting.reason,
    }
    if mail.kind == MeetingMail.Kind.INVITATION and meeting.needs_registration:
        return _("%(host)s invites you to “%(title)s”. Register, so that there is a place for you.") % words
    if mail.kind == MeetingMail.Kind.CANCELLATION and meeting.reason:
        return _("“%(title)s” is called off: %(why)s") % words
    if mail.kind == MeetingMail.Kind.CHANGE and mail.invitee.answer:
        return _("Something about “%(title)s” has changed. What you answered stands, unless you change it.") % words
    return {
        MeetingMail.Kind.INVITATION: _("%(host)s invites you and %(partner)s to “%(title)s”. Can you come?"),
        MeetingMail.Kind.CHANGE: _("Something about “%(title)s” has changed. This is how it is now."),
        MeetingMail.Kind.PLACE: _("A place has become free: you are on the list of “%(title)s”."),
        MeetingMail.Kind.CANCELLATION: _("“%(title)s” is called off."),
        MeetingMail.Kind.REMINDER: _("“%(title)s” is about to begin."),
        MeetingMail.Kind.MINUTES: _("Here is what was said and decided at “%(title)s”."),
    }[MeetingMail.Kind(mail.kind)] % words


def _when(meeting: Meeting, contact: Contact) -> str:
    """As the reader's clock shows it and, where another one hangs at the place of the meeting, as that does."""
    own = _zone(contact.time_zone or contact.partner.time_zone) or meeting.zone
    said = _span(meeting, own)
    if meeting.place and meeting.starts_at.astimezone(own).utcoffset() != meeting.starts_at.astimezone(meeting.zone).utcoffset():
        said += " · " + _("there: %(when)s") % {"when": _span(meeting, meeting.zone)}
    return said


def _span(meeting: Meeting, zone: zoneinfo.ZoneInfo) -> str:
    begins, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    end = date_format(ends, "TIME_FORMAT" if begins.date() == ends.date() else _("j F, H:i"))
    return f"{date_format(begins, 'l j F Y, H:i')} – {end} ({zone.key.replace('_', ' ')})"


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
