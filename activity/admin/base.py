"""What every list and form of the admin has in common: quick with a million rows, and a refusal is a sentence on the form."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from activity.models import Activity
from activity.refusals import Refused
from activity.uses import NAMED_IN_A_SENTENCE, InUse

COUNTED_UP_TO = 10_000
HAPPENED_SHOWN = 200


class BoundedPaginator(Paginator):
    """Counts no further than anyone pages: beyond the bound a list says “more than 10,000” and is searched instead."""

    @cached_property
    def count(self) -> int:
        if not hasattr(self.object_list, "query"):
            return len(self.object_list)
        return self.object_list.order_by().values("pk")[:COUNTED_UP_TO].count()

    @property
    def is_cut_off(self) -> bool:
        return self.count >= COUNTED_UP_TO


class QuickAdmin(ModelAdmin):
    """Writes go through `create` and `change`, which call an action; the row in the form is never saved by itself."""

    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    empty_says = ""  # what will be in the list, while nothing is

    def create(self, request, values: dict):
        """Make a row of the form's clean values and return it."""
        raise NotImplementedError

    def change(self, request, row, values: dict) -> None:
        """Change a fresh row; `values` holds only what the form changed."""
        raise NotImplementedError

    def save_model(self, request, obj, form, change) -> None:
        if change:
            values = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
            self.change(request, self.model.objects.get(pk=obj.pk), values)
        else:
            obj.pk = self.create(request, form.cleaned_data).pk
            obj._state.adding = False
        obj.refresh_from_db()

    def changelist_view(self, request, extra_context=None):
        """Called what is in it, not “Select … to change”."""
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            # Everything was rolled back. The same form is shown again, with the sentence where it belongs.
            request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_deleted_objects(self, objs, request):
        """The rows themselves. What uses them, the action knows and says; Django would speak of tables and permissions."""
        rows = list(objs)
        may_not = {self.opts.verbose_name for row in rows if not self.has_delete_permission(request, row)}
        return [str(row) for row in rows], {self.opts.verbose_name_plural: len(rows)}, may_not, []

    def delete_queryset(self, request, queryset) -> None:
        """Each as if it were deleted by itself, by its action."""
        for row in queryset:
            self.delete_model(request, row)

    def delete_view(self, request, object_id, extra_context=None):
        """A refusal stands above the row, which stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            messages.error(request, told(refusal))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def response_action(self, request, queryset):
        """Of many that are to be deleted, one that is refused keeps all."""
        if request.POST.get("action") != "delete_selected":
            return super().response_action(request, queryset)
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)
        except Refused as refusal:
            messages.error(request, told(refusal))
            return redirect(request.get_full_path())

    def history_view(self, request, object_id, extra_context=None):
        """What happened to the row, from the record that every action writes."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        happened = Activity.objects.visible_to(request.user).filter(subject_type=self.opts.label_lower, subject_id=row.pk)
        context = {
            **self.admin_site.each_context(request), "title": _("History of %(row)s") % {"row": row}, "opts": self.opts,
            "original": row, "object": row, "happened": happened.select_related("actor")[:HAPPENED_SHOWN],
        }  # fmt: skip
        return TemplateResponse(request, "admin/happened.html", context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    # What happened is in activity and in the row history; Django's own log would be a third, poorer one.
    def log_addition(self, request, obj, message) -> None: ...

    def log_change(self, request, obj, message) -> None: ...

    def log_deletions(self, request, queryset) -> None: ...


def told(refusal: Refused) -> str:
    """Its sentence, with the way to what keeps it from happening: to the first few, and to the list of all."""
    uses = [use for use in refusal.uses if use.url] if isinstance(refusal, InUse) else []
    if not uses:
        return str(refusal)
    ways = [(use.url, str(use)) for use in uses[:NAMED_IN_A_SENTENCE]]
    if refusal.all_at and len(uses) > len(ways):
        ways.append((refusal.all_at, _("and %(count)d more") % {"count": len(uses) - len(ways)}))
    links = format_html_join(" · ", '<a class="underline" href="{}">{}</a>', ways)
    return format_html("{} {}", str(refusal), links)


def _refused(form, refusal: Refused):
    class RefusedForm(form):
        def clean(self):
            cleaned = super().clean()
            self.add_error(refusal.field if refusal.field in self.fields else None, told(refusal))
            return cleaned

    return RefusedForm


class ReadOnly:
    """For rows that nobody writes by hand."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class NeverDeleted:
    """For rows that end but stay on record."""

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
