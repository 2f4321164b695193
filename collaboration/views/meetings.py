"""What a partner's person sees: what they are invited to, one meeting with their answer, what was said at past ones."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from collaboration.actions.invitations import answer_invitation
from collaboration.actions.meeting_mails import meetings_topic
from collaboration.forms.meetings import AnswerForm
from collaboration.models import How, Invitee
from collaboration.queries.meetings import colleagues_at, invitations_of, outcome_of, past_for, upcoming_for
from collaboration.rendering.calendar_events import meeting_file
from collaboration.rendering.meeting_mails import read_way_out
from communications.actions.preferences import set_preference
from partners.readers import for_contacts

PAGE_SIZE = 20


@require_safe
@for_contacts
def meetings(request):
    now = timezone.now()
    upcoming = upcoming_for(request.contact, now)[:100]
    past = Paginator(past_for(request.contact, now), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "collaboration/meetings.html", {"upcoming": list(upcoming), "page": past, "past": list(past.object_list)}
    )


@require_safe
@for_contacts
def meeting(request, public_id):
    return _page(request, _invitation_or_404(request, public_id))


@require_POST
@for_contacts
def answer(request, public_id):
    invitee = _invitation_or_404(request, public_id)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            return _page(request, invitee, problem=_("Choose yes, maybe or no."), status=422)
        given = answer_invitation(
            invitee, form.cleaned_data["answer"], how=How.PORTAL, by=request.user, comment=form.cleaned_data["comment"]
        )
    except Refused as refusal:
        return _page(request, _invitation_or_404(request, public_id), problem=str(refusal), status=refusal.status)
    messages.success(request, _thanks(given))
    return redirect("collaboration:meeting", public_id)


@require_safe
@for_contacts
def calendar_file(request, public_id):
    invitee = _invitation_or_404(request, public_id)
    response = HttpResponse(meeting_file(invitee.meeting), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@never_cache
@csrf_exempt  # one-click unsubscribe is posted by mail programs (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request, token: str) -> HttpResponse:
    """The way out of mails about meetings: GET only asks, POST acts."""
    row = Invitee.objects.filter(pk=read_way_out(token)).exclude(address="").select_related("meeting__programme").first()
    if row is None:
        raise Http404
    topic = meetings_topic()
    if request.method == "POST":
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        set_preference(row.address, topic, is_wanted="again" in request.POST, how=how)
    request.programme = row.meeting.programme
    return render(request, "communications/unsubscribe.html", {
        "topic": topic, "programme": row.meeting.programme, "address": row.address,
        "is_done": request.method == "POST" and "again" not in request.POST, "is_back": "again" in request.POST,
    })  # fmt: skip


def _invitation_or_404(request, public_id) -> Invitee:
    """What this contact is not invited to answers like what does not exist."""
    return get_object_or_404(invitations_of(request.contact), meeting__public_id=public_id)


def _page(request, invitee: Invitee, *, problem: str = "", status: int = 200):
    found = invitee.meeting
    is_shared = found.minutes_shared_at is not None
    outcome = outcome_of(found) if is_shared else None
    own = [task for task in outcome.tasks if task.is_shared and task.partner_id == request.contact.partner_id] if outcome else []
    return render(request, "collaboration/meeting.html", {
        "meeting": found, "invitee": invitee, "colleagues": colleagues_at(found, request.contact), "problem": problem,
        "is_shared": is_shared, "outcome": outcome, "tasks": own, "form": AnswerForm(initial={"comment": invitee.comment}),
    }, status=status)  # fmt: skip


def _thanks(invitee: Invitee) -> str:
    if invitee.is_waiting:
        return _("All places are taken. You are on the waiting list, and get word when a place is free.")
    return {
        "yes": _("See you there. The host knows that you come."),
        "maybe": _("The host knows that you may come."),
        "no": _("The host knows that you cannot come."),
    }[invitee.answer]
