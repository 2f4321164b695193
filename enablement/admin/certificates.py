"""Certificates that were issued: the list, and one with the way to revoke it."""

from datetime import timedelta
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from enablement.actions.certificates import revoke_certificate
from enablement.admin.course_pages import needs, page
from enablement.admin.courses import row_link
from enablement.models import Certificate

COLOURS = {"valid": "success", "expired": "warning", "revoked": "danger"}
WORDS = {"valid": _("valid"), "expired": _("expired"), "revoked": _("revoked")}


class HoldsFilter(DropdownFilter):
    title, parameter_name = _("holds"), "holds"

    def lookups(self, request, model_admin):
        return [("valid", _("valid")), ("soon", _("runs out within 90 days")), ("expired", _("expired")), ("revoked", _("revoked"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "valid":
                return queryset.valid()
            case "soon":
                return queryset.valid().filter(expires_on__lte=today + timedelta(days=90))
            case "expired":
                return queryset.filter(revoked_at=None, expires_on__lt=today)
            case "revoked":
                return queryset.exclude(revoked_at=None)
        return queryset


@admin.register(Certificate)
class CertificateAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("Nobody has passed a course that gives a certificate yet.")
    list_display = ["certificate", "name", "partner", "title", "issued_on", "expires_on", "standing_now"]
    list_display_links = None
    list_select_related = ["contact__partner"]
    list_filter = [HoldsFilter]
    search_fields = ["number", "name", "title"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False  # a course that is passed issues it

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [path("<uuid:public_id>/", wrap(certificate_page), name="enablement_certificate_page")]
        return own + [each for each in super().get_urls() if each.name == "enablement_certificate_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("number"), ordering="number")
    def certificate(self, row: Certificate) -> str:
        return row_link(reverse("admin:enablement_certificate_page", args=[row.public_id]), row.number)

    @admin.display(description=_("partner"))
    def partner(self, row: Certificate) -> str:
        return str(row.contact.partner)

    @display(description=_("holds"), label=COLOURS)
    def standing_now(self, row: Certificate) -> tuple[str, str]:
        return row.standing, str(WORDS[row.standing])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_certificate")
def certificate_page(request, public_id: UUID) -> HttpResponse:
    rows = Certificate.objects.visible_to(request.user).select_related("course__programme", "contact__partner", "revoked_by")
    found = get_object_or_404(rows, public_id=public_id)
    if request.method != "POST":
        return _page(request, found)
    try:
        if not request.user.has_perm("enablement.change_certificate"):
            raise NotAllowed(_t("Your role lets you read certificates, not revoke them."))
        revoke_certificate(found, by=request.user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal), status=refusal.status)
    messages.success(request, _t("It is revoked. Its page says so, and the partner's profile no longer counts it."))
    return redirect("admin:enablement_certificate_page", public_id)


def _page(request, found: Certificate, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "certificate/page.html", found.title, status=status, certificate=found, refusal=refusal,
        may_revoke=request.user.has_perm("enablement.change_certificate"), word=WORDS[found.standing],
    )  # fmt: skip
