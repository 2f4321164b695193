"""Tier policies: what each tier asks, whom a draft would move, publishing; and a tier given by hand."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import Refused
from activity.tasks import soon
from context.actions.tier_policies import (
    add_tier_criterion,
    change_policy,
    change_tier_criterion,
    discard_policy,
    draft_policy,
    publish_policy,
    remove_tier_criterion,
)
from context.actions.tiers import change_tier, release_tier
from context.admin.criteria import criterion_page, permit, told, tried, wide_page
from context.forms.tiers import DraftForm, GraceForm, HoldForm
from context.models import TierCriterion, TierPolicy
from context.queries.tier_policies import policy_page
from context.queries.tiers import simulate_policy, standing_of
from context.tasks import evaluate_tiers
from partners.models import Enrolment, Tier

VIEW, CHANGE = "context.view_tierpolicy", "context.change_tierpolicy"


@admin.register(TierPolicy)
class TierPolicyAdmin(NeverDeleted, QuickAdmin):
    empty_says = gettext_lazy("A policy says what each tier asks. It is tried on every partner before it is published.")
    list_display = ["opened", "status", "grace_days", "published_at", "published_by"]
    list_display_links = None
    list_select_related = ["programme", "published_by"]
    list_filter = ["status"]
    search_fields = ["programme__name"]
    ordering = ["-number"]

    @admin.display(description=gettext_lazy("policy"), ordering="programme__name")
    def opened(self, policy: TierPolicy) -> str:
        return format_html('<a class="row-link" href="{}">{}</a>', _address("page", policy), policy)

    def get_actions(self, request):
        return {}

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(self.page_view), name="context_tierpolicy_page"),
            path("<uuid:public_id>/add/", view(self.add_criterion_view), name="context_tierpolicy_new_criterion"),
            path("criteria/<uuid:public_id>/", view(self.criterion_view), name="context_tierpolicy_criterion"),
            path("enrolments/<uuid:public_id>/", view(self.hold_view), name="context_tierpolicy_enrolments_hold"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        permit(request, "context.add_tierpolicy")
        form = DraftForm(request.POST or None)
        if request.method == "POST" and (policy := told(form, lambda values: draft_policy(by=request.user, **values))):
            return redirect(_address("page", policy))
        return wide_page(request, "tierpolicy/add.html", _("Draft a tier policy"), self.opts, form=form)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        policy = self.get_object(request, object_id)
        if policy is None:
            raise Http404
        return redirect(_address("page", policy))

    def page_view(self, request, public_id):
        permit(request, VIEW)
        policy = get_object_or_404(TierPolicy.objects.select_related("programme", "published_by"), public_id=public_id)
        grace = GraceForm(request.POST if "grace_days" in request.POST else None, initial={"grace_days": policy.grace_days})
        if request.method == "POST":
            permit(request, CHANGE)
            if answer := self._post(request, policy, grace):
                return answer
        shown = {"policy": policy, "page": policy_page(policy), "grace": grace, "may_change": request.user.has_perm(CHANGE)}
        if policy.is_draft and "look" in request.GET:
            shown |= _simulated(request, policy)
        return wide_page(request, "tierpolicy/page.html", str(policy), self.opts, **shown)

    def _post(self, request, policy: TierPolicy, grace: GraceForm):
        """Where to go next; None where the page is to be shown again."""
        if "publish" in request.POST:
            if tried(request, lambda: publish_policy(policy, by=request.user, seen=request.POST.get("seen", ""))):
                soon(evaluate_tiers)
                messages.success(request, _("Published. Tiers follow it within a minute, and from then on."))
            return redirect(_address("page", policy))
        if "discard" in request.POST:
            if tried(request, lambda: discard_policy(policy, by=request.user)):
                return redirect(reverse("admin:context_tierpolicy_changelist"))
            return redirect(_address("page", policy))
        if told(grace, lambda values: change_policy(policy, by=request.user, **values)):
            return redirect(_address("page", policy))
        return None

    def add_criterion_view(self, request, public_id):
        permit(request, VIEW, CHANGE)
        policy = get_object_or_404(TierPolicy.objects.select_related("programme"), public_id=public_id)
        tier = get_object_or_404(Tier, programme=policy.programme_id, key=request.GET.get("tier", ""))

        def save(values: dict) -> TierCriterion:
            return add_tier_criterion(policy, tier, by=request.user, **values)

        title = _("%(tier)s asks for …") % {"tier": tier}
        return criterion_page(request, title, self.opts, back=_address("page", policy), save=save, about=policy)

    def criterion_view(self, request, public_id):
        permit(request, VIEW, CHANGE)
        criterion = get_object_or_404(TierCriterion.objects.select_related("policy__programme", "tier"), public_id=public_id)
        back = _address("page", criterion.policy)
        if "remove" in request.POST:
            tried(request, lambda: remove_tier_criterion(criterion, by=request.user))
            return redirect(back)

        def save(values: dict) -> TierCriterion:
            return change_tier_criterion(criterion, by=request.user, **values)

        title = _("%(tier)s asks for …") % {"tier": criterion.tier}
        return criterion_page(request, title, self.opts, back=back, save=save, criterion=criterion, about=criterion.policy)

    def hold_view(self, request, public_id):
        permit(request, "partners.change_enrolment")
        rows = Enrolment.objects.visible_to(request.user).current().select_related("partner", "programme", "tier")
        enrolment = get_object_or_404(rows, public_id=public_id)
        back = reverse("admin:partners_partner_overview", args=[enrolment.partner.public_id]) + "?tab=performance"
        if "release" in request.POST:
            if tried(request, lambda: release_tier(enrolment, by=request.user)):
                messages.success(request, _("The rules decide about this tier again."))
            return redirect(back)
        form = HoldForm(request.POST or None, enrolment=enrolment)
        if request.method == "POST" and told(form, lambda values: _hold(enrolment, values, by=request.user)):
            messages.success(request, _("The tier is set, and why is on record."))
            return redirect(back)
        title = _("The tier of %(partner)s") % {"partner": enrolment.partner}
        shown = {"form": form, "enrolment": enrolment, "standing": standing_of(enrolment), "back": back}
        return wide_page(request, "tierpolicy/hold.html", title, self.opts, **shown)


def _hold(enrolment: Enrolment, values: dict, *, by) -> Enrolment:
    return change_tier(enrolment, values["tier"], by=by, reason=values["reason"], until=values["until"])


def _simulated(request, policy: TierPolicy) -> dict:
    try:
        return {"simulation": simulate_policy(policy, user=request.user)}
    except Refused as refusal:
        return {"cannot_look": str(refusal)}


def _address(name: str, policy: TierPolicy) -> str:
    return reverse(f"admin:context_tierpolicy_{name}", args=[policy.public_id])
