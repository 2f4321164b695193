"""Addresses under which a manager's own calendar program reads what is planned."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from activity.refusals import Refused
from communications.actions.calendar_feeds import feeds_of, open_feed, revoke_feed
from communications.admin.pages import needs, page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_announcement")
def feeds(request) -> HttpResponse:
    """The address of a new one is in the answer and nowhere afterwards."""
    address, status = "", 200
    if request.method == "POST":
        try:
            _feed, token = open_feed(by=request.user)
            address = request.build_absolute_uri(reverse("communications:calendar_feed", args=[token]))
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
    return page(
        request, "calendar/feeds.html", _("In your own calendar"), status=status, feeds=feeds_of(request.user), address=address
    )


@require_POST
@needs("view_announcement")
def revoke(request, public_id: UUID) -> HttpResponse:
    feed = get_object_or_404(feeds_of(request.user), public_id=public_id)
    revoke_feed(feed, by=request.user)
    messages.success(request, _("That address is revoked. Take it out of your calendar program, too."))
    return redirect("admin:communications_announcement_feeds")
