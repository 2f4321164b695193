"""Opinion surveys: written, opened, looked at, closed, and what was done about them told."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.actions.opinion_follow_ups import draft_outcomes
from communications.actions.opinion_languages import set_opinion_languages
from communications.actions.opinion_questions import move_opinion_question, remove_opinion_question, save_opinion_question
from communications.actions.opinions import (
    change_opinion_survey,
    close_opinion_survey,
    create_opinion_survey,
    open_opinion_survey,
    publish_changed_questions,
    remind_of_opinion,
    save_outcomes,
    set_opinion_policy,
    tell_outcomes,
)
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import needs, page, row_link
from communications.forms.opinions import LanguagesForm, OpinionPolicyForm, OpinionSurveyForm, OutcomesForm, QuestionForm
from communications.models import OpinionPolicy, OpinionQuestion, OpinionState, OpinionSurvey
from communications.queries.opinions import named_answers, questions_of, reach_of, results_of, spoken_in

SETTINGS = ("smallest_group", "rest_days", "question_rest_days")


@admin.register(OpinionPolicy)
class OpinionPolicyAdmin(NeverDeleted, QuickAdmin):
    list_display = ["__str__", *SETTINGS]
    form = OpinionPolicyForm
    actions = None

    def has_add_permission(self, request, obj=None) -> bool:
        return False  # there is one

    def change(self, request, row: OpinionPolicy, values: dict) -> None:
        kept = {name: values.get(name, getattr(row, name)) for name in SETTINGS}
        set_opinion_policy(by=request.user, **kept)


@admin.register(OpinionSurvey)
class OpinionSurveyAdmin(OfAProgramme):
    form = OpinionSurveyForm
    empty_says = _("Ask people what they think: by name or without, not too often, and tell them what became of it.")
    list_display = ["survey", "programme", "segment", "is_anonymous", "answer_by", "standing"]
    list_display_links = None
    list_select_related = ["programme", "segment"]
    list_filter = ["programme", "state"]
    search_fields = ["title"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(survey_page), name="communications_opinionsurvey_page"),
            path("<uuid:public_id>/ask/", view(new_question), name="communications_opinionsurvey_new_question"),
            path("<uuid:public_id>/languages/", view(languages_page), name="communications_opinionsurvey_languages"),
            path("<uuid:public_id>/outcomes/", view(outcomes_page), name="communications_opinionsurvey_outcomes"),
            path("questions/<uuid:public_id>/", view(question_page), name="communications_opinionsurvey_question"),
            path("questions/<uuid:public_id>/<slug:verb>/", view(move_question), name="communications_opinionsurvey_question_move"),
            path("<uuid:public_id>/<slug:verb>/", view(move_survey), name="communications_opinionsurvey_move"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def create(self, request, values: dict) -> OpinionSurvey:
        return create_opinion_survey(by=request.user, **values)

    def change(self, request, row: OpinionSurvey, values: dict) -> None:
        change_opinion_survey(row, by=request.user, **values)

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("admin:communications_opinionsurvey_page", obj.public_id)

    @admin.display(description=_("survey"), ordering="title")
    def survey(self, row: OpinionSurvey) -> str:
        return row_link(reverse("admin:communications_opinionsurvey_page", args=[row.public_id]), row)

    @display(description=_("state"), label={"draft": "info", "open": "warning", "closed": "success"})
    def standing(self, row: OpinionSurvey) -> tuple[str, str]:
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD"])
@needs("view_opinionsurvey")
def survey_page(request, public_id: UUID) -> HttpResponse:
    survey = _survey_or_404(request, public_id)
    is_draft = survey.state == OpinionState.DRAFT
    questions = list(survey.questions.select_related("data_point"))
    return page(
        request, "opinion/page.html", survey.title, survey=survey, questions=questions, languages=spoken_in(survey, questions),
        asked=questions_of(survey), results=None if is_draft else results_of(survey),
        reach=reach_of(survey, request.user) if is_draft else None,
        named=named_answers(survey, request.user), outcomes=list(survey.outcomes.all()),
        may_change=request.user.has_perm("communications.change_opinionsurvey"), opts=OpinionSurvey._meta,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_opinionsurvey")
def new_question(request, public_id: UUID) -> HttpResponse:
    return _question_form(request, _survey_or_404(request, public_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_opinionsurvey")
def question_page(request, public_id: UUID) -> HttpResponse:
    question = _question_or_404(request, public_id)
    return _question_form(request, question.survey, question)


def _question_form(request, survey: OpinionSurvey, question: OpinionQuestion | None) -> HttpResponse:
    initial = {
        "kind": question.kind, "wording": question.wording, "options": "\n".join(question.options),
        "data_point": question.data_point_id, "is_required": question.is_required,
    } if question else {"kind": OpinionQuestion.Kind.SCALE}  # fmt: skip
    told = question.translations if question else {}
    form, status = QuestionForm(request.POST or None, initial=initial, languages=survey.translations, told=told), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_opinion_question(survey, by=request.user, question=question, **form.question())
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                return redirect("admin:communications_opinionsurvey_page", survey.public_id)
    title = _t("Change a question") if question else _t("Add a question")
    lead = _t("While the survey is open, people are asked it so once you publish the changed questions.")
    return page(
        request, "discussion/form.html", title, status=status, form=form, opts=OpinionSurvey._meta, button=_t("Keep the question"),
        lead=lead if survey.state == OpinionState.OPEN else _t("One thing at a time, in words nobody has to read twice."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_opinionsurvey")
def languages_page(request, public_id: UUID) -> HttpResponse:
    """In which languages it asks. One that is added comes back with its fields, to be written over."""
    survey = _survey_or_404(request, public_id)
    form, status = LanguagesForm(request.POST or None, survey=survey), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                own, others = form.cleaned_data["language"], form.translations(survey)
                set_opinion_languages(survey, by=request.user, language=own, translations=others)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                noun = "languages" if form.cleaned_data["add"] else "page"
                return redirect(f"admin:communications_opinionsurvey_{noun}", public_id)
    return page(
        request, "discussion/form.html", _t("Languages of the survey"), status=status, form=form, opts=OpinionSurvey._meta,
        lead=_t("Each person is asked in the language they read. The answers of all languages are counted together."),
        button=_t("Keep the languages"),
    )  # fmt: skip


@require_POST
@needs("change_opinionsurvey")
def move_question(request, public_id: UUID, verb: str) -> HttpResponse:
    question = _question_or_404(request, public_id)
    survey = question.survey
    try:
        match verb:
            case "up" | "down":
                move_opinion_question(question, by=request.user, up=verb == "up")
            case "remove":
                remove_opinion_question(question, by=request.user)
            case _:
                raise Refused(_t("There is no such step."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_opinionsurvey_page", survey.public_id)


@require_POST
@needs("change_opinionsurvey")
def move_survey(request, public_id: UUID, verb: str) -> HttpResponse:
    """Each step of its life; a draft of an announcement leads on to the composer."""
    survey = _survey_or_404(request, public_id)
    try:
        if verb == "draft":
            if not request.user.has_perm("communications.add_announcement"):
                raise NotAllowed(_t("Your role does not write announcements."))
            return redirect("admin:communications_announcement_page", draft_outcomes(survey, by=request.user).public_id)
        if verb not in _STEPS:
            raise Refused(_t("There is no such step."))
        messages.success(request, _STEPS[verb](survey, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_opinionsurvey_page", public_id)


def _open(survey: OpinionSurvey, user) -> str:
    count = open_opinion_survey(survey, by=user)
    return ngettext("%(n)d person is asked.", "%(n)d people are asked.", count) % {"n": count}


def _publish(survey: OpinionSurvey, user) -> str:
    version = publish_changed_questions(survey, by=user)
    return _t("From now on version %(n)d is asked.") % {"n": version.number}


def _close(survey: OpinionSurvey, user) -> str:
    close_opinion_survey(survey, by=user)
    return _t("Nobody is asked any more.")


def _remind(survey: OpinionSurvey, user) -> str:
    count = remind_of_opinion(survey, by=user)
    return ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", count) % {"n": count}


def _tell(survey: OpinionSurvey, user) -> str:
    tell_outcomes(survey, by=user)
    return _t("Those who were asked find it in their portal.")


_STEPS: dict[str, Callable[..., str]] = {
    "open": _open, "publish": _publish, "close": _close, "remind": _remind, "tell": _tell,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_opinionsurvey")
def outcomes_page(request, public_id: UUID) -> HttpResponse:
    """You said, we did."""
    survey = _survey_or_404(request, public_id)
    form, status = OutcomesForm(request.POST or None, outcomes=list(survey.outcomes.all())), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_outcomes(survey, form.lines(), by=request.user)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                return redirect("admin:communications_opinionsurvey_page", public_id)
    return page(request, "discussion/form.html", _t("You said, we did"), status=status, form=form, opts=OpinionSurvey._meta,
                lead=_t("What people said, each in a sentence, and what was done about it, also where that is nothing yet."),
                button=_t("Keep it"))  # fmt: skip


def _survey_or_404(request, public_id: UUID) -> OpinionSurvey:
    rows = OpinionSurvey.objects.visible_to(request.user).select_related("programme", "segment")
    return get_object_or_404(rows, public_id=public_id)


def _question_or_404(request, public_id: UUID) -> OpinionQuestion:
    rows = OpinionQuestion.objects.filter(survey__in=OpinionSurvey.objects.visible_to(request.user)).select_related("survey")
    return get_object_or_404(rows, public_id=public_id)
