"""Reviews: the list, preparing one for a partner, our side, then both sides and what is agreed."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from context.actions.reviews import (
    MANAGER,
    agree,
    cancel_review,
    create_next_review,
    create_review,
    fill_in,
    hand_in,
    open_review,
    start_reviews,
)
from context.admin.pages import needs, page, row_link
from context.forms.reviews import LinesForm, ReviewForm, SegmentReviewForm
from context.models import Review, ReviewState
from context.queries.review_plans import plan_reviews
from context.queries.reviews import lines_of
from partners.models import Partner

COLOURS = {
    ReviewState.DRAFT: "default",
    ReviewState.OPEN: "info",
    ReviewState.TALK: "warning",
    ReviewState.AGREED: "success",
    ReviewState.CANCELLED: "danger",
}


@admin.register(Review)
class ReviewAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("A review is prepared on a partner's page, under Work; both sides fill it in unseen.")
    list_display = ["review", "partner", "state_now", "period_end", "due_on", "manager"]
    list_display_links = None
    list_select_related = ["partner", "manager"]
    list_filter = ["state", "programme"]
    search_fields = ["title", "partner__name__matches"]
    actions = None
    list_before_template = "admin/context/review/head.html"

    def has_add_permission(self, request) -> bool:
        return False  # one is prepared from the page of its partner, many for a segment

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("<uuid:public_id>/", wrap(review_page), name="context_review_page"),
            path("segment/", wrap(start), name="context_review_segment"),
            path("of/<uuid:public_id>/", wrap(prepare), name="context_review_prepare"),
        ]
        return own + [each for each in super().get_urls() if each.name == "context_review_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("review"), ordering="title")
    def review(self, row: Review) -> str:
        return row_link(reverse("admin:context_review_page", args=[row.public_id]), row)

    @display(description=_("state"), ordering="state", label={str(state): colour for state, colour in COLOURS.items()})
    def state_now(self, row: Review) -> tuple[str, str]:
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_review")
def prepare(request, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
    form = ReviewForm(request.POST if request.method == "POST" else None, partner=found)
    if request.method == "POST" and form.is_valid():
        try:
            review = create_review(found, by=request.user, **form.values())
            return redirect("admin:context_review_page", review.public_id)
        except Refused as refusal:
            form.refuse(refusal)
    title = _t("Review of %(partner)s") % {"partner": found}
    return page(request, "review/prepare.html", title, Review._meta, status=422 if form.errors else 200, form=form, partner=found)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_review")
def start(request) -> HttpResponse:
    """One for each partner of a segment: first who gets one and who does not, then it is done."""
    form = SegmentReviewForm(request.POST if request.method == "POST" else None)
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            if "apply" in request.POST:
                done = start_reviews(by=request.user, **form.values())
                words = {"n": len(done.places), "skipped": len(done.skipped)}
                messages.success(request, _t("%(n)d reviews are started; %(skipped)d partners were skipped.") % words)
                return redirect("admin:context_review_changelist")
            asked = form.values()
            dates = {name: asked[name] for name in ("period_start", "period_end")}
            plan = plan_reviews(asked["segment"], asked["programme"], by=request.user, **dates)
        except Refused as refusal:
            form.refuse(refusal)
    title, status = _t("Start reviews for a segment"), 422 if form.errors else 200
    return page(request, "review/segment.html", title, Review._meta, status=status, form=form, plan=plan)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_review")
def review_page(request, public_id: UUID) -> HttpResponse:
    rows = Review.objects.visible_to(request.user).select_related("partner", "programme", "manager")
    review = get_object_or_404(rows, public_id=public_id)
    form = _form(review, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, review, form)
    try:
        if not request.user.has_perm("context.change_review"):
            raise NotAllowed(_t("Your role lets you read reviews, not fill them in."))
        following = _do(request, review, form)
    except Refused as refusal:
        return _page(request, review, form, refusal=str(refusal), status=refusal.status)
    if form.is_bound and form.errors:
        return _page(request, review, form, status=422)
    return redirect("admin:context_review_page", (following or review).public_id)


def _do(request, review: Review, form: LinesForm) -> Review | None:
    """What the button says. Returns the next review where one is prepared."""
    do = request.POST.get("do")
    if do == "open":
        open_review(review, by=request.user)
    elif do == "cancel":
        cancel_review(review, by=request.user)
    elif do == "next":
        return create_next_review(review, by=request.user)
    elif do == "agree":
        form.full_clean()
        if not form.errors:
            count = agree(review, form.values(), by=request.user)
            said = ngettext("%(n)d value is agreed and verified.", "%(n)d values are agreed and verified.", count)
            messages.success(request, said % {"n": count})
    elif do in ("save", "hand_in"):
        form.full_clean()
        form.tell(fill_in(review, MANAGER, form.values(), form.comments(), by=request.user))
        if not form.errors and do == "hand_in":
            hand_in(review, MANAGER, by=request.user)
    return None


def _form(review: Review, data) -> LinesForm:
    """Our side while it is filled in; the values to agree on once both have handed in."""
    which = MANAGER if review.state in (ReviewState.DRAFT, ReviewState.OPEN) else "agreed"
    return LinesForm(lines_of(review), which, data if data and data.get("do") in ("save", "hand_in", "agree") else None)


def _page(request, review: Review, form: LinesForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "review/page.html", review.title, Review._meta, status=status, review=review, form=form, refusal=refusal,
        may_change=request.user.has_perm("context.change_review"),
        may_fill_in=review.state == ReviewState.OPEN and not review.manager_done_at,
    )  # fmt: skip
