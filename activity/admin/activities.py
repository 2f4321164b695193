from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from activity.admin.base import QuickAdmin, ReadOnly
from activity.models import Activity


@admin.register(Activity)
class ActivityAdmin(ReadOnly, QuickAdmin):
    list_display = ["occurred_at", "sentence", "actor", "verb"]
    list_display_links = ["sentence"]
    list_select_related = ["actor"]
    list_filter = [("occurred_at", RangeDateTimeFilter)]
    fields = ["occurred_at", "sentence", "actor", "verb", "data"]
    ordering = ["-occurred_at", "-id"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)
