"""The review queue: what is out and is to be looked at again, with one answer each."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Invalid, Refused
from communications.actions import freshness as actions
from communications.admin.pages import announcement_or_404, needs, page
from communications.forms.freshness import CareForm
from communications.models import Announcement
from communications.queries.freshness import AHEAD, answered_for_by, successors_for, to_review
from communications.review_sources import others_to_review
from partners.models.partners import stood_for_by

ROWS = 25


@require_safe
@needs("change_announcement")
def queue(request) -> HttpResponse:
    return _show(request)


@require_POST
@needs("change_announcement")
def answer(request, public_id: UUID, verb: str) -> HttpResponse:
    """One of the answers of the queue. The page of the announcement has them, too, and is where one comes back to from there."""
    announcement = announcement_or_404(request, public_id)
    if verb not in _ANSWERS:
        raise Http404
    try:
        sentence = _ANSWERS[verb](announcement, request)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    if request.POST.get("from") == "page":
        return redirect("admin:communications_announcement_page", public_id)
    return redirect("admin:communications_announcement_freshness")


def _renew(announcement: Announcement, request) -> str:
    day = actions.renew_announcement(announcement, by=request.user)
    return _("Still right. It is looked at again on %(day)s.") % {"day": date_format(day)}


def _retire(announcement: Announcement, request) -> str:
    actions.retire_announcement(announcement, by=request.user, reason=_reason(request))
    return _("“%(title)s” is retired: nobody is shown it any more.") % {"title": announcement}


def _replace(announcement: Announcement, request) -> str:
    try:
        successor = announcement_or_404(request, UUID(request.POST.get("successor", "")))
    except (ValueError, Http404):
        raise Invalid(_("Choose what replaces it."), field="successor") from None
    if announcement.is_over:
        actions.name_successor(announcement, successor, by=request.user)
        return _("The old address of “%(title)s” leads to “%(successor)s”.") % {"title": announcement, "successor": successor}
    actions.retire_announcement(announcement, by=request.user, reason=_reason(request), successor=successor)
    return _("“%(title)s” is retired; its old address leads to “%(successor)s”.") % {"title": announcement, "successor": successor}


def _care(announcement: Announcement, request) -> str:
    form = CareForm(request.POST)
    if not form.is_valid():
        raise Invalid(form.sentence)
    actions.care_for_announcement(announcement, by=request.user, **form.cleaned_data)
    return _("Kept.")


def _reason(request) -> str:
    return request.POST.get("reason", "").replace("\x00", "")


_ANSWERS = {"renew": _renew, "retire": _retire, "replace": _replace, "care": _care}


def _show(request) -> HttpResponse:
    today = timezone.localdate()
    rows = to_review(request.user)
    mine = request.GET.get("whose") != "all"
    if mine:
        rows = answered_for_by(rows, stood_for_by(request.user))
    people = stood_for_by(request.user) if mine else None
    others = others_to_review(request.user, today + AHEAD, people)
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return page(
        request, "freshness/queue.html", _("To review"), found=found, today=today, mine=mine, others=others,
        overdue=rows.filter(review_on__lt=today).count() + sum(row.review_on < today for row in others),
        successors=successors_for(request.user) if found.object_list else (),
    )  # fmt: skip
