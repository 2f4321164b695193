from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from search.actions.synonyms import delete_synonym, keep_synonym
from search.forms.synonyms import SynonymForm
from search.models import Synonym


@admin.register(Synonym)
class SynonymAdmin(QuickAdmin):
    form = SynonymForm
    list_display = ["word", "same", "language"]
    list_filter = ["language"]
    search_fields = ["word", "words"]
    empty_says = _("Words that mean the same to partners will be here: who asks with one finds what has the other.")

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> Synonym:
        return keep_synonym(Synonym(), by=request.user, **values)

    def change(self, request, row: Synonym, values: dict) -> None:
        keep_synonym(row, by=request.user, **{"word": row.word, "words": row.words, "language": row.language, **values})

    def delete_model(self, request, obj) -> None:
        delete_synonym(obj, by=request.user)

    @admin.display(description=_("means the same as"))
    def same(self, row: Synonym) -> str:
        return ", ".join(row.words)
