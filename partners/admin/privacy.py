"""Privacy, for managers: purposes, who agreed to what, and a person's wish to be forgotten."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.admin.base import QuickAdmin, ReadOnly
from activity.refusals import Refused
from activity.tasks import soon
from partners.actions.consents import give_consent, withdraw_consent
from partners.actions.erasures import decline_erasure, start_erasure
from partners.actions.purposes import change_purpose, create_purpose, delete_purpose
from partners.forms.consents import ToldForm
from partners.models import Consent, Contact, Erasure, Purpose
from partners.queries.consents import choices_of
from partners.queries.erasures import preview_erasure
from partners.tasks import erase_person


@admin.register(Purpose)
class PurposeAdmin(QuickAdmin):
    list_display = ["name", "basis", "key"]
    fields = ["key", "name", "text", "basis"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def create(self, request, values: dict) -> Purpose:
        return create_purpose(by=request.user, **values)

    def change(self, request, row, values: dict) -> None:
        change_purpose(row, by=request.user, **values)

    def get_actions(self, request):
        return {}

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.consents.exists())

    def delete_model(self, request, obj) -> None:
        delete_purpose(obj, by=request.user)


@admin.register(Consent)
class ConsentAdmin(ReadOnly, QuickAdmin):
    empty_says = _(
        "What people agreed to, and when they took it back, comes here from the portal, and from what managers were told."
    )
    list_display = ["contact", "purpose", "given_at", "told", "withdrawn_at", "withdrawal_told"]
    list_select_related = ["contact", "purpose", "recorded_by", "withdrawal_recorded_by"]
    list_filter = ["purpose"]
    search_fields = ["contact__name__matches", "contact__email__matches"]

    def get_urls(self):
        page = self.admin_site.admin_view(consent_page)
        return [path("person/<uuid:public_id>/", page, name="partners_consent_page"), *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(contact__in=Contact.objects.visible_to(request.user))

    @admin.display(description=_("how"))
    def told(self, row: Consent) -> str:
        return row.origin or row.how

    @admin.display(description=_("withdrawn how"))
    def withdrawal_told(self, row: Consent) -> str:
        return row.withdrawal_origin or row.withdrawn_how or "–"


@require_http_methods(["GET", "HEAD", "POST"])
def consent_page(request, public_id: UUID):
    """What a person agreed to, and what a manager was told by phone or on paper."""
    if not request.user.has_perm("partners.add_consent"):
        raise PermissionDenied
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("partner"), public_id=public_id)
    form = ToldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _write_down(contact, form.cleaned_data, by=request.user)
            messages.success(request, _t("Written down. %(name)s finds it under “What we hold”.") % {"name": contact.name})
            return redirect("admin:partners_consent_page", public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {
        **admin.site.each_context(request),
        "title": _t("Consents of %(name)s") % {"name": contact.name},
        "opts": Consent._meta,
        "contact": contact,
        "choices": choices_of(contact),
        "form": form,
    }
    return TemplateResponse(request, "admin/partners/consents.html", context, status=422 if form.errors else 200)


def _write_down(contact: Contact, told: dict, *, by) -> None:
    how = {"how": told["how"], "at": told["at"], "note": told["note"]}
    if told["said"] == ToldForm.WITHDRAWN:
        withdraw_consent(contact, told["purpose"], by=by, **how)
    else:
        give_consent(contact, told["purpose"], by=by, **how)


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, QuickAdmin):
    empty_says = _("When a person asks to be forgotten, the request comes here; what was erased stays as a number.")
    list_display = ["partner_name", "state", "asked_at", "decided_at", "decided_by", "rows"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["partner", "contact", "decided_by"]
    actions = None

    def get_urls(self):
        return [
            path("person/<uuid:public_id>/", self.admin_site.admin_view(erasure_page), name="partners_erasure_page"),
            path("<uuid:public_id>/", self.admin_site.admin_view(progress_page), name="partners_erasure_progress"),
            *(each for each in super().get_urls() if each.name == "partners_erasure_changelist"),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("partner"))
    def partner_name(self, row: Erasure) -> str:
        if row.contact is None:
            return str(row.partner)
        is_open = row.state in (Erasure.State.ASKED, Erasure.State.DECLINED)
        page, thing = ("page", row.contact) if is_open else ("progress", row)
        address = reverse(f"admin:partners_erasure_{page}", args=[thing.public_id])
        return format_html('<a class="row-link" href="{}">{}</a>', address, row.partner)

    @admin.display(description=_("rows"))
    def rows(self, row: Erasure) -> int | str:
        return sum(row.counts.values()) if row.counts else "–"


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_page(request, public_id: UUID):
    """Who it is, what would go, and the one button that does it."""
    if not request.user.has_perm("partners.erase_person"):
        raise PermissionDenied
    contacts = Contact.objects.visible_to(request.user).exclude(erasures__state=Erasure.State.DONE).select_related("partner")
    contact = get_object_or_404(contacts, public_id=public_id)
    if running := contact.erasures.filter(state=Erasure.State.RUNNING).first():
        return redirect("admin:partners_erasure_progress", running.public_id)
    asked = contact.erasures.filter(state=Erasure.State.ASKED).first()
    status = 200
    if request.method == "POST":
        try:
            return _decide(request, contact, asked)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
    context = {
        **admin.site.each_context(request),
        "title": _t("Erase a person"),
        "opts": Erasure._meta,
        "contact": contact,
        "asked": asked,
        "preview": preview_erasure(contact),
    }
    return TemplateResponse(request, "admin/partners/erasure.html", context, status=status)


def _decide(request, contact: Contact, asked: Erasure | None):
    if "decline" in request.POST and asked:
        decline_erasure(asked, by=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _t("Declined. The person reads your reason in the portal."))
    elif request.POST.get("name", "").strip().casefold() != contact.name.strip().casefold():
        raise Refused(_t("Type the name as it stands here, so that nobody is erased by mistake. Nothing was changed."))
    else:
        erasure = start_erasure(contact, by=request.user)
        soon(erase_person, erasure.pk)
        return redirect("admin:partners_erasure_progress", erasure.public_id)
    return redirect("admin:partners_erasure_changelist")


@require_safe
def progress_page(request, public_id: UUID):
    """What is being done in the background, and what came of it."""
    if not request.user.has_perm("partners.erase_person"):
        raise PermissionDenied
    rows = Erasure.objects.visible_to(request.user).filter(state__in=_IN_HAND).select_related("partner", "contact", "decided_by")
    erasure = get_object_or_404(rows, public_id=public_id)
    if request.htmx:
        return TemplateResponse(request, "admin/partners/erasure_state.html", {"erasure": erasure})
    around = {**admin.site.each_context(request), "title": _t("Erase a person"), "opts": Erasure._meta}
    return TemplateResponse(request, "admin/partners/erasure_progress.html", {**around, "erasure": erasure})


_IN_HAND = (Erasure.State.RUNNING, Erasure.State.DONE, Erasure.State.FAILED)
