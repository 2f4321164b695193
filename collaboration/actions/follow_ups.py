"""Writing to who came and to who did not: a segment that asks for just that, and a draft for it that somebody finishes."""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from collaboration.actions.meeting_mails import meetings_topic
from collaboration.models import Meeting, MeetingState
from collaboration.queries.happenings import ATTENDED, MISSED
from collaboration.rendering.calendar_events import meeting_address
from communications.actions.announcements import create_announcement
from communications.models import Announcement
from communications.models import Kind as AnnouncementKind
from context.actions.segments import create_segment
from context.models import Segment

WHO = {"attended": ATTENDED, "missed": MISSED}


@transaction.atomic
def draft_follow_up(meeting: Meeting, who: str, *, by) -> Announcement:
    if meeting.state != MeetingState.HELD:
        raise Refused(_("Close the meeting first, so that it is known who was there."))
    if who not in WHO:
        raise Invalid(_("Write to who attended, or to who missed it."), field="who")
    title, text = _words(meeting, who)
    return create_announcement(
        by=by, title=title, body=text, segment=_segment(meeting, who, by=by), programme=meeting.programme,
        kind=AnnouncementKind.EVENT, topic=meetings_topic(),
    )  # fmt: skip


def _segment(meeting: Meeting, who: str, *, by) -> Segment:
    """The same one for each draft."""
    asked = {"field": WHO[who], "op": "eq", "value": str(meeting.public_id)}
    rule = {"all": [asked]}
    known = Segment.objects.filter(rule=rule, contact_rule=rule).first()
    if known:
        return known
    day = date_format(meeting.starts_at.astimezone(meeting.zone), "DATE_FORMAT")
    names = {"attended": _("Attended “%(title)s”, %(day)s"), "missed": _("Missed “%(title)s”, %(day)s")}
    name = (names[who] % {"title": meeting.title[:120], "day": day})[:200]
    if Segment.objects.filter(name=name).exists():
        name = f"{name[:180]} · {str(meeting.public_id)[-8:]}"
    return create_segment(by=by, name=name, rule=rule, contact_rule=rule)


def _words(meeting: Meeting, who: str) -> tuple[str, str]:
    words = {"title": meeting.title, "address": meeting_address(meeting)}
    if who == "attended":
        title = _("Thank you for coming: %(title)s")
        said = _("thank you for being at “%(title)s”.")
        text = _("[Minutes and decisions](%(address)s) are in the portal.")
    else:
        title = _("What you missed: %(title)s")
        said = _("we missed you at “%(title)s”.")
        text = _("What was said and decided is [in the portal](%(address)s).")
    greeting = _("Dear {{ contact.first_name }},")
    return (title % words)[:200], "\n\n".join([greeting, said % words, text % words])
