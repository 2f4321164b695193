"""A survey as a partner's person answers it: kept at each step, handed in once."""

from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from context.actions.survey_responses import missing_of, save_answers, submit_answers
from context.branching import shown
from context.forms.surveys import AnswersForm
from context.models import SurveyQuestion, SurveyResponse
from context.queries.surveys import deciding_keys, known_values, questions_of
from partners.readers import for_contacts


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def survey(request, public_id: UUID):
    rows = SurveyResponse.objects.asked_of(request.contact).select_related("survey__programme", "partner", "contact")
    response = get_object_or_404(rows, public_id=public_id)
    questions = questions_of(response.survey)
    if request.method != "POST":
        return _page(request, response, questions, _form(response, questions, request.user))
    try:
        form, is_right = take_answers(response, questions, request.POST, by=request.user)
        if is_right and request.POST.get("do") == "submit":
            submit_answers(response, by=request.user)
            messages.success(request, _("Thank you. Your answers are with %(brand)s.") % {"brand": response.survey.programme.brand})
            return redirect("context:survey", public_id)
    except Refused as refusal:
        response.refresh_from_db()
        return _page(
            request, response, questions, _form(response, questions, request.user), problem=str(refusal), status=refusal.status
        )
    if request.POST.get("do") == "look" and request.htmx:
        return render(request, "context/parts/questions.html", {"form": form, "deciding": deciding_keys(questions)})
    if is_right:
        messages.success(request, _("Kept. Go on whenever you like."))
        return redirect("context:survey", public_id)
    return _page(request, response, questions, form, status=422)


def take_answers(response: SurveyResponse, questions: list[SurveyQuestion], data: QueryDict, *, by) -> tuple[AnswersForm, bool]:
    """Keep what is right. The form shows the questions that the answers lead to, with a sentence at each that is wrong or,
    when handing in, missing."""
    sent = AnswersForm(questions, response.answers, data)
    answers = sent.answers()
    problems = save_answers(response, answers, by=by)
    asked = shown(questions, response.answers)
    form = AnswersForm(asked, response.answers, _with_kept(data, asked, response))
    form.full_clean()
    form.tell(problems)
    if data.get("do") == "submit":
        form.tell({question.key: _("This has to be answered.") for question in missing_of(asked, response.answers)
                   if question.key not in form.errors})  # fmt: skip
    if data.get("do") == "look":
        form.errors.clear()
    return form, not form.errors and not any(key in sent.errors for key in form.fields)


def _with_kept(data: QueryDict, asked: list[SurveyQuestion], response: SurveyResponse) -> QueryDict:
    """What was sent, and the kept answers of questions that were not on the page."""
    data, on_page = data.copy(), set(data.getlist("asked"))
    kept = AnswersForm(asked, response.answers).initial
    for question in asked:
        value = kept.get(question.key)
        if question.key not in on_page and value is not None:
            data.setlist(question.key, value if isinstance(value, list) else [value])
    return data


def _form(response: SurveyResponse, questions: list[SurveyQuestion], user) -> AnswersForm:
    known = {} if response.is_submitted else {fact.data_point.pk: fact for fact in known_values(response.partner, user)}
    words = {pk: _("Known so far: %(value)s") % {"value": _said(fact.value)} for pk, fact in known.items()}
    return AnswersForm(shown(questions, response.answers), response.answers, known=words)


def _said(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _page(request, response: SurveyResponse, questions: list[SurveyQuestion], form, *, problem: str = "", status: int = 200):
    answered = [(question, response.answers[question.key]) for question in questions if question.key in response.answers]
    return render(request, "context/survey.html", {
        "response": response, "survey": response.survey, "form": form, "deciding": deciding_keys(questions), "problem": problem,
        "answered": [(question, _said(value)) for question, value in answered],
    }, status=status)  # fmt: skip
