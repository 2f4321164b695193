"""Addresses that are mailed no more, and the way back for one that works again."""

from django.contrib import admin

from activity.admin.base import QuickAdmin
from communications.actions.preferences import lift_suppression, suppress_address
from communications.models import Suppression


@admin.register(Suppression)
class SuppressionAdmin(QuickAdmin):
    list_display = ["address", "reason", "since"]
    search_fields = ["address__startswith"]
    fields = ["address", "reason"]
    ordering = ["-pk"]

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def create(self, request, values: dict) -> Suppression:
        return suppress_address(values["address"], by=request.user, reason=values["reason"])

    def delete_model(self, request, obj) -> None:
        lift_suppression(obj, by=request.user)

    def delete_queryset(self, request, queryset) -> None:
        for row in queryset:
            lift_suppression(row, by=request.user)
