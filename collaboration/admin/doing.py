"""What the buttons on a meeting's page do: each is one action."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.refusals import Invalid, NotAllowed, Refused
from collaboration.actions.attendance import note_attendance, say_who
from collaboration.actions.attendance_hooks import change_secret
from collaboration.actions.follow_ups import draft_follow_up
from collaboration.actions.invitations import answer_invitation, invite, invite_person, leave_out
from collaboration.actions.meeting_mails import send_again
from collaboration.actions.meetings import cancel_meeting, close_meeting
from collaboration.actions.minutes import add_action, decide, share_minutes, take_back_decision, write_minutes
from collaboration.forms.meetings import ActionForm, DecisionForm, MinutesForm, PersonForm
from collaboration.models import How, Meeting, Presence
from collaboration.queries.meetings import partners_at
from partners.models import Contact


class Done(NamedTuple):
    said: str = ""
    anchor: str = ""
    address: str = ""


def do_at_meeting(request, meeting: Meeting) -> Done:
    doing = _DOING.get(request.POST.get("do", ""))
    if doing is None:
        raise Refused(_("This button does nothing here any more. Load the page again."))
    return doing(request, meeting)


def _invite(request, meeting: Meeting) -> Done:
    count = invite(meeting, by=request.user)
    words = ngettext(
        "%(n)d person is invited; the mail is on its way.", "%(n)d people are invited; the mails are on their way.", count
    )
    return Done(words % {"n": count})


def _close(request, meeting: Meeting) -> Done:
    close_meeting(meeting, by=request.user, ended_early="ended_early" in request.POST)
    return Done(_("It is closed: who was there is known. Write down what was decided, and share it."))


def _cancel(request, meeting: Meeting) -> Done:
    following = "and_following" in request.POST
    cancel_meeting(meeting, by=request.user, reason=request.POST.get("reason", ""), and_following=following)
    return Done(_("It is called off. Whoever was invited gets word of it.") if meeting.invited_at else _("It is called off."))


def _add_person(request, meeting: Meeting) -> Done:
    form = PersonForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Write the e-mail address of a contact."), field="address")
    people = Contact.objects.visible_to(request.user).current().filter(email__iexact=form.cleaned_data["address"])
    contact = people.filter(partner=meeting.partner_id).first() if meeting.partner_id else people.order_by("pk").first()
    if contact is None:
        raise Invalid(_("No contact that you see has this address. Add the person at their partner first."), field="address")
    invite_person(meeting, contact, by=request.user)
    return Done(_("%(name)s is invited.") % {"name": contact} if meeting.invited_at else "", "#people")


def _leave_out(request, meeting: Meeting) -> Done:
    invitee = _invitee(request, meeting)
    leave_out(invitee, by=request.user)
    return Done(_("%(name)s is left out.") % {"name": invitee.contact}, "#people")


def _answer(request, meeting: Meeting) -> Done:
    """Somebody told a manager."""
    invitee = _invitee(request, meeting)
    answer_invitation(invitee, request.POST.get("answer", ""), how=How.MANAGER, by=request.user)
    return Done("", "#people")


def _attendance(request, meeting: Meeting) -> Done:
    shown = _numbers(request.POST.getlist("shown"))
    there = set(_numbers(request.POST.getlist("there")))
    count = note_attendance(meeting, {pk: pk in there for pk in shown}, by=request.user)
    return Done(_("Noted for %(n)d people.") % {"n": count} if count else _("Nothing was changed."), "#people")


def _say_who(request, meeting: Meeting) -> Done:
    presence = Presence.objects.filter(meeting=meeting, pk__in=_numbers([request.POST.get("presence", "")])).first()
    if presence is None:
        raise Http404
    address = request.POST.get("address", "").strip()
    invitee = meeting.invitees.visible_to(request.user).filter(contact__email__iexact=address).first() if address else None
    if invitee is None:
        raise Invalid(
            _("Nobody with this address is invited. Invite them first, or leave the stranger as they are."), field="address"
        )
    say_who(presence, invitee, by=request.user)
    return Done(_("%(name)s was there.") % {"name": invitee.contact}, "#people")


def _minutes(request, meeting: Meeting) -> Done:
    form = MinutesForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(form.errors["minutes"]), field="minutes")
    write_minutes(meeting, form.cleaned_data["minutes"], by=request.user)
    return Done(_("The minutes are kept."), "#minutes")


def _decide(request, meeting: Meeting) -> Done:
    form = DecisionForm(request.POST)
    decide(meeting, form.cleaned_data["text"] if form.is_valid() else request.POST.get("text", ""), by=request.user)
    return Done("", "#minutes")


def _take_back(request, meeting: Meeting) -> Done:
    for pk in _numbers([request.POST.get("decision", "")]):
        take_back_decision(meeting, pk)
    return Done("", "#minutes")


def _action(request, meeting: Meeting) -> Done:
    form = ActionForm(request.POST, partners=partners_at(meeting, request.user))
    if not form.is_valid():
        raise Invalid(" ".join(error for errors in form.errors.values() for error in errors))
    task = add_action(meeting, by=request.user, **form.values())
    return Done(_("“%(task)s” is a task now.") % {"task": task}, "#minutes")


def _share(request, meeting: Meeting) -> Done:
    mails = share_minutes(meeting, by=request.user)
    one = "The minutes are in the portal, and %(n)d mail is on its way."
    words = ngettext(one, "The minutes are in the portal, and %(n)d mails are on their way.", mails)
    return Done(words % {"n": mails}, "#minutes")


def _follow_up(request, meeting: Meeting) -> Done:
    if not request.user.has_perm("communications.add_announcement"):
        raise NotAllowed(_("Your role lets you read announcements, not write them."))
    draft = draft_follow_up(meeting, request.POST.get("who", ""), by=request.user)
    said = _("A draft is begun, for those it is about. Finish it and submit it.")
    return Done(said, address=reverse("admin:communications_announcement_change", args=[draft.public_id]))


def _send_again(request, meeting: Meeting) -> Done:
    return Done(_("%(n)d mails go once more.") % {"n": send_again(meeting, by=request.user)}, "#people")


def _new_secret(request, meeting: Meeting) -> Done:
    change_secret(meeting)
    return Done(_("The secret is another one now. Enter it at the conference service."), "#telling")


def _invitee(request, meeting: Meeting):
    pks = _numbers([request.POST.get("invitee", "")])
    invitee = meeting.invitees.visible_to(request.user).filter(pk__in=pks).first()
    if invitee is None:
        raise Http404
    return invitee


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts[:1000] if text.isascii() and text.isdigit() and len(text) < 18]


_DOING: dict[str, Callable[..., Done]] = {
    "invite": _invite, "close": _close, "cancel": _cancel, "add_person": _add_person, "leave_out": _leave_out, "answer": _answer,
    "attendance": _attendance, "say_who": _say_who, "minutes": _minutes, "decide": _decide, "take_back": _take_back,
    "action": _action, "share": _share, "follow_up": _follow_up, "send_again": _send_again, "new_secret": _new_secret,
}  # fmt: skip
