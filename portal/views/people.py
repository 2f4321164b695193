"""A partner's people: who was invited, has joined, was last seen; its admins add and invite."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from partners.actions.contacts import add_contact
from partners.actions.invitations import invite_contact, invite_contacts, resend_invitation
from partners.models import Invitation
from partners.queries.colleagues import requests_to_decide
from partners.queries.invitations import people_of
from partners.readers import for_contacts, for_partner_admins
from portal.forms.people import PersonForm


@require_safe
@for_contacts
def people(request):
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def add_person(request):
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = _add_and_invite(request, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("portal:people")
    return render(request, "portal/add_person.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_partner_admins
def invite_people(request):
    chosen = [found for text in request.POST.getlist("contact") if (found := _uuid(text))]
    contacts = request.contact.partner.contacts.current().filter(public_id__in=chosen)
    invited = invite_contacts(contacts, by=request.user)
    count = len(invited.sent)
    if count:
        messages.success(request, ngettext("%(n)d person is invited.", "%(n)d people are invited.", count) % {"n": count})
    for _contact, sentence in invited.refused:
        messages.error(request, sentence)
    if not count and not invited.refused:
        messages.warning(request, _("Choose at least one person first."))
    return redirect("portal:people")


@require_POST
@for_partner_admins
def resend(request, public_id):
    open_ones = Invitation.objects.filter(contact__partner=request.contact.partner, accepted_at=None, withdrawn_at=None)
    invitation = get_object_or_404(open_ones.select_related("contact"), public_id=public_id)
    try:
        resend_invitation(invitation, by=request.user)
        messages.success(request, _("The invitation of %(name)s is on its way again.") % {"name": invitation.contact})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:people")


@transaction.atomic
def _add_and_invite(request, *, name: str, email: str, functions: list[str]) -> str:
    """What came of it, in words: they may have worked here before."""
    was_here = request.contact.partner.contacts.filter(email__iexact=email).exists()
    contact = add_contact(request.contact.partner, by=request.user, name=name, email=email, functions=functions)
    invite_contact(contact, by=request.user)
    return (_("%(name)s is back and invited.") if was_here else _("%(name)s is invited.")) % {"name": contact}


def _page(request):
    found = people_of(request.contact.partner)
    context = {"people": found, "joined": sum(person.state == "joined" for person in found)}
    context["may_be_invited"] = sum(person.may_be_invited for person in found)
    if request.contact.is_partner_admin:
        context["requests"] = list(requests_to_decide(request.contact.partner))
    return render(request, "portal/people.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
