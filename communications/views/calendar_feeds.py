"""The address that a calendar program reads, and the page on which a partner's person makes and revokes theirs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.actions.calendar_feeds import feed_of_token, feeds_of, open_feed, revoke_feed
from communications.queries.calendar_feeds import feed_as_calendar
from partners.readers import for_contacts


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Nobody signs in here: whoever knows the address may read it. One that was revoked was never there."""
    feed = feed_of_token(token)
    if feed is None:
        raise Http404
    answer = HttpResponse(feed_as_calendar(feed), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def own_calendar(request: HttpRequest) -> HttpResponse:
    """The address of a new one is in the answer and nowhere afterwards."""
    address, status = "", 200
    if request.method == "POST":
        try:
            _feed, token = open_feed(by=request.user, contact=request.contact)
            address = address_of(request, token)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
    shown = {"feeds": feeds_of(request.user, request.contact), "address": address}
    return render(request, "communications/calendar.html", shown, status=status)


@never_cache
@require_POST
@for_contacts
def revoke(request: HttpRequest, public_id) -> HttpResponse:
    feed = get_object_or_404(feeds_of(request.user, request.contact), public_id=public_id)
    revoke_feed(feed, by=request.user)
    messages.success(request, _("That address is revoked. Take it out of your calendar program, too."))
    return redirect("communications:own_calendar")


def address_of(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("communications:calendar_feed", args=[token]))
