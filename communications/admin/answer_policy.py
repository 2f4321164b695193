"""How soon partners are promised an answer."""

from django.contrib import admin

from activity.actions import record_activity
from activity.admin.base import NeverDeleted, QuickAdmin
from communications.forms.conversations import AnswerPolicyForm
from communications.models import AnswerPolicy


@admin.register(AnswerPolicy)
class AnswerPolicyAdmin(NeverDeleted, QuickAdmin):
    list_display = ["__str__", "counts", "opens", "closes"]
    form = AnswerPolicyForm
    actions = None

    def has_add_permission(self, request, obj=None) -> bool:
        return False  # there is one

    def save_model(self, request, obj, form, change) -> None:
        obj.save()
        record_activity("answer_policy.changed", f"Promise to answer: {obj}", by=request.user, subject=obj)
