"""Surveys and interview forms: the list, and the addresses of everything that is done with one."""

from django.contrib import admin
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from context.admin import interviews, survey_pages
from context.admin.pages import row_link
from context.models import Survey, SurveyState

COLOURS = {SurveyState.DRAFT: "default", SurveyState.OPEN: "info", SurveyState.CLOSED: "success"}
PAGES = {
    "add": ("add/", survey_pages.add),
    "page": ("<uuid:public_id>/", survey_pages.survey_page),
    "edit": ("<uuid:public_id>/edit/", survey_pages.edit),
    "act": ("<uuid:public_id>/act/", survey_pages.act),
    "preview": ("<uuid:public_id>/preview/", survey_pages.preview),
    "results": ("<uuid:public_id>/results/", survey_pages.results),
    "new_question": ("<uuid:public_id>/questions/", survey_pages.new_question),
    "question": ("questions/<uuid:public_id>/", survey_pages.question),
    "begin": ("<uuid:public_id>/begin/", interviews.begin),
    "interview": ("interviews/<uuid:public_id>/", interviews.interview),
}


@admin.register(Survey)
class SurveyAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("Ask partners for what you want to know. Their answers are claims until somebody verifies them.")
    list_display = ["survey", "kind", "state_now", "programme", "segment", "opened_at", "answer_by"]
    list_display_links = None
    list_select_related = ["programme", "segment"]
    list_filter = ["state", "mode", "programme"]
    search_fields = ["title"]
    actions = None

    def get_urls(self):
        own = [
            path(route, self.admin_site.admin_view(view), name=f"context_survey_{name}") for name, (route, view) in PAGES.items()
        ]
        # Of the theme's own pages only the list is left: the others would go round the life of a survey.
        return own + [each for each in super().get_urls() if each.name == "context_survey_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("title"), ordering="title")
    def survey(self, row: Survey) -> str:
        return row_link(reverse("admin:context_survey_page", args=[row.public_id]), row)

    @admin.display(description=_("kind"), ordering="mode")
    def kind(self, row: Survey) -> str:
        return _("interview") if row.is_interview else _("survey")

    @display(description=_("state"), ordering="state", label={str(state): colour for state, colour in COLOURS.items()})
    def state_now(self, row: Survey) -> tuple[str, str]:
        return row.state, row.get_state_display()
