from django.contrib import admin

from activity.admin.base import QuickAdmin
from context.actions.data_points import change_data_point, create_data_point, delete_data_point
from context.models import DataPoint


@admin.register(DataPoint)
class DataPointAdmin(QuickAdmin):
    list_display = ["label", "key", "type", "unit", "stale_after_days", "is_builtin"]
    list_filter = ["type", "is_builtin"]
    search_fields = ["label", "key", "question"]
    fields = ["label", "key", "question", "type", "unit", "choices", "purpose", "stale_after_days"]

    def get_readonly_fields(self, request, obj=None):
        return ["key", "type"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and (obj.is_builtin or obj.facts.exists()))

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> DataPoint:
        return create_data_point(by=request.user, **values)

    def change(self, request, row: DataPoint, values: dict) -> None:
        change_data_point(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_data_point(obj, by=request.user)
