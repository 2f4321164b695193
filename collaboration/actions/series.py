"""Series of meetings: planned once, and written a year ahead, so that each meeting can be moved or called off by itself."""

from datetime import date, time, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid
from collaboration.actions.meetings import check_meeting, plan_meeting
from collaboration.models import DESCRIBED, Meeting, MeetingSeries
from collaboration.rhythm import Rhythm, instant_of_wall
from partners.actions.programmes import default_programme

WRITTEN_AHEAD = timedelta(days=400)  # so that a yearly one, four quarters, always has its next
AT_MOST_AT_ONCE = 60


@transaction.atomic
def plan_series(
    *, by, rhythm: str, first_day: date, wall_time: time, every: int = 1, last_day: date | None = None, co_hosts=(), people=(),
    key: UUID | None = None, **fields,
) -> MeetingSeries:  # fmt: skip
    """`first_day` says which weekday it is, and which one of its month. A second time with the same `key`, title and days it is the
    first one."""
    days = {"rhythm": rhythm, "every": every, "first_day": first_day, "wall_time": wall_time, "last_day": last_day}
    same = says({"title": fields.get("title"), **days})
    return made_once(MeetingSeries.objects.all(), key, partial(_plan, by, co_hosts, people, **days, **fields), is_same=same)


def _plan(by, co_hosts, people, **fields) -> MeetingSeries:
    series = MeetingSeries(**fields)
    series.programme_id = series.programme_id or default_programme().pk
    series.host_id = series.host_id or (by.pk if by else None)
    _check(series)
    series.save()
    for day in _days(series, after=None):
        _write(series, day, by=by, co_hosts=co_hosts, people=people)
    words = {"title": series, "n": series.meetings.count()}
    sentence = _("“%(title)s” was planned as a series, %(n)d meetings so far") % words
    record_activity("meeting.series_planned", sentence, by=by, partner_id=series.partner_id, subject=series)
    return series


def extend_series() -> int:
    """Write the meetings that have come within a year. Returns how many."""
    written = 0
    for pk in MeetingSeries.objects.filter(last_day=None).values_list("pk", flat=True):
        written += _extend(pk)
    return written


@transaction.atomic
def _extend(pk: int) -> int:
    series = MeetingSeries.objects.select_for_update(of=["self"]).select_related("host").get(pk=pk)
    latest = series.meetings.order_by("-planned_for").first()
    if latest is None:
        return 0
    people = [invitee.contact for invitee in latest.invitees.select_related("contact") if invitee.contact.left_on is None]
    days = _days(series, after=latest.planned_for.astimezone(series.zone).date())
    for day in days:
        _write(series, day, by=None, co_hosts=latest.co_hosts.all(), people=people if series.partner_id else ())
    return len(days)


def _days(series: MeetingSeries, *, after: date | None) -> list[date]:
    """What lies in the past was held without us, or not at all."""
    end = min(series.last_day or date.max, timezone.localdate() + WRITTEN_AHEAD)
    found = []
    for day in series.plan.days():
        if day > end or len(found) == AT_MOST_AT_ONCE:
            break
        if (after is None or day > after) and instant_of_wall(day, series.wall_time, series.zone) > timezone.now():
            found.append(day)
    return found


def _write(series: MeetingSeries, day: date, *, by, co_hosts, people) -> Meeting:
    at = instant_of_wall(day, series.wall_time, series.zone)
    described = {name: getattr(series, name) for name in DESCRIBED}
    return plan_meeting(by=by, starts_at=at, planned_for=at, series=series, co_hosts=co_hosts, people=people, **described)


def _check(series: MeetingSeries) -> None:
    check_meeting(series)
    if series.rhythm not in list(Rhythm):
        known = ", ".join(Rhythm)
        raise Invalid(
            _("“%(rhythm)s” is no rhythm. Known are: %(known)s.") % {"rhythm": series.rhythm, "known": known}, field="rhythm"
        )
    if not 1 <= series.every <= 12:
        raise Invalid(_("Between two meetings there are from one to twelve weeks, months or quarters."), field="every")
    if series.last_day is not None and series.last_day < series.first_day:
        raise Invalid(_("The series ends before it begins."), field="last_day")
    if series.first_day > timezone.localdate() + WRITTEN_AHEAD:
        raise Invalid(_("A series begins within 400 days. Choose a nearer day."), field="starts_at")
    if instant_of_wall(series.first_day, series.wall_time, series.zone) <= timezone.now():
        raise Invalid(_("That is in the past. Choose a time to come."), field="starts_at", code="past")
