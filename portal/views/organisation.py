from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.readers import for_contacts
from portal.queries.organisation import organisation_of
from portal.surroundings import surroundings_of


@require_safe
@for_contacts
def organisation_page(request):
    organisation = organisation_of(
        request.contact.partner,
        surroundings_of(request).enrolments,
        reader=request.user,
        period=request.GET.get("period", ""),
    )
    return render(request, "portal/organisation.html", {"organisation": organisation})
