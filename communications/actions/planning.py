"""Moving announcements on the calendar."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.content_checks import check_planned_day
from communications.models import Announcement, State

PLANNED = (State.DRAFT, State.SUBMITTED, State.APPROVED)


@transaction.atomic
def move_announcement(announcement: Announcement, *, by: User, day: date | None) -> Announcement:
    """Plan it for another day, or for none. The words stay as they were seen, so an approval stays, too. What is scheduled goes
    out when its approval said: it is taken off the timetable first."""
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("programme")
    current = rows.get(pk=announcement.pk)
    if current.state not in PLANNED:
        raise Refused(_why_it_stays(current), code="state_forbids", field="day")
    if day == current.planned_on:
        return announcement
    before, current.planned_on = current.planned_on, day
    check_planned_day(current, field="day")
    current.save(update_fields=["planned_on"])
    when = date_format(day, "DATE_FORMAT") if day else ""
    sentence = f"“{current}” is planned for {when}" if day else f"“{current}” is off the calendar"
    data = {"from": before.isoformat() if before else None, "to": day.isoformat() if day else None}
    record_activity("announcement.planned", sentence, by=by, subject=current, data=data)
    announcement.refresh_from_db()
    return announcement


def _why_it_stays(announcement: Announcement) -> str:
    if announcement.state in (State.SCHEDULED, State.PAUSED) and announcement.frozen_at is None:
        at = date_format(timezone.localtime(announcement.send_at), "j F, H:i") if announcement.send_at else ""
        sentence = _("“%(title)s” is approved and scheduled for %(at)s. Take it off the timetable first, then move it.")
        return sentence % {"title": announcement, "at": at}
    sentence = _("“%(title)s” is %(state)s, and what has gone out cannot be moved.")
    return sentence % {"title": announcement, "state": announcement.get_state_display()}
