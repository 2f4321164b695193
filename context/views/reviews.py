"""A review as a partner's admins see it: their own side until both have handed in, then both, then what was agreed."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from context.actions.reviews import PARTNER, fill_in, hand_in
from context.forms.reviews import LinesForm
from context.models import Review, ReviewState
from context.queries.reviews import lines_of
from partners.readers import for_partner_admins


@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def review(request, public_id: UUID):
    rows = Review.objects.filter(partner=request.contact.partner).exclude(state=ReviewState.DRAFT)
    found = get_object_or_404(rows.select_related("programme", "manager", "partner_done_by"), public_id=public_id)
    form = LinesForm(lines_of(found), PARTNER, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, found, form)
    try:
        form.full_clean()
        form.tell(fill_in(found, PARTNER, form.values(), form.comments(), by=request.user))
        if form.errors:
            return _page(request, found, form, status=422)
        if request.POST.get("do") == "hand_in":
            hand_in(found, PARTNER, by=request.user)
            messages.success(request, _("Handed in. Both sides are shown once both have done so."))
        else:
            messages.success(request, _("Kept. Nobody else sees it before you hand it in."))
    except Refused as refusal:
        return _page(request, found, form, problem=str(refusal), status=refusal.status)
    return redirect("context:review", public_id)


def _page(request, found: Review, form: LinesForm, *, problem: str = "", status: int = 200):
    return render(request, "context/review.html", {
        "review": found, "form": form, "problem": problem,
        "may_fill_in": found.state == ReviewState.OPEN and not found.partner_done_at,
    }, status=status)  # fmt: skip
