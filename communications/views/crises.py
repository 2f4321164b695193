"""Acknowledging a crisis: with one click in the portal, on whatever page one is, or by the link in the mail, without signing in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.models import AcknowledgedHow, Crisis, CrisisMessage, CrisisPerson
from communications.queries.crisis_notices import notice_of
from communications.queries.merge_values import language_of
from communications.rendering.crises import drill_words
from communications.tracking_tokens import Place, read_token
from partners.readers import for_contacts


@require_POST
@for_contacts
def acknowledge_in_portal(request, public_id: UUID) -> HttpResponse:
    crisis = get_object_or_404(Crisis.objects.filter(people__contact=request.contact), public_id=public_id)
    acknowledge_crisis(crisis, contact=request.contact, how=AcknowledgedHow.PORTAL)
    messages.success(request, _("Thank you. It is on record for %(partner)s.") % {"partner": request.contact.partner})
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "portal:home")


@never_cache
@csrf_exempt  # the sealed token is the proof, and a mail program may have no cookies
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_by_mail(request, token: str) -> HttpResponse:
    """GET only asks, so that scanners which follow links acknowledge nothing; POST acts."""
    known = read_token(token)
    if known is None or known.link != Place.ACKNOWLEDGE:
        raise Http404
    rows = CrisisMessage.objects.select_related("crisis__programme", "announcement")
    message = get_object_or_404(rows, announcement_id=known.announcement_id)
    people = CrisisPerson.objects.select_related("contact__partner", "crisis", "called_by__announcement")
    person = get_object_or_404(people, crisis=message.crisis, contact_id=known.contact_id)
    request.programme = message.crisis.programme
    if request.method == "POST":
        acknowledge_crisis(message.crisis, contact=person.contact, how=AcknowledgedHow.MAIL)
        person.refresh_from_db()
    drill = drill_words(language_of(person.contact)) if message.crisis.is_drill else None
    return render(request, "communications/acknowledge_crisis.html", {
        "notice": notice_of(person, person.contact), "person": person, "drill": drill,
    })  # fmt: skip
