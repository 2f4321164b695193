"""What the partner's page of a survey and the manager's page of an interview share: taking what was sent, and the form after it."""

from contextlib import suppress
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.actions.survey_responses import missing_of, save_answers
from context.branching import is_answer, shown
from context.forms.surveys import AnswersForm
from context.models import SurveyQuestion, SurveyResponse
from context.queries.surveys import known_values
from context.queries.words import Names, value_in_words
from context.typed_values import typed_value


def take_answers(response: SurveyResponse, questions: list[SurveyQuestion], data: QueryDict, *, by) -> tuple[AnswersForm, bool]:
    """Keep what is right. The form shows the questions that the answers lead to, with a sentence at each that is wrong or,
    when handing in, missing."""
    sent = AnswersForm(questions, response.answers, data)
    answers = sent.answers()
    problems = save_answers(response, answers, by=by)
    asked = shown(questions, response.answers)
    form = AnswersForm(asked, response.answers, _with_kept(data, asked, response))
    form.full_clean()
    if data.get("do") == "look":
        form.errors.clear()
        return form, True
    form.tell(problems)
    if data.get("do") == "submit":
        missing = [question.key for question in missing_of(asked, response.answers) if question.key not in form.errors]
        form.tell(dict.fromkeys(missing, _("This has to be answered.")))
    return form, not form.errors


def answers_form(response: SurveyResponse, questions: list[SurveyQuestion], user) -> AnswersForm:
    """What is kept, with what is known already beside each question."""
    known = [] if response.is_submitted else known_values(response.partner, user)
    names = Names()
    said = {fact.data_point.pk: value_in_words(fact.data_point, fact.value, names) for fact in known}
    words = {pk: _("Known so far: %(value)s") % {"value": value} for pk, value in said.items()}
    return AnswersForm(shown(questions, response.answers), response.answers, known=words)


def tried_answers(questions: list[SurveyQuestion], data: QueryDict) -> dict[str, Any]:
    """Answers that are only tried: what is wrong counts as not answered, and nothing is kept."""
    tried: dict[str, Any] = {}
    points = {question.key: question.data_point for question in questions}
    for key, value in AnswersForm(questions, {}, data).answers().items():
        with suppress(Invalid):
            tried |= {key: typed_value(points[key], value)} if is_answer(value) else {}
    return tried


def answers_in_words(response: SurveyResponse, questions: list[SurveyQuestion]) -> list[tuple[SurveyQuestion, str]]:
    given = [question for question in questions if question.key in response.answers]
    names = Names()
    return [(question, value_in_words(question.data_point, response.answers[question.key], names)) for question in given]


def _with_kept(data: QueryDict, asked: list[SurveyQuestion], response: SurveyResponse) -> QueryDict:
    """What was sent, and the kept answers of questions that were not on the page."""
    data, on_page = data.copy(), set(data.getlist("asked"))
    kept = AnswersForm(asked, response.answers).initial
    for question in asked:
        value = kept.get(question.key)
        if question.key not in on_page and value is not None:
            data.setlist(question.key, value if isinstance(value, list) else [value])
    return data
