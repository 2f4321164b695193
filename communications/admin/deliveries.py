"""The deliveries behind a sum, and what to do with those in doubt."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from communications.actions.deliveries import settle_all_in_doubt, settle_in_doubt
from communications.admin.pages import announcement_or_404, needs, page, page_number
from communications.models import Announcement, Channel, Delivery, DeliveryState
from communications.queries.delivery_list import ROWS_A_PAGE, DeliveryLine, delivery_page, reason_words
from communications.queries.portfolio import portfolio_of
from communications.queries.webhook_deliveries import message_rows

STATES = [("pending", gettext_lazy("pending")), *DeliveryState.choices]


@require_safe
@needs("view_announcement")
def delivery_list(request, public_id: UUID) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    channel, state = request.GET.get("channel", ""), request.GET.get("state", "")
    asked = {
        "channel": channel if channel in Channel.values else "",
        "state": state if state in dict(STATES) else "",
        "why": request.GET.get("why", "")[:300].replace("\x00", ""),
    }
    number = page_number(request)
    if channel == Channel.WEBHOOK:
        told = message_rows(announcement, portfolio_of(request.user), state=asked["state"])
        return page(
            request, "report/webhooks.html", _("Webhooks of “%(title)s”") % {"title": announcement}, announcement=announcement,
            rows=told, state=asked["state"], states=STATES,
        )  # fmt: skip
    rows = delivery_page(announcement, request.user, page=number, **asked)
    return page(
        request, "report/deliveries.html", _("Deliveries of “%(title)s”") % {"title": announcement}, announcement=announcement,
        rows=rows[:ROWS_A_PAGE], has_more=len(rows) > ROWS_A_PAGE, number=number, asked=asked,
        why_words=reason_words(asked["why"]), channels=Channel.choices,
        states=STATES, sees_all=request.user.has_perm("partners.view_all_partners"),
        may_settle=request.user.has_perm("communications.send_announcement"),
    )  # fmt: skip


@require_POST
@needs("send_announcement")
def settle(request, public_id: UUID) -> HttpResponse:
    """Send what is in doubt again, or let it be: one delivery, or all of them after a second look. What is decided is on record."""
    announcement = announcement_or_404(request, public_id)
    return _settle_all(request, announcement) if "all" in request.POST else _settle_one(request, announcement)


def _settle_one(request, announcement: Announcement) -> HttpResponse:
    rows = Delivery.objects.visible_to(request.user).select_related("announcement", "contact")
    asked = {"contact__public_id": _uuid(request.POST.get("contact")), "channel": request.POST.get("channel", "")[:20]}
    delivery = get_object_or_404(rows, announcement_id=announcement.pk, **asked)
    decision = request.POST.get("decision", "")
    try:
        settle_in_doubt(delivery, decision, by=request.user)
        sentence = _("%(name)s: queued again.") if decision == "resend" else _("%(name)s: not sent again.")
        messages.success(request, sentence % {"name": delivery.contact})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_announcement_report", announcement.public_id)


def _settle_all(request, announcement: Announcement) -> HttpResponse:
    """`confirmed` is how many there were when it was confirmed: where there are others now, it is asked again."""
    decision, doubtful = request.POST.get("decision", ""), doubtful_of(announcement, request.user).count()
    if doubtful and request.POST.get("confirmed") != str(doubtful) and decision in ("resend", "skip"):
        title = _("Resend what is in doubt") if decision == "resend" else _("Skip what is in doubt")
        return page(request, "report/settle_all.html", title, announcement=announcement, decision=decision, n=doubtful)
    try:
        settled = settle_all_in_doubt(announcement, decision, by=request.user)
        again = ngettext("%(n)s delivery: queued again.", "%(n)s deliveries: queued again.", settled)
        let_be = ngettext("%(n)s delivery: not sent again.", "%(n)s deliveries: not sent again.", settled)
        sentence = again if decision == "resend" else let_be
        messages.success(request, sentence % {"n": number_format(settled, force_grouping=True)})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_announcement_report", announcement.public_id)


def doubtful_of(announcement: Announcement, user) -> QuerySet[Delivery]:
    return Delivery.objects.visible_to(user).filter(announcement_id=announcement.pk, state=DeliveryState.IN_DOUBT)


def in_doubt(announcement: Announcement, user) -> list[DeliveryLine]:
    """The first of them."""
    return delivery_page(announcement, user, state=DeliveryState.IN_DOUBT)[:ROWS_A_PAGE]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
