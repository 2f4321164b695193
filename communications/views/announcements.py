"""What a partner's person reads: the list of what concerns them, and one announcement."""

from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from communications.actions.engagement import acknowledge_announcement, mark_read
from communications.forms.questions import QuestionForm
from communications.models import Announcement, Kind, Topic
from communications.queries.announcement_page import reading_of
from communications.queries.announcement_thread import acknowledgement_of, files_of, questions_of, with_parts
from communications.queries.discussions import discussions_on
from communications.queries.feed import feed_items, feed_rows, in_short
from communications.queries.freshness import Over, over_for
from partners.readers import for_contacts

PAGE_SIZE = 20
DISCUSSIONS_SHOWN = 20


def says_what_is_over(view):
    """What has reached this person once and is over says so, with what came after it; anything else stays absent."""

    @wraps(view)
    def guarded(request, public_id):
        try:
            return view(request, public_id)
        except Http404:
            over = over_for(request.contact, public_id)
            if over is None:
                raise
            return render(request, "communications/over.html", _told_of(over, request.contact), status=410)

    return guarded


def _told_of(over: Over, contact) -> dict:
    instead = feed_items(feed_rows(contact).filter(pk=over.successor.pk), contact) if over.successor else []
    return {"announcement": over.announcement, "instead": instead[0] if instead else None}


@require_safe
@for_contacts
def announcement_list(request):
    topics = list(Topic.objects.all())
    offered = {"topic": {topic.key for topic in topics}, "kind": set(Kind.values), "unread": {"1"}}
    said = {name: request.GET.get(name, "") for name in offered}
    chosen = {name: value if value in offered[name] else "" for name, value in said.items()}
    page = Paginator(_filtered(in_short(feed_rows(request.contact)), chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "communications/announcements.html", {
        "page": page, "items": feed_items(page.object_list, request.contact), "chosen": chosen,
        "topics": topics, "kinds": Kind.choices, "is_filtered": any(chosen.values()),
    })  # fmt: skip


@require_safe
@for_contacts
@says_what_is_over
def announcement_page(request, public_id):
    announcement = delivered_or_404(request, public_id)
    if announcement.seen_at is None and not request.viewed_as:
        mark_read(announcement, contact=request.contact)
    return render_announcement(request, announcement, QuestionForm())


@require_POST
@for_contacts
@says_what_is_over
def acknowledge(request, public_id):
    announcement = delivered_or_404(request, public_id)
    try:
        acknowledge_announcement(announcement, contact=request.contact)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("communications:announcement", public_id)
    if request.htmx:
        return render(request, "communications/parts/acknowledgement.html", {
            "announcement": announcement, "acknowledgement": acknowledgement_of(announcement, request.contact), "is_new": True,
        })  # fmt: skip
    messages.success(request, _("Thank you. It is on record for %(partner)s.") % {"partner": request.contact.partner})
    return redirect("communications:announcement", public_id)


def delivered_or_404(request, public_id) -> Announcement:
    """What has not reached this contact answers like what does not exist."""
    return get_object_or_404(with_parts(feed_rows(request.contact)), public_id=public_id)


def render_announcement(request, announcement: Announcement, form: QuestionForm, *, status: int = 200):
    contact = request.contact
    return render(request, "communications/announcement.html", {
        "announcement": announcement,
        "reading": reading_of(announcement, contact),
        "acknowledgement": acknowledgement_of(announcement, contact) if announcement.acknowledged else None,
        "questions": questions_of(announcement, contact),
        "files": files_of(announcement, contact) if announcement.has_files else (),
        "discussions": discussions_on(announcement)[:DISCUSSIONS_SHOWN] if announcement.has_discussions else (),
        "form": form,
    }, status=status)  # fmt: skip


def _filtered(rows, chosen: dict[str, str]):
    if chosen["topic"]:
        rows = rows.filter(topic__key=chosen["topic"])
    if chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
    return rows.filter(read_at=None) if chosen["unread"] else rows
