"""What was said, decided and is to be done; and sharing it with those who took part."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.actions.tasks import create_task
from activity.models import Task
from activity.refusals import Invalid, Refused
from collaboration.actions.indexing import index_meeting
from collaboration.actions.meeting_mails import queue_mails
from collaboration.actions.meetings import locked
from collaboration.models import Decision, InviteeAnswer, Meeting, MeetingMail, MeetingState
from partners.models import Partner

LONGEST = 50_000


@transaction.atomic
def write_minutes(meeting: Meeting, text: str, *, by) -> None:
    """Kept for us until they are shared; afterwards a change is seen in the portal at once."""
    current = _with_minutes(meeting)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Invalid(_("Minutes have at most 50,000 characters."), field="minutes")
    if text == current.minutes:
        return
    current.minutes, current.changed_at = text, timezone.now()
    current.save(update_fields=["minutes", "changed_at"])
    index_meeting(current)
    record_activity("meeting.minutes_written", _("Minutes of “%(title)s” were written") % {"title": current}, by=by,
                    partner_id=current.partner_id, subject=current)  # fmt: skip
    meeting.refresh_from_db()


@transaction.atomic
def decide(meeting: Meeting, text: str, *, by) -> Decision:
    current = _with_minutes(meeting)
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise Invalid(_("Say what was decided."), field="text")
    if len(text) > 500:
        raise Invalid(_("A decision has at most 500 characters. Write the rest into the minutes."), field="text")
    return Decision.objects.create(meeting=current, text=text, by=by)


def take_back_decision(meeting: Meeting, pk: int) -> None:
    _with_minutes(meeting).decisions.filter(pk=pk).delete()


def add_action(
    meeting: Meeting, title: str, *, by, partner: Partner | None = None, owner=None, due_on: date | None = None,
    is_partners: bool = False, key: UUID | None = None,
) -> Task:  # fmt: skip
    """A task from this meeting. One on the partner's side is shared, so that it stands in their portal; ours is its host's where
    nobody else is named."""
    current = _with_minutes(meeting)
    if due_on is not None and due_on < timezone.localdate(timezone=current.zone):
        raise Invalid(_("That day has passed. Choose today or a day to come."), field="due_on", code="past")
    partner = partner or current.partner
    if is_partners and partner is None:
        raise Invalid(_("Choose the partner that is to do it."), field="partner")
    return create_task(
        title, by=by, partner_id=partner.pk if partner else None, owner=owner or (None if is_partners else current.host),
        due_on=due_on, is_shared=is_partners, source=current, key=key,
    )  # fmt: skip


@transaction.atomic
def share_minutes(meeting: Meeting, *, by) -> int:
    """Show them to everybody who was invited, and mail them to who came or meant to. Returns how many mails will be tried."""
    current = locked(meeting)
    if current.state != MeetingState.HELD:
        raise Refused(_("Close the meeting first, so that it is known who was there."))
    if not current.minutes and not current.decisions.exists():
        raise Invalid(_("There are no minutes and no decisions to share yet."), field="minutes")
    current.sequence, current.minutes_shared_at = current.sequence + 1, timezone.now()
    current.save(update_fields=["sequence", "minutes_shared_at"])
    index_meeting(current)
    concerned = current.invitees.filter(Q(attended=True) | Q(answer__in=(InviteeAnswer.YES, InviteeAnswer.MAYBE)))
    mails = queue_mails(current, MeetingMail.Kind.MINUTES, concerned)
    record_activity("meeting.minutes_shared", _("Minutes of “%(title)s” were shared") % {"title": current}, by=by,
                    partner_id=current.partner_id, subject=current)  # fmt: skip
    meeting.refresh_from_db()
    return mails


def _with_minutes(meeting: Meeting) -> Meeting:
    current = Meeting.objects.select_related("host", "partner").get(pk=meeting.pk)
    if current.state not in (MeetingState.INVITED, MeetingState.HELD):
        raise Refused(_("“%(title)s” is %(state)s; there is nothing to write down.") % {
            "title": current, "state": current.get_state_display(),
        })  # fmt: skip
    return current
