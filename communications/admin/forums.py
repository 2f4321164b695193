from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.actions.forums import change_forum, create_forum, set_names
from communications.actions.known_answers import change_known_answer, keep_known_answer
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import row_link
from communications.forms.discussions import ForumForm, KnownAnswerForm, NamesForm
from communications.models import DiscussionPolicy, Forum, KnownAnswer


@admin.register(Forum)
class ForumAdmin(OfAProgramme):
    form = ForumForm
    empty_says = _("A forum is where partners ask and answer each other: for a whole programme, or for the people of a segment.")
    list_display = ["title", "programme", "segment", "is_open", "to_discussions", "to_begin"]
    list_select_related = ["programme", "segment"]
    list_filter = ["programme", "is_open"]
    search_fields = ["title"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def create(self, request, values: dict) -> Forum:
        return create_forum(by=request.user, **values)

    def change(self, request, row: Forum, values: dict) -> None:
        change_forum(row, by=request.user, **values)

    @admin.display(description=_("discussions"))
    def to_discussions(self, row: Forum) -> str:
        return row_link(f"{reverse('admin:communications_discussion_changelist')}?forum__id__exact={row.pk}", _("Read"))

    @admin.display(description=_("write"))
    def to_begin(self, row: Forum) -> str:
        return row_link(reverse("admin:communications_discussion_begin", args=[row.public_id]), _("Begin a discussion"))


@admin.register(KnownAnswer)
class KnownAnswerAdmin(OfAProgramme):
    form = KnownAnswerForm
    empty_says = _("Accept an answer in a discussion and keep it: then everybody finds it who may.")
    list_display = ["question", "programme", "segment", "is_current", "kept_at"]
    list_select_related = ["programme", "segment"]
    list_filter = ["programme", "is_current"]
    search_fields = ["question", "answer"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def create(self, request, values: dict) -> KnownAnswer:
        return keep_known_answer(by=request.user, **values)

    def change(self, request, row: KnownAnswer, values: dict) -> None:
        change_known_answer(row, by=request.user, **values)


@admin.register(DiscussionPolicy)
class DiscussionPolicyAdmin(OfAProgramme):
    form = NamesForm
    empty_says = _("Without a line here other organisations see neither the name of who wrote nor that of their organisation.")
    list_display = ["programme", "names"]

    def create(self, request, values: dict) -> DiscussionPolicy:
        return set_names(values["programme"], values["names"], by=request.user)

    def change(self, request, row: DiscussionPolicy, values: dict) -> None:
        set_names(row.programme, values.get("names", row.names), by=request.user)
