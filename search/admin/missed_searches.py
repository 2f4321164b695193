from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from search.actions.missed_searches import delete_missed_search
from search.doors import doors_for
from search.models import MissedSearch


@admin.register(MissedSearch)
class MissedSearchAdmin(QuickAdmin):
    """Most people first. What has been seen to is taken off the list; it comes back when it is missed again."""

    list_display = ["text", "people", "times", "last_at", "language"]
    list_display_links = None
    list_filter = ["language"]
    search_fields = ["text"]
    empty_says = _("What partners look for and do not find will be here, without saying who looked.")

    def get_list_display(self, request):
        return [*self.list_display, _doors_of(request.user)]

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def delete_model(self, request, obj) -> None:
        delete_missed_search(obj)


def _doors_of(reader):
    doors = doors_for(reader)

    @admin.display(description=_("what to do"))
    def what_to_do(row: MissedSearch) -> str:
        links = [(door.address(row.text), door.label) for door in doors]
        return format_html_join(" · ", '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', links)

    return what_to_do
