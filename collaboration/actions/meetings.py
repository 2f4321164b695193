"""The life of a meeting: planned, changed, held or called off. Inviting is in `invitations.py`."""

from datetime import datetime, time
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid, Refused
from collaboration.actions.indexing import index_meeting
from collaboration.actions.meeting_mails import drop_queued, queue_mails
from collaboration.actions.places import fill_places
from collaboration.models import DESCRIBED, MAY_BECOME, Invitee, Meeting, MeetingMail, MeetingState
from collaboration.rhythm import instant_of_wall
from communications.local_time import AHEAD_AT_MOST, zone_named
from partners.actions.checks import check_website
from partners.actions.programmes import default_programme

EDITABLE = (*DESCRIBED, "starts_at", "conference_id")
# What stands in an invitation: whoever has one is told when it changes.
TOLD = ("title", "agenda", "starts_at", "minutes_long", "join_link", "place", "host")
FIXED_ONCE_INVITED = ("partner", "segment", "programme", "needs_registration")


@transaction.atomic
def plan_meeting(*, by, starts_at: datetime, key: UUID | None = None, **fields) -> Meeting:
    """`people` are whom it is for, where it is for one partner; without them everybody there is invited. A second time with the
    same `key`, title and time it is the first one."""
    same = says({"title": fields.get("title"), "starts_at": starts_at})
    return made_once(Meeting.objects.filter(created_by=by), key, partial(_plan, by, starts_at, **fields), is_same=same)


def _plan(by, starts_at: datetime, *, co_hosts=(), people=(), series=None, planned_for=None, **fields) -> Meeting:
    meeting = Meeting(starts_at=starts_at, series=series, planned_for=planned_for, created_by=by, **fields)
    meeting.programme_id = meeting.programme_id or default_programme().pk
    meeting.host_id = meeting.host_id or (by.pk if by else None)
    check_meeting(meeting)
    check_to_come(starts_at)
    meeting.ends_at = meeting.end_of(starts_at)
    meeting.save()
    meeting.co_hosts.set(co_hosts)
    choose_people(meeting, people)
    index_meeting(meeting)
    _tell("meeting.planned", _("“%(title)s” was planned for %(when)s"), meeting, by=by)
    return meeting


def choose_people(meeting: Meeting, people) -> None:
    """Whom a meeting with one partner is for. They learn of it when they are invited."""
    strangers = [contact for contact in people if contact.partner_id != meeting.partner_id]
    if strangers:
        words = {"name": strangers[0], "partner": meeting.partner or meeting.segment}
        raise Invalid(_("%(name)s does not work at %(partner)s.") % words, field="people")
    rows = [Invitee(meeting=meeting, contact=contact, address=contact.email.lower()) for contact in people]
    Invitee.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def change_meeting(meeting: Meeting, *, by, co_hosts=None, and_following: bool = False, **fields) -> Meeting:
    """Who is invited already is told by mail. `and_following` changes all that come after it in its series, too; of the time,
    what the clock shows is what they take over."""
    current = locked(meeting)
    _check_may_change(current, fields)
    changed = _changed(current, fields)
    following = list(_following(current)) if and_following else []
    _write(current, changed, by=by)
    for later in following:
        _write(later, _for_later(current, later, changed), by=by)
    if current.series_id and and_following:
        _change_series(current, changed)
    if co_hosts is not None:
        for each in (current, *following):
            each.co_hosts.set(co_hosts)
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by, reason: str = "", and_following: bool = False) -> None:
    """Whoever was told of it is told that it is off. Cancelling all that follow ends the series."""
    current = locked(meeting)
    following = list(_following(current)) if and_following else []
    for each in (current, *following):
        _cancel(each, by=by, reason=reason)
    if and_following and current.series_id:
        type(current.series).objects.filter(pk=current.series_id).update(last_day=timezone.localdate(current.planned_for))
    meeting.refresh_from_db()


@transaction.atomic
def close_meeting(meeting: Meeting, *, by, ended_early: bool = False) -> None:
    """It took place. Whoever was not seen there has missed it, unless they had declined or waited for a place. Before the time at
    which it ends somebody has to say that it `ended_early`."""
    current = locked(meeting)
    if current.starts_at > timezone.now():
        raise Refused(_("It has not begun. Close it once it took place, or call it off."))
    if not current.is_over and not ended_early:
        until = date_format(current.ends_at.astimezone(current.zone), "H:i")
        sentence = _(
            "It lasts until %(until)s (%(zone)s). Close it then, or say that it ended early: who was not seen has missed it."
        )
        raise Refused(sentence % {"until": until, "zone": current.time_zone}, code="early")
    move(current, MeetingState.HELD, held_at=timezone.now())
    Invitee.objects.filter(meeting=current, attended=None).update(attended=False)
    _tell_partners(current, by=by)
    meeting.refresh_from_db()


def locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=["self"]).select_related("host", "series").get(pk=meeting.pk)


def move(meeting: Meeting, to: MeetingState, **fields) -> None:
    """The only way from one state to another."""
    state = MeetingState(meeting.state)
    if to not in MAY_BECOME[state]:
        words = {"title": meeting, "state": state.label, "to": to.label}
        raise Refused(_("“%(title)s” is %(state)s and cannot be %(to)s any more.") % words, code="state")
    for name, value in {"state": to, "changed_at": timezone.now(), **fields}.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["state", "changed_at", *fields])


def check_meeting(meeting) -> None:
    """Also for a series, which is described by the same words."""
    meeting.title = " ".join(meeting.title.split())
    if not meeting.title:
        raise Invalid(_("Give it a title."), field="title")
    if len(meeting.title) > 200:
        raise Invalid(_("A title has at most 200 characters."), field="title")
    if len(meeting.agenda) > 20_000:
        raise Invalid(_("An agenda has at most 20,000 characters."), field="agenda")
    if (meeting.partner_id is None) == (meeting.segment_id is None):
        raise Invalid(_("Choose one partner or one segment that it is for."), field="segment")
    meeting.join_link = check_website(meeting.join_link, "join_link")
    if not 5 <= meeting.minutes_long <= 1440:
        raise Invalid(_("It lasts from 5 minutes to a day."), field="minutes_long")
    if meeting.capacity is not None and meeting.capacity < 1:
        raise Invalid(_("There is at least one place; leave it empty where there is room for all."), field="capacity")
    if meeting.host and not (meeting.host.is_active and meeting.host.is_staff):
        raise Invalid(_("%(name)s cannot be host: hosts are managers who can sign in.") % {"name": meeting.host}, field="host")
    zone_named(meeting.time_zone)


def check_to_come(starts_at: datetime) -> None:
    if starts_at <= timezone.now():
        raise Invalid(_("That is in the past. Choose a time to come."), field="starts_at", code="past")
    if starts_at > timezone.now() + AHEAD_AT_MOST:
        raise Invalid(_("That is more than a hundred years ahead. Choose a nearer time."), field="starts_at")


def _check_may_change(meeting: Meeting, fields: dict) -> None:
    if meeting.state not in (MeetingState.DRAFT, MeetingState.INVITED) or meeting.is_over:
        state = _("over") if meeting.is_over else meeting.get_state_display()
        raise Refused(_("“%(title)s” is %(state)s and can no longer be changed.") % {"title": meeting, "state": state})
    for name in fields:
        if name not in EDITABLE:
            raise Invalid(_("A meeting has no field “%(name)s” to change.") % {"name": name}, field=name)


def _changed(meeting: Meeting, fields: dict) -> dict:
    changed = {name: value for name, value in fields.items() if getattr(meeting, name) != value}
    fixed = [name for name in FIXED_ONCE_INVITED if name in changed]
    if fixed and meeting.state != MeetingState.DRAFT:
        raise Invalid(
            _("People are invited already, so whom it is for stays as it is. Call it off and plan another."), field=fixed[0]
        )
    if "starts_at" in changed:
        check_to_come(changed["starts_at"])
    return changed


def _write(meeting: Meeting, changed: dict, *, by) -> None:
    if not changed:
        return
    for name, value in changed.items():
        setattr(meeting, name, value)
    check_meeting(meeting)
    meeting.ends_at, meeting.changed_at = meeting.end_of(meeting.starts_at), timezone.now()
    if "starts_at" in changed:
        meeting.reminded_at = None
    is_told = meeting.state == MeetingState.INVITED and any(name in TOLD for name in changed)
    if is_told:
        meeting.sequence += 1
    meeting.save()
    index_meeting(meeting)
    if "partner" in changed:
        meeting.invitees.exclude(contact__partner=meeting.partner_id).delete()
    if is_told:
        queue_mails(meeting, MeetingMail.Kind.CHANGE, _told_of(meeting))
    if "capacity" in changed:
        fill_places(meeting)
    _tell("meeting.changed", _("“%(title)s” was changed; it is on %(when)s"), meeting, by=by)


