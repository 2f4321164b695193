"""Inviting: whom a meeting is for is frozen by one statement, and what they answer is kept, by whichever way it comes."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from collaboration.actions.meeting_mails import queue_mails
from collaboration.actions.meetings import locked, move
from collaboration.actions.places import fill_places, has_place
from collaboration.models import Invitee, InviteeAnswer, Meeting, MeetingMail, MeetingState
from context.rules import compile_rules, frozen_rules
from partners.models import Contact

LONGEST_COMMENT = 500

_FREEZE = """
    INSERT INTO collaboration_invitee
        (meeting_id, contact_id, address, answer, answered_how, comment, is_waiting, is_late_comer, attended_how, added_at)
    SELECT %s, audience.id, lower(audience.email), '', '', '', false, %s, '', %s FROM ({audience}) AS audience
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def invite(meeting: Meeting, *, by) -> int:
    """Freeze whom it is for and write to them. Returns how many are invited."""
    current = locked(meeting)
    if current.is_over or current.starts_at <= timezone.now():
        raise Refused(_("It has begun; nobody can be invited any more."))
    move(current, MeetingState.INVITED, invited_at=timezone.now(), **_rules(current))
    if not (current.partner_id and current.invitees.exists()):
        _freeze(current, audience_of(current), is_late=False)
    if not current.invitees.exists():
        raise Refused(_("There is nobody to invite: %(whom)s reaches no one.") % {"whom": current.segment or current.partner})
    queue_mails(current, MeetingMail.Kind.INVITATION, current.invitees.all())
    count = current.invitees.count()
    sentence = ngettext("%(n)d person was invited to “%(title)s”", "%(n)d people were invited to “%(title)s”", count)
    sentence %= {"n": count, "title": current}
    record_activity("meeting.invited", sentence, by=by, partner_id=current.partner_id, subject=current, data={"people": count})
    meeting.refresh_from_db()
    return count


@transaction.atomic
def invite_person(meeting: Meeting, contact: Contact, *, by) -> Invitee:
    """One more. Before the invitations go out it is noted whom a meeting with one partner is for."""
    current = locked(meeting)
    if current.state not in (MeetingState.DRAFT, MeetingState.INVITED) or current.is_over:
        raise Refused(_("Nobody can be invited any more."))
    if current.partner_id and contact.partner_id != current.partner_id:
        words = {"name": contact, "partner": current.partner}
        raise Invalid(_("%(name)s does not work at %(partner)s.") % words, field="contact")
    if current.segment_id and current.state == MeetingState.DRAFT:
        raise Refused(_("Invite the segment first; then single people can be added."))
    defaults = {"address": contact.email.lower(), "is_late_comer": current.state == MeetingState.INVITED}
    invitee, is_new = Invitee.objects.get_or_create(meeting=current, contact=contact, defaults=defaults)
    if not is_new:
        raise Refused(_("%(name)s is invited already.") % {"name": contact}, code="invited")
    if current.state == MeetingState.INVITED:
        queue_mails(current, MeetingMail.Kind.INVITATION, Invitee.objects.filter(pk=invitee.pk))
    record_activity("meeting.person_invited", _("%(name)s was invited to “%(title)s”") % {"name": contact, "title": current}, by=by,
                    partner_id=contact.partner_id, subject=current)  # fmt: skip
    return invitee


@transaction.atomic
def leave_out(invitee: Invitee, *, by) -> None:
    """Somebody was chosen for a meeting with one partner and is not to come after all. They have not heard of it."""
    meeting = locked(invitee.meeting)
    words = {"name": invitee.contact, "title": meeting, "partner": meeting.partner}
    if meeting.state != MeetingState.DRAFT:
        raise Refused(_("%(name)s has heard of it. Write to them that they need not come, or call it off.") % words, code="invited")
    if not meeting.invitees.exclude(pk=invitee.pk).exists():
        raise Refused(_("Without anybody chosen, everybody there is invited. Choose somebody else before.") % words, code="last")
    invitee.delete()
    record_activity("meeting.person_left_out", _("%(name)s was left out of “%(title)s”") % words, by=by,
                    partner_id=meeting.partner_id, subject=meeting)  # fmt: skip


def audience_of(meeting: Meeting) -> QuerySet[Contact]:
    """Whom it reaches now; by the rules of when it was invited to, once it was."""
    if meeting.partner_id:
        return Contact.objects.current().filter(partner=meeting.partner_id)
    if meeting.rule is not None:
        return compile_rules(meeting.rule, meeting.contact_rule).contacts()
    return compile_rules(meeting.segment.rule, meeting.segment.contact_rule).contacts()


def invite_due() -> int:
    """Invite to those whose day to do so has come. One that cannot be is left, and its page says why when somebody tries."""
    drafts = Meeting.objects.filter(state=MeetingState.DRAFT, invite_days__isnull=False, starts_at__gt=timezone.now())
    due = drafts.filter(starts_at__lte=timezone.now() + timedelta(days=1) * F("invite_days"))
    done = 0
    for meeting in due.order_by("starts_at"):
        try:
            invite(meeting, by=None)
            done += 1
        except Refused:
            continue
    return done


