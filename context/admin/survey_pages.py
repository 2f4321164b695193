"""The pages of one survey: what it asks, how it looks to a partner, and what was answered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import NotAllowed, Refused
from context.actions.surveys import (
    change_survey,
    close_survey,
    copy_survey,
    create_survey,
    move_question,
    open_survey,
    remove_question,
    save_question,
)
from context.admin.pages import needs, page
from context.branching import shown
from context.forms.answers import tried_answers
from context.forms.surveys import AnswersForm, QuestionForm, SurveyForm
from context.models import Survey, SurveyQuestion, SurveyState
from context.queries.surveys import deciding_keys, figures_of, question_rows, questions_of, responses_of, results_of

PAGE_SIZE = 50
ASKS = "asks"  # the key of the data point that somebody came to ask for


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_survey")
def add(request) -> HttpResponse:
    form = SurveyForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            survey = create_survey(by=request.user, **form.cleaned_data)
            asks = urlencode({ASKS: request.GET[ASKS]}) if ASKS in request.GET else ""
            return redirect(f"{reverse('admin:context_survey_new_question', args=[survey.public_id])}?{asks}".rstrip("?"))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _form_page(request, form, _("New survey or interview"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_survey")
def edit(request, public_id: UUID) -> HttpResponse:
    survey = survey_or_404(request, public_id)
    form = SurveyForm(
        request.POST if request.method == "POST" else None, instance=survey_or_404(request, public_id), user=request.user
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_survey(survey, by=request.user, **form.cleaned_data)
            return redirect("admin:context_survey_page", public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _form_page(request, form, survey.title, survey=survey)


@require_safe
@needs("view_survey")
def survey_page(request, public_id: UUID) -> HttpResponse:
    return _survey_page(request, survey_or_404(request, public_id))


@require_POST
@needs("change_survey")
def act(request, public_id: UUID) -> HttpResponse:
    """Publish, close, copy: what the buttons of the page say."""
    survey, do = survey_or_404(request, public_id), request.POST.get("do")
    try:
        if do == "open":
            asked = open_survey(survey, by=request.user)
            are_asked = ngettext("%(n)d partner is asked.", "%(n)d partners are asked.", asked) % {"n": asked}
            said = _("It can be filled in now.") if survey.is_interview else are_asked
            messages.success(request, said)
        elif do == "close":
            close_survey(survey, by=request.user)
        elif do == "copy":
            copy = copy_survey(survey, by=request.user)
            messages.success(request, _("This is the copy. Change what you like, then publish it."))
            return redirect("admin:context_survey_page", copy.public_id)
    except Refused as refusal:
        return _survey_page(request, survey, refusal=str(refusal), status=refusal.status)
    return redirect("admin:context_survey_page", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_survey")
def new_question(request, public_id: UUID) -> HttpResponse:
    survey = survey_or_404(request, public_id)
    return _question_page(request, survey, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_survey")
def question(request, public_id: UUID) -> HttpResponse:
    rows = SurveyQuestion.objects.filter(survey__in=Survey.objects.visible_to(request.user)).select_related("survey", "data_point")
    found = get_object_or_404(rows, public_id=public_id)
    do = request.POST.get("do")
    if do in ("up", "down", "remove"):
        try:
            if do == "remove":
                remove_question(found, by=request.user)
            else:
                move_question(found, by=request.user, up=do == "up")
        except Refused as refusal:
            return _survey_page(request, found.survey, refusal=str(refusal), status=refusal.status)
        return redirect("admin:context_survey_page", found.survey.public_id)
    return _question_page(request, found.survey, found)


@require_safe
@needs("view_survey")
def preview(request, public_id: UUID) -> HttpResponse:
    """The page that a partner gets, to be tried: answers open branches, and nothing is kept."""
    survey = survey_or_404(request, public_id)
    questions = questions_of(survey)
    answers = tried_answers(questions, request.GET)
    form = AnswersForm(shown(questions, answers), answers)
    template = "context/parts/questions.html" if request.headers.get("HX-Request") else "context/survey_preview.html"
    return render(request, template, {
        "survey": survey, "form": form, "deciding": deciding_keys(questions), "is_preview": True,
    })  # fmt: skip


@require_safe
@needs("view_survey")
def results(request, public_id: UUID) -> HttpResponse:
    survey = survey_or_404(request, public_id)
    state = request.GET.get("state") if request.GET.get("state") in ("submitted", "waiting") else ""
    rows = responses_of(survey, visible_to=request.user, state=state)
    return page(
        request, "survey/results.html", survey.title, Survey._meta, survey=survey, state=state,
        figures=figures_of(survey, visible_to=request.user), results=results_of(survey, visible_to=request.user),
        page=Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    )  # fmt: skip


def survey_or_404(request, public_id: UUID) -> Survey:
    rows = Survey.objects.visible_to(request.user).select_related("programme", "segment", "created_by")
    return get_object_or_404(rows, public_id=public_id)


def _survey_page(request, survey: Survey, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "survey/page.html", survey.title, Survey._meta, status=status, survey=survey, refusal=refusal,
        rows=question_rows(questions_of(survey)), figures=figures_of(survey, visible_to=request.user),
        may_change=request.user.has_perm("context.change_survey"), is_draft=survey.state == SurveyState.DRAFT,
        may_interview=survey.is_interview and request.user.has_perm("context.add_surveyresponse"),
    )  # fmt: skip


def _form_page(request, form: SurveyForm, title: str, survey: Survey | None = None) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "survey/form.html", title, Survey._meta, status=status, form=form, survey=survey)


def _question_page(request, survey: Survey, question: SurveyQuestion | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(survey, data, question=question, asks=request.GET.get(ASKS, ""))
    if request.method == "POST" and form.is_valid():
        try:
            if survey.state != SurveyState.DRAFT:
                raise NotAllowed(_("It is published; its questions stay as they are. Copy it to change them."))
            save_question(survey, by=request.user, question=question, **form.values())
            return redirect("admin:context_survey_page", survey.public_id)
        except Refused as refusal:
            form.refuse(refusal)
    title = _("Change the question") if question else _("Add a question")
    status = 422 if form.errors else 200
    return page(request, "survey/question.html", title, Survey._meta, status=status, form=form, survey=survey, question=question)
