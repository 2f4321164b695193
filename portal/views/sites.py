"""An organisation keeps its own sites: what its admins say is a claim until a manager verifies it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.refusals import Refused
from partners.actions.sites import add_site, change_site, close_site
from partners.forms.sites import SiteForm, initial_of
from partners.models import Site
from partners.readers import for_contacts, for_partner_admins
from portal.queries.sites import partner_keeps_sites, sites_of


@require_safe
@for_contacts
def sites(request):
    may_change = request.contact.is_partner_admin and partner_keeps_sites()
    return render(request, "portal/sites.html", {"sites": sites_of(request.contact.partner), "may_change": may_change})


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def add_site_page(request):
    _permit()
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_site(request.contact.partner, by=request.user, source=_source(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Added. Your partner manager can now verify it."))
            return redirect("portal:sites")
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def site(request, public_id):
    _permit()
    found = get_object_or_404(Site.objects.select_related("partner"), public_id=public_id, partner=request.contact.partner)
    form = SiteForm(request.POST if request.method == "POST" and "close" not in request.POST else None, initial=initial_of(found))
    try:
        if "close" in request.POST:
            close_site(found, by=request.user)
            messages.success(request, _("“%(site)s” is closed.") % {"site": found})
            return redirect("portal:sites")
        if request.method == "POST" and form.is_valid():
            change_site(found, by=request.user, source=_source(request), **form.cleaned_data)
            messages.success(request, _("Saved. It is a claim until your partner manager verifies it."))
            return redirect("portal:sites")
    except Refused as refusal:
        form.is_valid()
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _page(request, form, site=found)


def _permit() -> None:
    if not partner_keeps_sites():
        raise PermissionDenied(_("Sites are kept by your partner manager."))


def _source(request) -> str:
    return (_("told by %(name)s in the portal") % {"name": request.contact})[:200]


def _page(request, form, **values):
    return render(request, "portal/site.html", {"form": form, **values}, status=422 if form.errors else 200)
