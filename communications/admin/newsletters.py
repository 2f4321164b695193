"""A newsletter before it goes out: which items it has, who gets which of them and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from communications.actions.newsletters import draw_up_anew, leave_out, send_time
from communications.admin.pages import needs, page
from communications.forms.cadences import ReaderSearch
from communications.models import Newsletter
from communications.queries.audience import audience_of
from communications.queries.newsletters import choices_for, first_reader, items_of, people_of
from communications.queries.readers import reader_of, readers_of
from communications.rendering.relevance import GROUNDS, IMPORTANCE, NEWEST


def newsletter_urls(view) -> list:
    return [
        path("newsletters/<int:pk>/of-task/", view(of_task), name="communications_newsletter_of_task"),
        path("newsletters/<uuid:public_id>/", view(newsletter_page), name="communications_newsletter_page"),
        path("newsletters/<uuid:public_id>/draw-up/", view(draw_up), name="communications_newsletter_draw_up"),
        path("newsletters/<uuid:public_id>/items/<uuid:item>/", view(keep_item), name="communications_newsletter_item"),
    ]


@require_safe
@needs("view_cadence")
def newsletter_page(request, public_id) -> HttpResponse:
    newsletter = _newsletter_or_404(request, public_id)
    audience = audience_of(newsletter.announcement)
    form = ReaderSearch(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"reader": None, "q": ""}
    look = {"look_as": asked["reader"], "look_for": asked["q"]}
    reader = reader_of(audience, request.user, **look) if any(look.values()) else first_reader(newsletter, audience, request.user)
    return page(
        request, "cadence/newsletter.html", str(newsletter), newsletter=newsletter, announcement=newsletter.announcement,
        cadence=newsletter.cadence, items=items_of(newsletter), people=people_of(newsletter, audience), reader=reader,
        readers=readers_of(audience, request.user, **look), search=asked["q"],
        choices=choices_for(newsletter, reader) if reader else (), grounds=GROUNDS, importance=IMPORTANCE, newest=NEWEST,
        send_time=send_time(newsletter),
        may_change=newsletter.announcement.is_editable and request.user.has_perm("communications.change_announcement"),
    )  # fmt: skip


@require_safe
@needs("view_cadence")
def of_task(request, pk: int) -> HttpResponse:
    """From the task to check it."""
    newsletter = get_object_or_404(Newsletter.objects.visible_to(request.user), pk=pk)
    return redirect("admin:communications_newsletter_page", newsletter.public_id)


@require_POST
@needs("change_announcement")
def draw_up(request, public_id) -> HttpResponse:
    newsletter = _newsletter_or_404(request, public_id)
    return _done(request, newsletter, lambda: draw_up_anew(newsletter, by=request.user), _("Drawn up anew."))


@require_POST
@needs("change_announcement")
def keep_item(request, public_id, item) -> HttpResponse:
    """Left out, or taken in again."""
    newsletter = _newsletter_or_404(request, public_id)
    row = get_object_or_404(newsletter.items, announcement__public_id=item)
    is_left_out = request.POST.get("keep") != "1"
    said = _("Left out, and drawn up anew.") if is_left_out else _("Taken in, and drawn up anew.")
    return _done(request, newsletter, lambda: leave_out(newsletter, row, by=request.user, is_left_out=is_left_out), said)


def _done(request, newsletter: Newsletter, do, said: str) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_newsletter_page", newsletter.public_id)


def _newsletter_or_404(request, public_id) -> Newsletter:
    rows = Newsletter.objects.visible_to(request.user).select_related("cadence__programme", "announcement__segment",
                                                                      "announcement__programme")  # fmt: skip
    return get_object_or_404(rows, public_id=public_id)
