from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.queries.home import home_of
from portal.surroundings import surroundings_of


@require_safe
@login_required
def home(request):
    if request.contact is None:
        return render(request, "portal/no_contact.html")
    around = surroundings_of(request)
    home = home_of(request.contact, around.enrolments, reader=request.user)
    around.unread = home.people.unread
    return render(request, "portal/home.html", {"home": home})
