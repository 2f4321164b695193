from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from communications.forms.opinions import OpinionForm
from communications.queries.merge_values import language_of
from partners.readers import for_contacts
from portal.queries.home import home_of
from portal.queries.together import together_of
from portal.surroundings import NEWS, PROGRAMME_COOKIE, surroundings_of


@require_safe
@login_required
def home(request):
    if request.contact is None:
        return render(request, "portal/no_contact.html")
    around = surroundings_of(request)
    home = home_of(request.contact, around.enrolments, reader=request.user)
    around.counted[NEWS] = home.people.unread
    told = home.question.told(language_of(request.contact)) if home.question else None
    question = OpinionForm(told.questions) if told else None
    page = render(request, "portal/home.html", {"home": home, "question_form": question, "question_told": told})
    if around.programme and not request.viewed_as:
        page.set_cookie(PROGRAMME_COOKIE, around.programme.key, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return page


@require_safe
@for_contacts
def together(request):
    if len(request.contacts) < 2:
        return redirect("portal:home")
    found = together_of(request.contacts, reader=request.user)
    here = next(each for each in found.organisations if each.contact == request.contact)
    surroundings_of(request).enrolments = here.enrolments
    return render(request, "portal/together.html", {"together": found})
