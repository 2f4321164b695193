"""Places: who says yes gets one while there are any; who waits moves up in the order in which they said so. The meeting is locked
by whoever asks."""

from collaboration.actions.meeting_mails import queue_mails
from collaboration.models import Invitee, InviteeAnswer, Meeting, MeetingMail


def has_place(meeting: Meeting, besides: Invitee) -> bool:
    return meeting.capacity is None or meeting.invitees.coming().exclude(pk=besides.pk).count() < meeting.capacity


def fill_places(meeting: Meeting) -> list[int]:
    """Give free places to who waits longest, and write to them. Nobody loses a place where there are fewer than before."""
    waiting = meeting.invitees.filter(answer=InviteeAnswer.YES, is_waiting=True).order_by("answered_at", "pk")
    if meeting.capacity is not None:
        waiting = waiting[: max(0, meeting.capacity - meeting.invitees.coming().count())]
    moved_up = list(waiting.values_list("pk", flat=True))
    if moved_up:
        Invitee.objects.filter(pk__in=moved_up).update(is_waiting=False)
        queue_mails(meeting, MeetingMail.Kind.PLACE, Invitee.objects.filter(pk__in=moved_up))
    return moved_up
