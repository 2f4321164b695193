"""Addresses that are mailed no more, and the way back for those that work again."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from activity.admin.base import QuickAdmin
from activity.refusals import Refused
from communications.actions.suppressions import mail_again, suppress_by_hand
from communications.admin.pages import page
from communications.models import Suppression

AT_ONCE, NAMED = 500, 20
SOURCE_LABELS = {"bounce": "warning", "soft": "warning", "complaint": "danger", "provider": "danger", "by_hand": "info"}


@admin.register(Suppression)
class SuppressionAdmin(QuickAdmin):
    empty_says = _("Addresses that are mailed no more, each with the reason and the way back.")
    list_display = ["address", "why", "reason", "since"]
    list_filter = [("source", ChoicesDropdownFilter)]
    search_fields = ["address__contains"]
    search_help_text = _("Part of an address, such as @alpenglow.example")
    fields = ["address", "reason"]
    ordering = ["-pk"]
    actions = ["mail_again"]

    def get_fields(self, request, obj=None) -> list[str]:
        return ["address", "reason"] if obj is None else ["address", "source", "reason", "since"]

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term.lower())

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        """An address is mailed again with a reason, never just deleted."""
        return False

    def has_release_permission(self, request) -> bool:
        return request.user.has_perm("communications.delete_suppression")

    def create(self, request, values: dict) -> Suppression:
        return suppress_by_hand(values["address"], by=request.user, reason=values["reason"])

    @display(description=_("source"), ordering="source", label=SOURCE_LABELS)
    def why(self, row: Suppression) -> tuple[str, str]:
        return row.source, row.get_source_display()

    @admin.action(description=_("Mail again …"), permissions=["release"])
    def mail_again(self, request, queryset) -> HttpResponse | None:
        """Asks why first; the answer comes back to the same action."""
        rows = list(queryset[: AT_ONCE + 1])
        if len(rows) > AT_ONCE:
            messages.error(request, _t("Choose at most %(n)d addresses at once.") % {"n": AT_ONCE})
            return None
        refusal, reason = "", request.POST.get("reason", "").replace("\x00", "")[:200]
        if "confirmed" in request.POST:
            try:
                _tell(request, mail_again(rows, by=request.user, reason=reason))
                return None
            except Refused as refused:
                refusal = str(refused)
        return page(
            request, "suppression/mail_again.html", _t("Mail again"), status=422 if refusal else 200, opts=self.opts,
            rows=rows, named=rows[:NAMED], more=len(rows[NAMED:]), reason=reason, refusal=refusal, checkbox=ACTION_CHECKBOX_NAME,
        )  # fmt: skip


def _tell(request, addresses: list[str]) -> None:
    sentence = ngettext("%(n)d address is mailed again.", "%(n)d addresses are mailed again.", len(addresses))
    messages.success(request, sentence % {"n": len(addresses)})
