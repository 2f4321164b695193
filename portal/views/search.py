"""One box over everything that this person may read. A page without scripts, results while typing with them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from partners.readers import for_contacts
from portal.queries.search import kinds_of_results, search_for
from search.actions.missed_searches import note_missed_search
from search.questions import READ_CHARACTERS


@require_safe
@for_contacts
def search_page(request):
    text, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    results = search_for(request.contact, text, reader=request.user, kind=kind)
    context = {"search": text[:READ_CHARACTERS].replace("\x00", ""), "kind": kind, "kinds": kinds_of_results(), "results": results}
    return render(request, "portal/parts/search_results.html" if request.htmx else "portal/search.html", context)


@require_POST
@for_contacts
def missed(request):
    """Somebody has stopped typing and nothing was found; looked up once more, so that nothing else is written down."""
    text = request.POST.get("q", "")
    if not len(search_for(request.contact, text, reader=request.user)):
        note_missed_search(text, by=request.user)
    return HttpResponse(status=204)
