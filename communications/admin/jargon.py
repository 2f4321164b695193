from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from communications.actions.jargon import delete_jargon, keep_jargon
from communications.models import JargonWord


@admin.register(JargonWord)
class JargonWordAdmin(QuickAdmin):
    list_display = ["word", "language", "instead"]
    list_filter = ["language"]
    search_fields = ["word", "instead"]
    empty_says = _("Words that partners may not know will be here.")

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> JargonWord:
        return keep_jargon(JargonWord(), by=request.user, **values)

    def change(self, request, row: JargonWord, values: dict) -> None:
        kept = {"word": row.word, "language": row.language, "instead": row.instead}
        keep_jargon(row, by=request.user, **kept | values)

    def delete_model(self, request, obj) -> None:
        delete_jargon(obj, by=request.user)
