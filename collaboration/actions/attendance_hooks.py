"""What a conference service tells about who is there, as it happens or afterwards. The same message again changes nothing, and the
order in which messages come does not matter."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from collaboration.actions.attendance import count_presences, tell_late
from collaboration.actions.meetings import locked
from collaboration.models import How, Invitee, Meeting, MeetingState, Presence, ToldOnce
from collaboration.reading.attendance import NoAttendanceError, Stay, Told, read_message

AROUND = timedelta(hours=3)
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def take_message(body: dict, raw: bytes, *, meeting: Meeting | None = None) -> bool:
    """`meeting` is known by the address that was called, or by its number at the conference service. False where the same was
    taken before."""
    try:
        told = read_message(body)
    except NoAttendanceError as error:
        raise Invalid(_("This is no attendance that can be read: %(why)s.") % {"why": error}) from None
    meeting = meeting or _meeting_of(told)
    if meeting is None:
        raise Invalid(_("No meeting of ours has this number at that time."), code="unknown")
    current = locked(meeting)
    if current.state not in (MeetingState.INVITED, MeetingState.HELD):
        raise Refused(_("Nobody was invited to this meeting, or it was called off."))
    if current.starts_at - AROUND > timezone.now():
        raise Refused(_("It has not begun; nobody can have been there yet."), code="early")
    key = hashlib.sha256(f"{current.pk}:".encode() + raw).hexdigest()
    _row, is_new = ToldOnce.objects.get_or_create(key=key)
    if not is_new:
        return False
    invitees = _invitees(current, told)
    for stay in told.stays:
        _note(current, stay, invitees.get(stay.address))
    for invitee in {invitee.pk: invitee for stay in told.stays if (invitee := invitees.get(stay.address))}.values():
        count_presences(invitee, how=How.WEBHOOK)
    tell_late(current, by=None)
    return True


def change_secret(meeting: Meeting) -> None:
    """The one before holds no longer."""
    Meeting.objects.filter(pk=meeting.pk).update(hook_number=F("hook_number") + 1)
    meeting.refresh_from_db()


def forget_old_messages() -> int:
    """A message is refused by its age long before."""
    return ToldOnce.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _meeting_of(told: Told) -> Meeting | None:
    """One number often stands for all meetings of a series: the one that is on when somebody comes or goes."""
    if not told.conference_id:
        return None
    at = next((at for stay in told.stays for at in (stay.joined_at, stay.left_at) if at), None)
    rows = Meeting.objects.filter(conference_id=told.conference_id, state__in=(MeetingState.INVITED, MeetingState.HELD))
    if at is not None:
        rows = rows.filter(starts_at__lte=at + AROUND, ends_at__gte=at - AROUND)
    return min(rows, key=lambda row: abs(row.starts_at - (at or timezone.now())), default=None)


def _invitees(meeting: Meeting, told: Told) -> dict[str, Invitee]:
    addresses = {stay.address for stay in told.stays if stay.address}
    return {invitee.address: invitee for invitee in meeting.invitees.filter(address__in=addresses)}


def _note(meeting: Meeting, stay: Stay, invitee: Invitee | None) -> None:
    """A half is joined with its other half, whichever comes first."""
    own = Presence.objects.filter(meeting=meeting, how=How.WEBHOOK, name=stay.name, address=stay.address)
    fields = {"joined_at": stay.joined_at, "left_at": stay.left_at, "minutes": stay.minutes, "invitee": invitee}
    if stay.joined_at and not stay.left_at:
        if own.filter(joined_at=stay.joined_at).exists():
            return
        other = own.filter(joined_at=None, left_at__gte=stay.joined_at).order_by("left_at").first()
    elif stay.left_at and not stay.joined_at:
        if own.filter(left_at=stay.left_at).exists():
            return
        other = own.filter(left_at=None, joined_at__lte=stay.left_at).order_by("-joined_at").first()
    else:
        other = _half_of(own, stay)
        if other is None and own.filter(joined_at=stay.joined_at, left_at=stay.left_at, minutes=stay.minutes).exists():
            return
    if other is None:
        Presence.objects.create(meeting=meeting, name=stay.name, address=stay.address, how=How.WEBHOOK, **fields)
        return
    other.joined_at, other.left_at = stay.joined_at or other.joined_at, stay.left_at or other.left_at
    other.save(update_fields=["joined_at", "left_at"])


def _half_of(own: QuerySet[Presence], stay: Stay) -> Presence | None:
    return own.filter(left_at=None, joined_at=stay.joined_at).exclude(joined_at=None).first()
