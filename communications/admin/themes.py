from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import NeverDeleted, QuickAdmin
from communications.actions.themes import change_theme, create_theme
from communications.forms.objectives import ThemeForm
from communications.models import Theme
from partners.actions.programmes import default_programme


@admin.register(Theme)
class ThemeAdmin(NeverDeleted, QuickAdmin):
    form = ThemeForm
    empty_says = _("A theme is what a programme speaks about for a while, with the sentences that partners should remember.")
    list_display = ["name", "programme", "messages", "is_current"]
    list_select_related = ["programme"]
    list_filter = ["programme", "is_current"]
    search_fields = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_actions(self, request):
        return {}

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []

    def get_changeform_initial_data(self, request):
        return {"programme": default_programme().pk, **super().get_changeform_initial_data(request)}

    def create(self, request, values: dict) -> Theme:
        return create_theme(by=request.user, **values)

    def change(self, request, row: Theme, values: dict) -> None:
        change_theme(row, by=request.user, **values)

    @admin.display(description=_("key messages"))
    def messages(self, row: Theme) -> int:
        return len(row.key_messages)
