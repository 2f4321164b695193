"""An interview: with whom, then the form that the manager fills in during the talk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from context.actions.survey_responses import begin_interview, submit_answers
from context.admin.pages import needs, page
from context.admin.survey_pages import survey_or_404
from context.forms.answers import answers_form, answers_in_words, take_answers
from context.forms.surveys import InterviewForm
from context.models import Survey, SurveyResponse
from context.queries.surveys import deciding_keys, questions_of
from partners.models import Partner


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_surveyresponse")
def begin(request, public_id: UUID) -> HttpResponse:
    """Choose the partner, then who is there."""
    survey = survey_or_404(request, public_id)
    form = InterviewForm(_sent(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            found = begin_interview(survey, form.cleaned_data["partner"], by=request.user, contact=form.cleaned_data["contact"])
            return redirect("admin:context_survey_interview", found.public_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    chosen, q = form.chosen_partner, request.GET.get("q", "").replace("\0", "").strip()
    visible = Partner.objects.visible_to(request.user).order_by("name", "pk")
    return page(
        request, "survey/begin.html", survey.title, Survey._meta, status=422 if request.method == "POST" else 200, survey=survey,
        form=form, chosen=chosen, q=q, people=chosen.contacts.current().order_by("name")[:100] if chosen else [],
        partners=visible.filter(name__icontains=q)[:10] if q else [],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_surveyresponse")
def interview(request, public_id: UUID) -> HttpResponse:
    rows = SurveyResponse.objects.visible_to(request.user).exclude(interviewer=None)
    response = get_object_or_404(rows.select_related("survey", "partner", "contact", "interviewer"), public_id=public_id)
    questions = questions_of(response.survey)
    if request.method != "POST":
        return _page(request, response, questions, answers_form(response, questions, request.user))
    try:
        form, is_right = take_answers(response, questions, request.POST, by=request.user)
        if is_right and request.POST.get("do") == "submit":
            submit_answers(response, by=request.user)
            messages.success(request, _("What %(partner)s told is kept as claims.") % {"partner": response.partner})
            return redirect("admin:context_survey_interview", public_id)
    except Refused as refusal:
        response.refresh_from_db()
        form = answers_form(response, questions, request.user)
        return _page(request, response, questions, form, refusal=str(refusal), status=refusal.status)
    if is_right:
        return redirect("admin:context_survey_interview", public_id)
    return _page(request, response, questions, form, status=422)


def _page(request, response: SurveyResponse, questions: list, form, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "survey/interview.html", response.survey.title, Survey._meta, status=status, response=response,
        survey=response.survey, form=form, refusal=refusal, deciding=deciding_keys(questions),
        answered=answers_in_words(response, questions), is_own=response.interviewer_id == request.user.pk,
    )  # fmt: skip


def _sent(request):
    """What was chosen so far; None before anything was."""
    if request.method == "POST":
        return request.POST
    return request.GET if "partner" in request.GET else None
