"""Hand-overs with a preview of what moves, and leave covers."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from activity.admin.base import NeverDeleted, QuickAdmin, ReadOnly
from activity.refusals import Refused
from partners.actions.handovers import cancel_cover, cancel_handover, cover_leave, plan_handover
from partners.models import Enrolment, Handover, LeaveCover, Partner, Programme
from partners.queries.handovers import preview_handover


def _managers():
    return User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")


def _who_may_give():
    """Also who can no longer sign in and is still responsible for somebody: that is when a hand-over is wanted most."""
    responsible = Enrolment.objects.current().filter(manager=OuterRef("pk"))
    return User.objects.filter(Q(is_staff=True, is_active=True) | Q(Exists(responsible))).order_by("name", "email")


class HandoverForm(forms.Form):
    from_manager = forms.ModelChoiceField(_who_may_give(), label=_("From"))
    to_manager = forms.ModelChoiceField(_managers(), label=_("To"))
    on_day = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Only in programme"), required=False)
    partners = forms.ModelMultipleChoiceField(
        Partner.objects.none(), label=_("Only these partners"), required=False, help_text=_("None chosen means all.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ph-input"
        self.fields["from_manager"].empty_label = self.fields["to_manager"].empty_label = _("Choose a manager")
        self.fields["programme"].empty_label = _("all programmes")
        giver = self.data.get("from_manager", "")
        if giver.isdigit():
            own = Partner.objects.filter(enrolments__manager=giver, enrolments__ends_on=None)
            self.fields["partners"].queryset = own.distinct().order_by("name", "pk")

    def as_arguments(self) -> dict:
        chosen = self.cleaned_data
        return {"programme": chosen["programme"], "partners": list(chosen["partners"])}


@admin.register(Handover)
class HandoverAdmin(ReadOnly, QuickAdmin):
    empty_says = _("When a manager's partners are handed to another, on a day, it is kept here.")
    list_display = ["from_manager", "to_manager", "on_day", "programme", "state", "what_moved"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["from_manager", "to_manager", "programme"]
    list_before_template = "admin/partners/handovers_head.html"
    actions = ["cancel"]

    def get_urls(self):
        plan = self.admin_site.admin_view(handover_page)
        own = [each for each in super().get_urls() if each.name == "partners_handover_changelist"]
        return [path("plan/", plan, name="partners_handover_plan"), *own]

    @admin.display(description=_("moved"))
    def what_moved(self, row: Handover) -> str:
        return ", ".join(f"{count} {name}" for name, count in row.moved.items()) or "–"

    def has_cancel_permission(self, request) -> bool:
        return request.user.has_perm("partners.change_handover")

    @admin.action(description=_("Cancel"), permissions=["cancel"])
    def cancel(self, request, queryset) -> None:
        for handover in queryset:
            try:
                cancel_handover(handover, by=request.user)
                messages.success(request, _t("Cancelled: %(row)s.") % {"row": handover})
            except Refused as refusal:
                messages.error(request, str(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
def handover_page(request):
    """Fill in, look at what would move, then say so: the preview is a GET, only the last step writes."""
    if not request.user.has_perm("partners.add_handover"):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    form = HandoverForm(data if "from_manager" in data else None)
    is_filled = form.is_bound and form.is_valid()
    if request.method == "POST" and is_filled:
        try:
            chosen = form.cleaned_data
            plan_handover(
                chosen["from_manager"], chosen["to_manager"], by=request.user, on_day=chosen["on_day"], **form.as_arguments()
            )
            messages.success(request, _t("Planned. It happens on that day by itself; until then it can be cancelled."))
            return redirect("admin:partners_handover_changelist")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    preview = preview_handover(form.cleaned_data["from_manager"], **form.as_arguments()) if is_filled else None
    context = {
        **admin.site.each_context(request),
        "title": _t("Hand over a portfolio"),
        "opts": Handover._meta,
        "form": form,
        "preview": preview,
        "back": reverse("admin:partners_handover_changelist"),
    }
    return TemplateResponse(request, "admin/partners/handover.html", context, status=422 if form.errors else 200)


@admin.register(LeaveCover)
class LeaveCoverAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("Who stands in while a manager is away: what needs them comes to both.")
    list_display = ["manager", "cover", "starts_on", "ends_on", "cancelled_at"]
    list_select_related = ["manager", "cover"]
    fields = ["manager", "cover", "starts_on", "ends_on"]
    actions = ["end"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.queryset = _managers()
        return field

    def get_changeform_initial_data(self, request) -> dict:
        return {"manager": request.user.pk}

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_view_permission(request)

    def create(self, request, values: dict) -> LeaveCover:
        return cover_leave(values.pop("manager"), values.pop("cover"), by=request.user, **values)

    @admin.action(description=_("End"))
    def end(self, request, queryset) -> None:
        for row in queryset:
            try:
                cancel_cover(row, by=request.user)
                messages.success(request, _t("Ended: %(row)s.") % {"row": row})
            except Refused as refusal:
                messages.error(request, str(refusal))
