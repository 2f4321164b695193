"""What people chose to receive. Read only: the choice is theirs, on their preference page."""

from django.contrib import admin

from activity.admin.base import QuickAdmin, ReadOnly
from communications.models import TopicPreference


@admin.register(TopicPreference)
class TopicPreferenceAdmin(ReadOnly, QuickAdmin):
    list_display = ["address", "topic", "channel", "is_wanted", "how", "changed_at"]
    list_select_related = ["topic"]
    list_filter = ["topic", "is_wanted"]
    search_fields = ["address__startswith"]
    ordering = ["-pk"]
