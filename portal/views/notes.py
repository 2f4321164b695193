from django.shortcuts import render
from django.views.decorators.http import require_safe

from context.queries.notes import shared_notes_of
from partners.readers import for_contacts


@require_safe
@for_contacts
def notes(request):
    return render(request, "portal/notes.html", {"notes": shared_notes_of(request.contact.partner, request.GET.get("page", "1"))})
