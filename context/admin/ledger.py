"""Pages of the ledger: one entry with its proof and verdicts, recording by hand, a partner on a day in the past, the queue."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.actions.accesses import record_access, record_access_to
from activity.models import Access
from activity.refusals import Refused
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.forms.ledger import RecordForm, ThenForm, VerdictForm
from context.models import DataPoint, Fact, Verdict
from context.queries.as_of import partner_then
from context.queries.ledger_items import Item, item_named
from context.queries.metrics import labels_of_metrics
from context.queries.review_queue import CLAIMS, QUEUES, counted, queue_of, waiting
from partners.models import Partner
from partners.visibility import sight_of

MAY_LOOK, MAY_WRITE = "context.view_fact", "context.add_fact"


class LedgerMixin:
    """Adds the ledger's pages to the addresses of facts."""

    class Media:
        css = {"all": ["admin/ledger.css"]}
        js = ["admin/review.js"]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("review/", wrap(review_page), name="context_review"),
            path("entries/<slug:kind>/<uuid:public_id>/", wrap(entry_page), name="context_ledger_entry"),
            path("record/<uuid:public_id>/", wrap(record_page), name="context_fact_record"),
            path("as-of/<uuid:public_id>/", wrap(as_of_page), name="context_partner_as_of"),
            *super().get_urls(),
        ]


@require_safe
def review_page(request) -> HttpResponse:
    _permit(request, MAY_LOOK)
    queue = request.GET.get("queue") if request.GET.get("queue") in QUEUES else CLAIMS
    page = queue_of(queue, request.user, after=request.GET.get("after", ""))
    return _page(request, "review.html", _("To decide"), page=page, **_waiting(request, queue))


def _waiting(request, queue: str) -> dict:
    """How much waits in each queue, and in this one."""
    counts = waiting(request.user)
    tabs = [(key, name, counted(counts[key])) for key, name in QUEUES.items()]
    return {"queue": queue, "tabs": tabs, "count": counts[queue], "waiting": counted(counts[queue])}


@require_http_methods(["GET", "HEAD", "POST"])
def entry_page(request, kind: str, public_id) -> HttpResponse:
    """The entry; a POST decides about it. In the queue only the entry itself is answered."""
    _permit(request, MAY_WRITE if request.method == "POST" else MAY_LOOK)
    item = _item_or_404(request, kind, public_id)
    record_access_to([(item.partner.pk, item.data_point_key)], by=request.user, way=Access.Way.ENTRY)
    sentence, status = "", 200
    if request.method == "POST":
        try:
            verdict = _decide(request, item)
        except Refused as refusal:
            sentence, status = str(refusal), refusal.status
        else:
            if request.htmx:
                queue = request.POST.get("queue")
                return _part(
                    request, "settled.html", item=item, verdict=verdict, **(_waiting(request, queue) if queue in QUEUES else {})
                )
            words = {"label": item.label, "value": item.value, "verdict": verdict.get_kind_display()}
            messages.success(request, _("%(label)s “%(value)s”: %(verdict)s.") % words)
            return redirect(_back(request, item))
        item = _item_or_404(request, kind, public_id)
    if request.htmx:
        # Swapped in by htmx, which leaves alone what is not a success.
        return _part(request, "entry.html", item=item, sentence=sentence, typed=request.POST.get("comment", ""))
    return _page(request, "entry_page.html", f"{item.label}: {item.partner}", status=status, item=item, sentence=sentence,
                 typed=request.POST.get("comment", ""))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def record_page(request, public_id) -> HttpResponse:
    _permit(request, MAY_WRITE)
    partner = _partner_or_404(request, public_id)
    points = DataPoint.objects.edited_by(request.user).filter(is_builtin=False)
    point = points.filter(key=request.GET.get("data_point", "")).first()
    around = {"partner": partner, "points": points, "point": point}
    if point is None:
        return _page(request, "record.html", _("Record a fact about %(partner)s") % {"partner": partner}, **around)
    form = RecordForm(request.POST or None, request.FILES or None, point=point, partner=partner)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            fact = record_fact(partner, point, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            field = "value" if refusal.field == point.key else refusal.field
            form.add_error(field if field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Recorded as a claim. It counts as verified once you say so below."))
            return redirect("admin:context_ledger_entry", "fact", fact.public_id)
    if form.errors:
        status = 422
    title = _("%(label)s of %(partner)s") % {"label": point, "partner": partner}
    return _page(request, "record.html", title, status=status, form=form, **around)


@require_safe
def as_of_page(request, public_id) -> HttpResponse:
    _permit(request, MAY_LOOK)
    partner = _partner_or_404(request, public_id)
    form, then = ThenForm(request.GET or None), None
    if form.is_valid():
        record_access(partner.pk, by=request.user, way=Access.Way.PAST)
        sight = sight_of(request.user)
        then = partner_then(partner, among=sight.data_points, hidden=sight.hidden, **form.when)
    title = _("%(partner)s as it was") % {"partner": partner}
    return _page(request, "as_of.html", title, partner=partner, form=form, then=then, metrics=labels_of_metrics())


def _decide(request, item: Item) -> Verdict:
    form = VerdictForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(form.sentence)
    given = form.cleaned_data
    seen = Verdict.objects.filter(public_id=given["seen"]).first() if given["seen"] else None
    return give_verdict(
        item.thing, given["kind"], by=request.user, comment=given["comment"], evidence_file=given["evidence_file"], seen=seen
    )


def _item_or_404(request, kind: str, public_id) -> Item:
    item = item_named(kind, public_id, request.user)
    if item is None:
        raise Http404
    return item


def _partner_or_404(request, public_id) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _permit(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _back(request, item: Item) -> str:
    """To the queue from the queue, else to the entry."""
    if request.POST.get("queue") in QUEUES:
        return f"{reverse('admin:context_review')}?queue={request.POST['queue']}"
    return reverse("admin:context_ledger_entry", args=[item.kind, item.thing.public_id])


def _page(request, template: str, title: str, *, status: int = 200, **context) -> TemplateResponse:
    around = {**admin.site.each_context(request), "title": title, "opts": Fact._meta, "is_fullwidth": "0"}
    around["may_decide"] = request.user.has_perm(MAY_WRITE)
    return TemplateResponse(request, f"admin/context/ledger/{template}", {**around, **context}, status=status)


def _part(request, template: str, **context) -> TemplateResponse:
    return TemplateResponse(
        request, f"admin/context/ledger/{template}", {"may_decide": request.user.has_perm(MAY_WRITE), **context}
    )
