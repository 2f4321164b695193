from django.contrib import admin

from activity.actions import record_activity
from activity.admin.base import QuickAdmin
from communications.models import ApprovalPolicy


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(QuickAdmin):
    list_display = [
        "__str__",
        "kind",
        "from_people",
        "needs_another_person",
        "needs_purpose",
        "approvers",
        "group",
        "deadline_hours",
        "stand_ins",
    ]
    list_select_related = ["group", "stand_ins"]

    def save_model(self, request, obj, form, change) -> None:
        obj.save()
        record_activity("approval_policy.changed", f"Approval policy: {obj}", by=request.user, subject=obj)

    def delete_model(self, request, obj) -> None:
        record_activity("approval_policy.deleted", f"Approval policy taken away: {obj}", by=request.user, subject=obj)
        obj.delete()
