"""A survey as a partner's person answers it: kept at each step, handed in once."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from context.actions.survey_responses import submit_answers
from context.forms.answers import answers_form, answers_in_words, take_answers
from context.models import SurveyQuestion, SurveyResponse
from context.queries.surveys import deciding_keys, questions_of
from partners.readers import for_contacts


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def survey(request, public_id: UUID):
    rows = SurveyResponse.objects.asked_of(request.contact).select_related("survey__programme", "partner", "contact")
    response = get_object_or_404(rows, public_id=public_id)
    questions = questions_of(response.survey)
    if request.method != "POST":
        return _page(request, response, questions, answers_form(response, questions, request.user))
    try:
        form, is_right = take_answers(response, questions, request.POST, by=request.user)
        if is_right and request.POST.get("do") == "submit":
            submit_answers(response, by=request.user)
            messages.success(request, _("Thank you. Your answers are with %(brand)s.") % {"brand": response.survey.programme.brand})
            return redirect("context:survey", public_id)
    except Refused as refusal:
        response.refresh_from_db()
        form = answers_form(response, questions, request.user)
        return _page(request, response, questions, form, problem=str(refusal), status=refusal.status)
    if request.POST.get("do") == "look" and request.htmx:
        return render(request, "context/parts/questions.html", {"form": form, "deciding": deciding_keys(questions)})
    if is_right:
        messages.success(request, _("Kept. Go on whenever you like."))
        return redirect("context:survey", public_id)
    return _page(request, response, questions, form, status=422)


def _page(request, response: SurveyResponse, questions: list[SurveyQuestion], form, *, problem: str = "", status: int = 200):
    return render(request, "context/survey.html", {
        "response": response, "survey": response.survey, "form": form, "deciding": deciding_keys(questions), "problem": problem,
        "answered": answers_in_words(response, questions),
    }, status=status)  # fmt: skip
