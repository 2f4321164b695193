from django.contrib import admin
from unfold.admin import TabularInline

from activity.admin.base import NeverDeleted, QuickAdmin
from partners.actions.programmes import save_programme
from partners.models import Programme, Tier


class TierInline(TabularInline):
    model = Tier
    extra = 0
    fields = ["name", "key", "rank"]


@admin.register(Programme)
class ProgrammeAdmin(NeverDeleted, QuickAdmin):
    list_display = ["name", "brand", "sender_email", "weekly_mail_limit", "is_default"]
    search_fields = ["name"]
    inlines = [TierInline]
    fieldsets = [
        (None, {"fields": ["name", "key", "brand", "hue", "is_default"]}),
        ("Mail", {"fields": ["sender_name", "sender_email", "reply_to", "weekly_mail_limit", "time_zone"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def save_model(self, request, obj, form, change) -> None:
        save_programme(obj, by=request.user)
