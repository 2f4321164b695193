"""Webhooks, for managers: those of the partners they see, set up on a partner's behalf where it asks for that; and each message
with what it was answered."""

from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from activity.actions.webhook_endpoints import add_endpoint, pause_endpoint, remove_endpoint, resume_endpoint, send_test_message
from activity.actions.webhook_sending import send_again
from activity.admin.base import QuickAdmin, ReadOnly
from activity.channels.webhooks import secret_of
from activity.models import WebhookEndpoint, WebhookMessage
from activity.refusals import Refused
from communications.actions.webhook_deliveries import test_body
from communications.admin.pages import page, row_link
from partners.models import Partner

STATE_LABELS = {"active": "success", "paused": "warning", "disabled": "danger"}


class EndpointForm(forms.ModelForm):
    """The partner is typed by name: there may be a hundred thousand of them."""

    reader = None
    partner = forms.CharField(
        label=_("Partner"), max_length=200, widget=UnfoldAdminTextInputWidget, help_text=_("The name as it stands on its page.")
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["form", "name", "url"]

    def clean_partner(self) -> Partner:
        typed = self.cleaned_data["partner"].replace("\x00", "").strip()
        found = list(Partner.objects.visible_to(self.reader).filter(name__iexact=typed)[:2])
        if len(found) != 1:
            several = _t("Several partners have the name “%(name)s”. Let the one you mean set it up in its portal.")
            none = _t("There is no partner “%(name)s” that you see.")
            raise forms.ValidationError((several if found else none) % {"name": typed})
        return found[0]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(QuickAdmin):
    empty_says = _("Chat rooms and servers of partners that are told announcements, and of integrators that are told events.")
    form = EndpointForm
    fields = ["partner", "form", "name", "url"]
    list_display = ["name", "whose", "form", "address", "now", "failures", "last_success_at"]
    list_display_links = None
    list_filter = [("state", ChoicesDropdownFilter), ("form", ChoicesDropdownFilter)]
    list_select_related = ["owner"]
    search_fields = ["name"]
    actions = ["test", "pause", "resume", "remove"]

    def get_queryset(self, request):
        partner = Partner.objects.filter(pk=OuterRef("partner_id"))
        rows = WebhookEndpoint.objects.visible_to(request.user)
        return rows.annotate(partner_name=Subquery(partner.values("name")), partner_key=Subquery(partner.values("public_id")))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        return form

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def create(self, request, values: dict) -> WebhookEndpoint:
        partner = values.pop("partner")
        endpoint = add_endpoint(by=request.user, partner_id=partner.pk, **values)
        if endpoint.is_signed:
            sentence = _t("Its secret, shown only now: %(secret)s") % {"secret": secret_of(endpoint)}
            messages.warning(request, sentence)
        return endpoint

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, _t("“%(name)s” is added.") % {"name": obj})
        return redirect("admin:activity_webhookendpoint_changelist")

    @admin.display(description=_("whose"))
    def whose(self, row: WebhookEndpoint) -> str:
        if not row.partner_key:
            return str(row.owner or "–")
        address = reverse("admin:partners_partner_overview", args=[row.partner_key])
        return format_html('<a class="row-link" href="{}">{}</a>', address, row.partner_name)

    @admin.display(description=_("address"))
    def address(self, row: WebhookEndpoint) -> str:
        return row.shown_url

    @display(description=_("state"), label=STATE_LABELS)
    def now(self, row: WebhookEndpoint) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @admin.action(description=_("Send a test message"), permissions=["change"])
    def test(self, request, queryset) -> None:
        _each(request, queryset, lambda row, by: send_test_message(row, test_body(row), by=by))

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request, queryset) -> None:
        _each(request, queryset, pause_endpoint)

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request, queryset) -> None:
        _each(request, queryset, resume_endpoint)

    @admin.action(description=_("Remove"), permissions=["change"])
    def remove(self, request, queryset) -> None:
        _each(request, queryset, remove_endpoint)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnly, QuickAdmin):
    empty_says = _("What chat rooms and servers were told, with each try and its answer.")
    list_display = ["message", "endpoint", "now", "reason", "attempts", "created_at", "settled_at"]
    list_display_links = None
    list_filter = [("state", ChoicesDropdownFilter)]
    list_select_related = ["endpoint"]
    search_fields = ["endpoint__name"]
    ordering = ["-created_at", "-pk"]
    actions = None

    def get_urls(self):
        own = path("<uuid:public_id>/", self.admin_site.admin_view(message_page), name="activity_webhookmessage_page")
        return [own, *(each for each in super().get_urls() if each.name == "activity_webhookmessage_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).defer("body")

    @admin.display(description=_("event"))
    def message(self, row: WebhookMessage) -> str:
        return row_link(reverse("admin:activity_webhookmessage_page", args=[row.public_id]), row.event)

    @display(description=_("state"), label={"delivered": "success", "failed": "danger", "in_doubt": "danger"})
    def now(self, row: WebhookMessage) -> tuple[str, str]:
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD", "POST"])
def message_page(request, public_id: UUID) -> HttpResponse:
    """One message with its tries; POST sends it again."""
    if not request.user.has_perm("activity.view_webhookmessage"):
        raise PermissionDenied
    rows = WebhookMessage.objects.visible_to(request.user).select_related("endpoint")
    message = get_object_or_404(rows, public_id=public_id)
    may_send = request.user.has_perm("activity.change_webhookendpoint")
    if request.method == "POST":
        if not may_send:
            raise PermissionDenied
        try:
            send_again(message, by=request.user)
            messages.success(request, _t("It is sent again."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:activity_webhookmessage_page", public_id)
    return page(
        request, "webhook_message.html", _t("%(event)s to “%(name)s”") % {"event": message.event, "name": message.endpoint},
        message=message, tries=message.tries.all(), may_send=may_send and message.may_be_sent_again, opts=WebhookMessage._meta,
    )  # fmt: skip


def _each(request, endpoints, act) -> None:
    done = 0
    for endpoint in endpoints:
        try:
            act(endpoint, by=request.user)
            done += 1
        except Refused as refusal:
            messages.warning(request, str(refusal))
    if done:
        messages.success(request, _t("Done for %(n)d.") % {"n": done})
