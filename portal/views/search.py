"""One box over everything that this person may read. A page without scripts, results while typing with them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from partners.readers import for_contacts
from portal.queries.search import kinds_of_results, search_for
from portal.surroundings import surroundings_of
from search.actions.missed_searches import note_missed_search
from search.questions import READ_CHARACTERS


@require_safe
@for_contacts
def search_page(request):
    """A whole page in which nothing was found is noted at once: without scripts nobody would say so later."""
    text, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    results = _results(request, text, kind)
    is_whole = request.method == "GET" and not request.htmx and not request.viewed_as
    if is_whole and not kind and not len(results):
        note_missed_search(text, by=request.user)
    context = {"search": text[:READ_CHARACTERS].replace("\x00", ""), "kind": kind, "kinds": kinds_of_results(), "results": results,
               "is_noted": is_whole}  # fmt: skip
    return render(request, "portal/parts/search_results.html" if request.htmx else "portal/search.html", context)


@require_POST
@for_contacts
def missed(request):
    """Somebody has stopped typing and nothing was found; looked up once more, so that nothing else is written down."""
    text = request.POST.get("q", "")
    if not len(_results(request, text)):
        note_missed_search(text, by=request.user)
    return HttpResponse(status=204)


def _results(request, text: str, kind: str = ""):
    places = surroundings_of(request).enrolments
    return search_for(request.contact, text, reader=request.user, enrolments=places, kind=kind)
