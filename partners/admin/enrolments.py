from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from activity.admin.base import NeverDeleted
from partners.actions.enrolments import change_enrolment, end_enrolment, enrol_partner
from partners.admin.base import OwnRowsAdmin, RowHistoryMixin, SavedViewsMixin
from partners.admin.bulk_edit import BulkEditMixin
from partners.admin.filters import ENROLMENT_FILTERS, CurrentFilter
from partners.models import Enrolment

PLACE = ["kind", "tier", "status", "stage", "manager", "is_primary", "starts_on"]


@admin.register(Enrolment)
class EnrolmentAdmin(BulkEditMixin, SavedViewsMixin, RowHistoryMixin, NeverDeleted, OwnRowsAdmin):
    list_display = ["partner", "programme", "kind", "tier", "status", "stage", "manager", "starts_on", "ends_on"]
    list_select_related = ["partner", "programme", "kind", "tier", "manager"]
    list_filter = [*ENROLMENT_FILTERS, CurrentFilter]
    search_fields = ["partner__name__matches"]
    autocomplete_fields = ["partner", "manager"]
    ordering = ["-pk"]
    sortable_by = ["partner", "starts_on", "ends_on"]  # by what another table holds, all would have to be joined first
    actions = ["bulk_edit", "end_now"]

    def get_fields(self, request, obj=None):
        return ["partner", "programme", *PLACE, *(["ends_on"] if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        return ["partner", "programme", "ends_on"] if obj else []

    def create(self, request, values: dict) -> Enrolment:
        is_primary = values.pop("is_primary") or None
        return enrol_partner(values.pop("partner"), values.pop("programme"), by=request.user, is_primary=is_primary, **values)

    def change(self, request, row, values: dict) -> None:
        change_enrolment(row, by=request.user, **values)

    @admin.action(description=_("End today"), permissions=["change"])
    def end_now(self, request, queryset) -> None:
        rows = list(queryset.current())
        for row in rows:
            end_enrolment(row, by=request.user)
        messages.success(request, ngettext("%d enrolment ended.", "%d enrolments ended.", len(rows)) % len(rows))
