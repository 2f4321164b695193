"""A person's points and level, and the boards; there where the programme has turned them on."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from enablement.actions.points import be_named
from enablement.queries.points import points_of
from partners.readers import for_contacts


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def points(request):
    found = points_of(request.contact)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "enablement/points.html", {"points": found})
    be_named(request.contact, agreed=request.POST.get("do") == "name")
    return redirect("enablement:points")
