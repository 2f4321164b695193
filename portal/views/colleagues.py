"""What a partner's admin does with a colleague: what they do, whether they are an admin, their leaving; who asks to join; and who
has not read what must be acknowledged."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.actions.reading_reminders import remind_to_read
from communications.models import Announcement
from communications.queries.must_read import must_read_of, unacknowledged
from partners.actions.colleague_requests import accept_colleague, decline_colleague
from partners.actions.colleagues import change_colleague, remove_colleague
from partners.forms.colleagues import AcceptForm, DeclineForm
from partners.models import Contact
from partners.queries.colleagues import certificates_going_with, colleagues_of, moving_with, requests_to_decide
from partners.readers import for_partner_admins
from portal.forms.people import ColleagueForm, LeaveForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def colleague(request, public_id):
    contact = _contact_or_404(request, public_id)
    begun = {"functions": contact.functions, "is_partner_admin": contact.is_partner_admin}
    form = ColleagueForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            change_colleague(contact, by=request.contact, **form.cleaned_data)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Kept: %(name)s.") % {"name": contact})
            return redirect("portal:people")
    return render(request, "portal/colleague.html", {"colleague": contact, "form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def leave(request, public_id):
    """GET shows what moves to whom; POST ends their access at once."""
    contact = _contact_or_404(request, public_id)
    moving, others = moving_with(contact), colleagues_of(contact)
    form = LeaveForm(request.POST if request.method == "POST" else None, colleagues=others, is_needed=bool(moving))
    if request.method == "POST" and form.is_valid():
        try:
            remove_colleague(contact, by=request.contact, to=form.cleaned_data["to"])
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            words = _("%(name)s has no access any more. What they did stays on record.")
            messages.success(request, words % {"name": contact})
            return redirect("portal:home" if contact == request.contact else "portal:people")
    context = {"colleague": contact, "moving": moving, "form": form, "has_others": others.exists(),
               "certificates": certificates_going_with(contact)}  # fmt: skip
    return render(request, "portal/leave.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def join_request(request, public_id):
    """Accepted with what they do, or declined with a reason that they read."""
    row = get_object_or_404(requests_to_decide(request.contact.partner), public_id=public_id)
    declines = "decline" in request.POST
    accept = AcceptForm(request.POST if request.method == "POST" and not declines else None)
    decline = DeclineForm(request.POST if declines else None)
    form = decline if declines else accept
    if request.method == "POST" and form.is_valid():
        try:
            if declines:
                decline_colleague(row, by=request.contact, reason=decline.cleaned_data["reason"])
                messages.success(request, _("Declined; %(name)s is told why.") % {"name": row})
            else:
                accept_colleague(row, by=request.contact, functions=accept.cleaned_data["functions"])
                messages.success(request, _("%(name)s is invited.") % {"name": row})
            return redirect("portal:people")
        except Refused as refusal:
            _add_error(form, refusal)
    context = {"row": row, "accept": accept, "decline": decline}
    return render(request, "portal/join_request.html", context, status=_status(form))


@require_safe
@for_partner_admins
def reading(request):
    return render(request, "portal/reading.html", {"must_read": must_read_of(request.contact.partner)})


@require_POST
@for_partner_admins
def remind(request, public_id, announcement):
    """One colleague of one announcement."""
    contact = _contact_or_404(request, public_id)
    asked = unacknowledged(request.contact.partner).filter(contact_id=contact.pk).values("announcement_id")
    row = get_object_or_404(Announcement.objects.filter(pk__in=asked), public_id=announcement)
    try:
        remind_to_read(row, contact, by=request.contact)
        messages.success(request, _("%(name)s is reminded by mail, outside their quiet hours.") % {"name": contact})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:reading")


def _contact_or_404(request, public_id) -> Contact:
    return get_object_or_404(request.contact.partner.contacts.current().select_related("user", "partner"), public_id=public_id)


def _add_error(form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
