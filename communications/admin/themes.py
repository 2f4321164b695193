from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communications.actions.themes import change_theme, create_theme
from communications.admin.of_programme import OfAProgramme
from communications.forms.objectives import ThemeForm
from communications.models import Theme


@admin.register(Theme)
class ThemeAdmin(OfAProgramme):
    form = ThemeForm
    empty_says = _("A theme is what a programme speaks about for a while, with the sentences that partners should remember.")
    list_display = ["name", "programme", "messages", "is_current"]
    list_select_related = ["programme"]
    list_filter = ["programme", "is_current"]
    search_fields = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def create(self, request, values: dict) -> Theme:
        return create_theme(by=request.user, **values)

    def change(self, request, row: Theme, values: dict) -> None:
        change_theme(row, by=request.user, **values)

    @admin.display(description=_("key messages"))
    def messages(self, row: Theme) -> int:
        return len(row.key_messages)
