"""Into the portal, and for whom: accept an invitation, switch between partners, view as a contact; and evidence files."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from partners.actions.colleague_requests import ask_to_join, confirm_address, request_of
from partners.actions.invitations import accept_invitation, invitation_of, login_of
from partners.actions.viewing import start_viewing, stop_viewing
from partners.forms.colleague_requests import AskToJoinForm
from partners.forms.invitations import JoinForm
from partners.middleware import CONTACT_KEY, VIEWED_AS_KEY, chosen_language
from partners.models import Contact, Evidence, Programme
from partners.pace import check_pace
from partners.visibility import may_see_evidence

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_POST
@login_required
def switch_contact(request):
    contact = get_object_or_404(Contact.objects.of_login(request.user), public_id=_uuid_or_404(request.POST.get("contact")))
    request.session[CONTACT_KEY] = str(contact.public_id)
    wanted = request.POST.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/")


@require_POST
@login_required
@permission_required("partners.view_as_contact", raise_exception=True)
def view_as(request, public_id):
    contact = get_object_or_404(Contact.objects.visible_to(request.user).current(), public_id=public_id)
    start_viewing(contact, by=request.user)
    request.session[VIEWED_AS_KEY] = str(contact.public_id)
    return redirect("/")


@require_POST
@login_required
def stop_viewing_as(request):
    if request.session.pop(VIEWED_AS_KEY, None) and request.contact:
        stop_viewing(request.contact, by=request.user)
        return redirect("admin:partners_partner_overview", request.contact.partner.public_id)
    return redirect("/")


@require_safe
@cache_control(public=True, max_age=30 * 24 * 3600, immutable=True)
def logo(request, public_id, name):
    """For everyone: it stands on the sign-in page and in mails."""
    programme = get_object_or_404(Programme.objects.exclude(logo=""), public_id=public_id)
    if not programme.logo.name.endswith(f"/{name}") or not programme.logo.storage.exists(programme.logo.name):
        raise Http404
    response = FileResponse(programme.logo.open("rb"), content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@never_cache
@login_required
def evidence(request, public_id):
    """The file as it was handed in: always to be saved, never to be run in the page."""
    found = get_object_or_404(Evidence.objects.visible_to(request.user), public_id=public_id)
    if not may_see_evidence(found, request.user) or not found.file.storage.exists(found.file.name):
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    try:
        found = invitation_of(token)
    except Refused as refusal:
        return _page(request, status=410, sentence=str(refusal))
    if request.user.is_authenticated or login_of(found):
        return _join_with_login(request, token, found)
    return _join_as_new(request, token, found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_join_page(request):
    """For anybody. Whatever address is given, the answer is the same and takes the same work."""
    form, is_asked = AskToJoinForm(request.POST or None), False
    if request.method == "POST" and form.is_valid():
        try:
            check_pace(request)
            ask_to_join(**form.cleaned_data)
            is_asked = True
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "partners/ask_to_join.html", {"form": form, "is_asked": is_asked}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_colleague(request, token):
    """GET only asks: a scanner of mails follows links, too."""
    try:
        if request.method == "POST":
            confirm_address(token)
        else:
            request_of(token)
    except Refused as refusal:
        return render(request, "partners/confirm_colleague.html", {"sentence": str(refusal)}, status=410)
    response = render(request, "partners/confirm_colleague.html", {"is_done": request.method == "POST"})
    response["Referrer-Policy"] = "same-origin"
    return response


def _join_as_new(request, token, found):
    form = JoinForm(request.POST or None, initial={"name": found.contact.name})
    if request.method == "POST" and form.is_valid():
        try:
            contact = accept_invitation(token, **form.cleaned_data, language=chosen_language(request))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            login(request, contact.user, backend=BACKEND)
            return _welcome(request, contact)
    return _page(request, status=422 if form.errors else 200, invitation=found, form=form)


def _join_with_login(request, token, found):
    """The address has a login already, or somebody is signed in: only that very login may join."""
    if request.method == "POST":
        user = request.user if request.user.is_authenticated else None
        try:
            return _welcome(request, accept_invitation(token, name=found.contact.name, user=user))
        except Refused as refusal:
            return _page(request, status=refusal.status, invitation=found, sentence=str(refusal))
    return _page(request, invitation=found, is_theirs=login_of(found) == request.user)


def _welcome(request, contact: Contact):
    request.session[CONTACT_KEY] = str(contact.public_id)
    messages.success(request, _("Welcome. From now on you find here what concerns %(partner)s.") % {"partner": contact.partner})
    return redirect("/")


def _page(request, *, status: int = 200, **values):
    sign_in = reverse("account_login") + "?" + urlencode({"next": request.path})
    if "invitation" in values:
        enrolments = values["invitation"].contact.partner.enrolments.current().select_related("programme")
        first = enrolments.order_by("-is_primary", "pk").first()
        request.programme = first.programme if first else None
    response = render(request, "partners/invitation.html", {"sign_in": sign_in, **values}, status=status)
    # The address holds the token: it must not travel on to whatever is linked from here.
    response["Referrer-Policy"] = "same-origin"
    return response


def _uuid_or_404(value) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Http404 from None
