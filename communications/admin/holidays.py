from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity.admin.base import QuickAdmin
from activity.refusals import Refused
from communications.actions.holidays import BYTES_AT_MOST, delete_holiday, import_holidays, save_holiday
from communications.admin.pages import page
from communications.forms.calendar import HolidaysForm
from communications.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(QuickAdmin):
    empty_says = gettext_lazy("Days on which people of a country are not at work. They are shown on the calendar.")
    list_display = ["name", "country", "day"]
    list_filter = ["country"]
    search_fields = ["name"]
    ordering = ["day", "country"]
    list_before_template = "admin/communications/holiday/import_link.html"

    def get_urls(self):
        own = path("import/", self.admin_site.admin_view(self.import_view), name="communications_holiday_import")
        return [own, *super().get_urls()]

    def create(self, request, values: dict) -> Holiday:
        return save_holiday(Holiday(), by=request.user, **values)

    def change(self, request, row: Holiday, values: dict) -> None:
        save_holiday(row, by=request.user, **{"country": row.country, "day": row.day, "name": row.name, **values})

    def delete_model(self, request, obj) -> None:
        delete_holiday(obj, by=request.user)

    def import_view(self, request):
        """Many at once, from an iCalendar file."""
        if not request.user.has_perm("communications.add_holiday"):
            raise PermissionDenied
        form = HolidaysForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data["file"].read(BYTES_AT_MOST + 1)
            try:
                added = import_holidays(data, by=request.user, country=form.cleaned_data["country"])
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, ngettext("%(n)d new holiday.", "%(n)d new holidays.", added) % {"n": added})
                return redirect("admin:communications_holiday_changelist")
        status = 422 if form.errors else 200
        return page(request, "holiday/import.html", _("Import holidays"), form=form, status=status)
