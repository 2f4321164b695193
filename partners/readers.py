"""Whom a page of the portal is for."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from activity.refusals import NotAllowed

ADMINS_ONLY = _("Only your organisation's portal admins may do this.")


def for_contacts(view):
    """The page belongs to a partner's person: who is not signed in signs in first, who speaks for no partner is told so."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.contact is None:
            return render(request, "portal/no_contact.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def for_partner_admins(view):
    @for_contacts
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.contact.is_partner_admin:
            return render(request, "403.html", {"exception": ADMINS_ONLY}, status=NotAllowed.status)
        return view(request, *args, **kwargs)

    return guarded