def top_up_meetings() -> int:
    """Invite who has entered the segment since. Returns how many."""
    added = 0
    open_ones = Meeting.objects.filter(state=MeetingState.INVITED, stays_open=True, starts_at__gt=timezone.now())
    for meeting in open_ones.exclude(segment=None):
        known = Invitee.objects.filter(meeting=meeting, contact=OuterRef("pk"))
        if audience_of(meeting).exclude(Exists(known)).exists():
            added += _top_up(meeting)
    return added


def remind_due() -> int:
    """Queue reminders for everybody who may come, once for each time a meeting is set for."""
    rows = Meeting.objects.filter(state=MeetingState.INVITED, reminded_at=None, remind_hours__gt=0, starts_at__gt=timezone.now())
    due = rows.filter(starts_at__lte=timezone.now() + timedelta(hours=1) * F("remind_hours"))
    queued = 0
    for pk in due.values_list("pk", flat=True):
        queued += _remind(pk)
    return queued


@transaction.atomic
def answer_invitation(
    invitee: Invitee, answer: str, *, how: str, by=None, comment: str = "", stamp: datetime | None = None
) -> Invitee:
    """Yes, maybe or no. Where all places are taken, yes means to wait for one. `stamp` is when a reply by mail was written: an
    older one that arrives later is refused."""
    if answer not in (InviteeAnswer.YES, InviteeAnswer.MAYBE, InviteeAnswer.NO):
        raise Invalid(_("Answer yes, maybe or no."), field="answer")
    meeting = locked(invitee.meeting)
    current = Invitee.objects.select_for_update(of=["self"]).select_related("contact").get(pk=invitee.pk)
    _check_takes_answers(meeting)
    if stamp and current.replied_at and stamp < current.replied_at:
        raise Refused(_("A later answer came already; this one changes nothing."), code="old")
    _write_answer(meeting, current, answer, how=how, comment=comment, stamp=stamp)
    fill_places(meeting)
    words = {"name": current.contact, "answer": _said(current), "title": meeting}
    record_activity("meeting.answered", _("%(name)s answered “%(title)s”: %(answer)s") % words, by=by,
                    partner_id=current.contact.partner_id, subject=meeting)  # fmt: skip
    current.refresh_from_db()
    return current


def _check_takes_answers(meeting: Meeting) -> None:
    if meeting.state == MeetingState.CANCELLED:
        raise Refused(_("“%(title)s” was called off; there is nothing to answer any more.") % {"title": meeting}, code="cancelled")
    if meeting.state == MeetingState.DRAFT:
        raise Refused(_("Nobody is invited to “%(title)s” yet, so there is nothing to answer.") % {"title": meeting}, code="draft")
    if not meeting.takes_answers:
        raise Refused(_("“%(title)s” is over; there is nothing to answer any more.") % {"title": meeting}, code="over")


def _write_answer(meeting: Meeting, invitee: Invitee, answer: str, *, how: str, comment: str, stamp: datetime | None) -> None:
    had_place = invitee.answer == InviteeAnswer.YES and not invitee.is_waiting
    waits_already = invitee.answer == InviteeAnswer.YES and invitee.is_waiting
    invitee.is_waiting = answer == InviteeAnswer.YES and not had_place and (waits_already or not has_place(meeting, invitee))
    if not waits_already or answer != InviteeAnswer.YES:
        invitee.answered_at = timezone.now()
    invitee.answer, invitee.answered_how = answer, how
    invitee.comment = " ".join(comment.replace("\x00", "").split())[:LONGEST_COMMENT]
    if stamp:
        invitee.replied_at = stamp
    invitee.save(update_fields=["answer", "answered_at", "answered_how", "comment", "is_waiting", "replied_at"])


def _said(invitee: Invitee) -> str:
    return _("yes, on the waiting list") if invitee.is_waiting else InviteeAnswer(invitee.answer).label


def _rules(meeting: Meeting) -> dict:
    if meeting.segment is None:
        return {}
    rule, contact_rule = frozen_rules(meeting.segment.rule, meeting.segment.contact_rule)
    return {"rule": rule, "contact_rule": contact_rule}


def _freeze(meeting: Meeting, audience: QuerySet[Contact], *, is_late: bool) -> int:
    people, parameters = audience.order_by().values("id", "email").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE.format(audience=people), [meeting.pk, is_late, timezone.now(), *parameters])
        return cursor.rowcount


@transaction.atomic
def _top_up(meeting: Meeting) -> int:
    current = locked(meeting)
    if current.state != MeetingState.INVITED:
        return 0
    known = list(current.invitees.values_list("pk", flat=True))
    added = _freeze(current, audience_of(current), is_late=True)
    queue_mails(current, MeetingMail.Kind.INVITATION, current.invitees.exclude(pk__in=known))
    return added


@transaction.atomic
def _remind(pk: int) -> int:
    meeting = (
        Meeting.objects.select_for_update(skip_locked=True).filter(pk=pk, reminded_at=None, state=MeetingState.INVITED).first()
    )
    if meeting is None:
        return 0
    Meeting.objects.filter(pk=pk).update(reminded_at=timezone.now())
    may_come = meeting.invitees.exclude(answer=InviteeAnswer.NO).exclude(is_waiting=True)
    return queue_mails(meeting, MeetingMail.Kind.REMINDER, may_come)
