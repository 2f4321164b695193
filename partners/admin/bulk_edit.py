"""“Change many”: choose a field, choose its value, see what would change, change it, take it back."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity.models import Activity
from activity.refusals import Refused
from partners.actions.bulk_edits import FIELDS, apply_bulk_edit, field_of, plan_bulk_edit, undo_bulk_edit

ROWS_SHOWN = 20


class BulkEditMixin:
    actions = ["bulk_edit"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_undo_bulk_edit"
        return [path("bulk-edit/<uuid:public_id>/undo/", self.admin_site.admin_view(self.undo), name=name), *super().get_urls()]

    @admin.action(description=gettext_lazy("Change many"), permissions=["change"])
    def bulk_edit(self, request, queryset):
        """One address for all steps: the same list, the same selection, posted again with what was chosen so far."""
        rows = queryset.order_by("pk")
        try:
            if "field" not in request.POST:
                return self._page(request, queryset, fields=FIELDS[self.model])
            field = field_of(self.model, request.POST["field"])
            value = request.POST.get("value", "")
            if "value" not in request.POST:
                return self._page(request, queryset, field=field)
            if "apply" not in request.POST:
                return self._preview(request, queryset, plan_bulk_edit(rows, field, value, by=request.user))
            plan, activity = apply_bulk_edit(rows, field, value, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return None
        self._say(request, plan, activity)
        return None

    def undo(self, request, public_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        activity = get_object_or_404(Activity, public_id=public_id, verb="bulk.edited")
        try:
            count = undo_bulk_edit(activity, by=request.user)
            words = ngettext("%(count)d row has its value back.", "%(count)d rows have their value back.", count)
            messages.success(request, words % {"count": count})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def _preview(self, request, queryset, plan):
        names = dict(plan.field.options())
        shown = [(change.row, _said(change.old, names), _said(change.new, names)) for change in plan.changes[:ROWS_SHOWN]]
        new = _said(plan.value, names)
        return self._page(request, queryset, field=plan.field, plan=plan, shown=shown, new=new, more=len(plan.changes) - len(shown))

    def _page(self, request, queryset, **values):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change many"),
            "opts": self.opts,
            "count": queryset.count(),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox_name": ACTION_CHECKBOX_NAME,
            **values,
        }
        return TemplateResponse(request, "admin/partners/bulk_edit.html", context)

    def _say(self, request, plan, activity) -> None:
        count = len(plan.changes)
        words = ngettext("%(field)s changed in %(count)d row.", "%(field)s changed in %(count)d rows.", count)
        undo = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_undo_bulk_edit", args=[activity.public_id])
        button = format_html('<button class="link-button" form="undo-form" formaction="{}">{}</button>', undo, _("Undo"))
        messages.success(request, format_html("{} {}", words % {"field": plan.field.label, "count": count}, button))


def _said(value, names: dict[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(names.get(one, one) for one in value) or "–"
    return names.get(value, value) or "–"
