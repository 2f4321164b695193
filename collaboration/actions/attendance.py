"""Who came: noted by hand, or taken over from a file after a look at what it says."""

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.models import Activity
from activity.refusals import Invalid, Refused
from collaboration.actions.meetings import locked, tell_attendance
from collaboration.models import AttendanceFile, How, Invitee, Meeting, MeetingState, Presence
from collaboration.queries.attendance import Matched, There, matched
from collaboration.reading.attendance import LONGEST_FILE, NoAttendanceError, Stay, minutes_together, read_file
from partners.models import Contact


@transaction.atomic
def note_attendance(meeting: Meeting, there: dict[int, bool], *, by) -> int:
    """By hand, for these invitees by their keys. Returns how many changed."""
    current = _open_for_attendance(meeting)
    changed = 0
    for invitee in current.invitees.visible_to(by).filter(pk__in=there):
        if (invitee.attended or False) != there[invitee.pk] or (invitee.attended is None and current.state == MeetingState.HELD):
            invitee.attended = there[invitee.pk] or (False if current.state == MeetingState.HELD else None)
            invitee.attended_how, invitee.noted_by = How.MANAGER, by
            invitee.save(update_fields=["attended", "attended_how", "noted_by"])
            changed += 1
    tell_late(current, by=by)
    return changed


@transaction.atomic
def keep_file(meeting: Meeting, name: str, content: bytes, *, by) -> AttendanceFile:
    """Read it and keep what it says until somebody has looked at it. Another file takes its place."""
    current = _open_for_attendance(meeting)
    if len(content) > LONGEST_FILE:
        raise Invalid(_("This file is longer than 5 MB; a list of participants is not."), field="file")
    try:
        sheet = read_file(content, current.zone)
    except NoAttendanceError:
        raise Invalid(
            _("Nobody can be found in this file. Choose the CSV that Zoom or Teams exports, or a report in JSON."),
            field="file",
        ) from None
    file, _is_new = AttendanceFile.objects.update_or_create(
        meeting=current,
        defaults={
            "name": name[:200], "stays": [stay.as_dict() for stay in sheet.stays], "unread": sheet.unread, "by": by,
            "at": timezone.now(),
        },
    )  # fmt: skip
    return file


@transaction.atomic
def take_file(meeting: Meeting, *, by, at: str = "") -> Matched:
    """Write down what the file says, in place of what an earlier one said. Strangers are listed and nothing else. `at` is when the
    file that was looked at was read: another one is not taken in its place."""
    current = _open_for_attendance(meeting)
    file = AttendanceFile.objects.filter(meeting=current).select_for_update().first()
    if file is None or (at and file.at.isoformat() != at):
        raise Refused(_("The file you looked at is not there any more. Choose it again."), code="gone")
    found = matched(file, by)
    before = set(current.presences.filter(how=How.IMPORT).values_list("invitee", flat=True)) - {None}
    current.presences.filter(how=How.IMPORT).delete()
    came = {_take(current, there, by=by) for there in (*found.invited, *found.uninvited)}
    Presence.objects.bulk_create(row for there in found.strangers for row in _presences_of(current, None, there))
    for invitee in Invitee.objects.filter(pk__in=before - came, attended_how=How.IMPORT):
        _not_there_after_all(current, invitee)
    file.delete()
    tell_late(current, by=by)
    words = {"n": len(came), "strangers": len(found.strangers), "title": current}
    sentence = _("Attendance of “%(title)s” was imported: %(n)d people, %(strangers)d strangers") % words
    record_activity("meeting.attendance_imported", sentence, by=by, partner_id=current.partner_id, subject=current)
    return found


def drop_file(meeting: Meeting) -> None:
    AttendanceFile.objects.filter(meeting=meeting).delete()


@transaction.atomic
def say_who(presence: Presence, invitee: Invitee, *, by) -> None:
    """A stranger turns out to be one of the invited: all that was told of that stranger is theirs."""
    if presence.invitee_id is not None or presence.meeting_id != invitee.meeting_id:
        raise Refused(_("Somebody said who that was already."))
    same = Presence.objects.filter(meeting=presence.meeting_id, invitee=None, name=presence.name, address=presence.address)
    same.update(invitee=invitee)
    count_presences(invitee, how=presence.how, by=by)
    tell_late(locked(presence.meeting), by=by)


def count_presences(invitee: Invitee, *, how: str, by=None) -> None:
    """They were there, for as long as all their stays say together."""
    stays = [
        Stay(row.name, row.address, row.joined_at, row.left_at, row.minutes) for row in Presence.objects.filter(invitee=invitee)
    ]
    invitee.attended, invitee.minutes_there = True, minutes_together(stays)
    invitee.attended_how, invitee.noted_by = how, by
    invitee.save(update_fields=["attended", "minutes_there", "attended_how", "noted_by"])


def add_uninvited(meeting: Meeting, contact: Contact) -> Invitee:
    """Somebody who came without an invitation is from now on one of its people."""
    defaults = {"address": contact.email.lower(), "is_late_comer": True}
    return Invitee.objects.get_or_create(meeting=meeting, contact=contact, defaults=defaults)[0]


def _take(meeting: Meeting, there: There, *, by) -> int:
    invitee = there.invitee or add_uninvited(meeting, there.contact)
    Presence.objects.bulk_create(_presences_of(meeting, invitee, there))
    count_presences(invitee, how=How.IMPORT, by=by)
    return invitee.pk


def _presences_of(meeting: Meeting, invitee: Invitee | None, there: There) -> list[Presence]:
    return [
        Presence(meeting=meeting, invitee=invitee, name=stay.name, address=stay.address, joined_at=stay.joined_at,
                 left_at=stay.left_at, minutes=stay.minutes, how=How.IMPORT)
        for stay in there.stays
    ]  # fmt: skip


def _not_there_after_all(meeting: Meeting, invitee: Invitee) -> None:
    if not Presence.objects.filter(invitee=invitee).exists():
        invitee.attended, invitee.minutes_there = False if meeting.state == MeetingState.HELD else None, None
        invitee.attended_how = ""
        invitee.save(update_fields=["attended", "minutes_there", "attended_how"])


def _open_for_attendance(meeting: Meeting) -> Meeting:
    current = locked(meeting)
    if current.state not in (MeetingState.INVITED, MeetingState.HELD):
        raise Refused(_("“%(title)s” is %(state)s: nobody can have been there.") % {
            "title": current, "state": current.get_state_display(),
        })  # fmt: skip
    if current.starts_at > timezone.now():
        raise Refused(_("It has not begun; nobody can have been there yet."), code="early")
    return current


def tell_late(meeting: Meeting, *, by) -> None:
    """Of a meeting that is closed: partners whose people turn out to have been there get their line in the timeline, once."""
    if meeting.state != MeetingState.HELD:
        return
    there = Counter(meeting.invitees.filter(attended=True).values_list("contact__partner_id", flat=True))
    told = Activity.objects.filter(verb="meeting.attended", subject_type=Meeting._meta.label_lower, subject_id=meeting.pk)
    for partner_id in sorted(set(there) - set(told.values_list("partner_id", flat=True))):
        tell_attendance(meeting, partner_id, there[partner_id], by=by)
