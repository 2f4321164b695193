"""API tokens. A token is shown on the page that answers its making, and never again."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.actions.api_tokens import create_api_token, revoke_api_token
from accounts.models import ApiToken, Scope
from activity.admin.base import NeverDeleted, QuickAdmin


class ApiTokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(label=_("May"), choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)

    class Meta:
        model = ApiToken
        fields = ["name", "owner", "scopes", "expires_at"]


@admin.register(ApiToken)
class ApiTokenAdmin(NeverDeleted, QuickAdmin):
    form = ApiTokenForm
    list_display = ["name", "hint", "owner", "created_at", "last_used_at", "expires_at", "is_live"]
    list_select_related = ["owner"]
    search_fields = ["name", "hint", "owner__email"]
    autocomplete_fields = ["owner"]
    actions = ["revoke"]
    ordering = ["-created_at"]
    warn_unsaved_form = False

    @admin.display(description=_("live"), boolean=True)
    def is_live(self, token: ApiToken) -> bool:
        return token.is_live

    def has_change_permission(self, request, obj=None) -> bool:
        """The list and its actions, yes; a token once made is not edited, only revoked."""
        return obj is None and super().has_change_permission(request, obj)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(owner=request.user)

    def get_changeform_initial_data(self, request) -> dict:
        return {"owner": request.user.pk, "name": _("API")}

    def get_fields(self, request, obj=None):
        own = ["name", "scopes", "expires_at"]
        if obj:
            return ["name", "hint", "owner", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"]
        return ["owner", *own] if request.user.is_superuser else own

    def create(self, request, values: dict) -> ApiToken:
        owner = values.get("owner") or request.user
        row, request.new_token = create_api_token(
            owner, values["scopes"], name=values["name"], expires_at=values["expires_at"], by=request.user
        )
        return row

    def response_add(self, request, obj, post_url_continue=None):
        context = {"title": _("Copy the token now"), "token": request.new_token, "row": obj, "opts": self.opts}
        page = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, "admin/accounts/apitoken/created.html", page)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request, queryset) -> None:
        tokens = list(queryset.filter(revoked_at=None))
        for token in tokens:
            revoke_api_token(token, by=request.user)
        messages.success(request, _("%(count)d revoked.") % {"count": len(tokens)})