def _told_of(meeting: Meeting) -> QuerySet[Invitee]:
    """Those who hold an invitation. One that still waits to be sent will say how it is now."""
    waiting = MeetingMail.objects.filter(invitee__meeting=meeting, kind=MeetingMail.Kind.INVITATION, state=MeetingMail.State.QUEUED)
    return meeting.invitees.exclude(pk__in=waiting.values("invitee"))


def _following(meeting: Meeting) -> QuerySet[Meeting]:
    if meeting.series_id is None:
        raise Refused(_("This meeting stands alone; none follows it."))
    later = Meeting.objects.filter(series=meeting.series_id, planned_for__gt=meeting.planned_for, ends_at__gt=timezone.now())
    open_ones = later.filter(state__in=(MeetingState.DRAFT, MeetingState.INVITED))
    return open_ones.select_for_update(of=["self"]).select_related("host").order_by("planned_for")


def _for_later(meeting: Meeting, later: Meeting, changed: dict) -> dict:
    """The same change for a later one: it keeps its day and, where it was moved by itself, its time."""
    own = {name: value for name, value in changed.items() if name not in ("starts_at", "conference_id")}
    if "starts_at" in changed and not later.was_moved:
        day = later.planned_for.astimezone(meeting.zone).date()
        own["starts_at"] = instant_of_wall(day, _wall_time(meeting), meeting.zone)
        later.planned_for = own["starts_at"]
    return {name: value for name, value in own.items() if getattr(later, name) != value}


def _change_series(meeting: Meeting, changed: dict) -> None:
    series = meeting.series
    for name, value in changed.items():
        if name in DESCRIBED:
            setattr(series, name, value)
    if "starts_at" in changed:
        series.wall_time = _wall_time(meeting)
        if _is_same_day(meeting):
            Meeting.objects.filter(pk=meeting.pk).update(planned_for=meeting.starts_at)
    series.save()


def _wall_time(meeting: Meeting) -> time:
    return meeting.starts_at.astimezone(meeting.zone).time()


def _is_same_day(meeting: Meeting) -> bool:
    return meeting.starts_at.astimezone(meeting.zone).date() == meeting.planned_for.astimezone(meeting.zone).date()


def _cancel(meeting: Meeting, *, by, reason: str) -> None:
    if meeting.is_over and meeting.state == MeetingState.INVITED:
        raise Refused(_("It is over. Close it, and say in the minutes that it did not take place."))
    was_invited = meeting.state == MeetingState.INVITED
    move(
        meeting, MeetingState.CANCELLED, cancelled_at=timezone.now(), reason=" ".join(reason.split())[:300],
        sequence=meeting.sequence + 1,
    )  # fmt: skip
    if was_invited:
        queue_mails(meeting, MeetingMail.Kind.CANCELLATION, _told_of(meeting))
        drop_queued(meeting)
    _tell("meeting.cancelled", _("“%(title)s” on %(when)s was called off"), meeting, by=by)


def _tell_partners(meeting: Meeting, *, by) -> None:
    """One line in the timeline of each partner that was there. Who exactly, the meeting's page says."""
    there: dict[int, int] = {}
    for partner_id in meeting.invitees.filter(attended=True).values_list("contact__partner_id", flat=True):
        there[partner_id] = there.get(partner_id, 0) + 1
    for partner_id, people in sorted(there.items()):
        tell_attendance(meeting, partner_id, people, by=by)


def tell_attendance(meeting: Meeting, partner_id: int, people: int, *, by) -> None:
    words = {"n": people, "title": meeting, "day": date_format(meeting.starts_at.astimezone(meeting.zone), "DATE_FORMAT")}
    sentence = ngettext("%(n)d person was at “%(title)s” on %(day)s", "%(n)d people were at “%(title)s” on %(day)s", people) % words
    record_activity("meeting.attended", sentence, by=by, partner_id=partner_id, subject=meeting, data={"people": people})


def _tell(verb: str, sentence: str, meeting: Meeting, *, by) -> None:
    when = date_format(meeting.starts_at.astimezone(meeting.zone), "DATETIME_FORMAT")
    record_activity(verb, sentence % {"title": meeting, "when": when}, by=by, partner_id=meeting.partner_id, subject=meeting)
