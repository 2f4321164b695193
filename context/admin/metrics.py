from django.contrib import admin

from activity.admin.base import QuickAdmin
from context.actions.metrics import change_metric, create_metric, delete_metric
from context.models import Metric


@admin.register(Metric)
class MetricAdmin(QuickAdmin):
    list_display = ["label", "key", "unit", "summing", "is_more_better"]
    search_fields = ["label", "key"]
    fields = ["label", "key", "unit", "summing", "is_more_better"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> Metric:
        return create_metric(by=request.user, **values)

    def change(self, request, row: Metric, values: dict) -> None:
        change_metric(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_metric(obj, by=request.user)
