"""The policy that everybody's budget comes from, and the digests that did not fit into it."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from activity.actions import record_activity
from activity.admin.base import NeverDeleted, QuickAdmin, ReadOnly
from activity.refusals import Refused
from communications.actions.digests import settle_digest_in_doubt
from communications.forms.attention_policy import AttentionPolicyForm
from communications.models import AttentionPolicy, Digest


@admin.register(AttentionPolicy)
class AttentionPolicyAdmin(NeverDeleted, QuickAdmin):
    list_display = ["__str__", "per_day", "per_week"]
    form = AttentionPolicyForm
    actions = None

    def has_add_permission(self, request, obj=None) -> bool:
        return False  # there is one

    def save_model(self, request, obj, form, change) -> None:
        obj.save()
        record_activity("attention_policy.changed", f"Attention policy: {obj}", by=request.user, subject=obj)


@admin.register(Digest)
class DigestAdmin(ReadOnly, QuickAdmin):
    list_display = ["person", "state", "due_at", "sent_at", "reason"]
    list_filter = ["state"]
    search_fields = ["person__startswith"]
    ordering = ["-pk"]
    actions = ["send_again", "let_be"]

    @admin.action(description=_("In doubt: send again (it may arrive twice)"), permissions=["settle"])
    def send_again(self, request, queryset) -> None:
        self._settle(request, queryset, "resend")

    @admin.action(description=_("In doubt: do not send again"), permissions=["settle"])
    def let_be(self, request, queryset) -> None:
        self._settle(request, queryset, "skip")

    def has_settle_permission(self, request) -> bool:
        return request.user.has_perm("communications.change_digest")

    def _settle(self, request, queryset, decision: str) -> None:
        for digest in queryset:
            try:
                settle_digest_in_doubt(digest, decision, by=request.user)
            except Refused as refusal:
                messages.error(request, f"{digest.person}: {refusal}")
            else:
                messages.success(request, _("%(person)s: decided.") % {"person": digest.person})
