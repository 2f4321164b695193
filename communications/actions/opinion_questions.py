"""The questions of an opinion survey: written, frozen into versions, and answers checked against them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid, Refused
from communications.actions.opinion_languages import checked_translations
from communications.models import OpinionQuestion, OpinionState, OpinionSurvey
from context.models import DataPoint, Side
from context.models.data_points import VALUES
from context.typed_values import typed_value
from partners.actions.checks import check_line

QUESTIONS_AT_MOST, OPTIONS_AT_MOST, OPTIONS_AT_LEAST = 30, 20, 2
TEXT_AT_MOST = 4000
_Kind = OpinionQuestion.Kind
_SPANS = {_Kind.NPS: (0, 10), _Kind.SCALE: (1, 5)}


@transaction.atomic
def save_opinion_question(
    survey: OpinionSurvey, *, by: User, kind: str, wording: str, options: list[str] | None = None,
    data_point: DataPoint | None = None, is_required: bool = False, question: OpinionQuestion | None = None,
    translations: dict[str, dict] | None = None,
) -> OpinionQuestion:  # fmt: skip
    """Add one at the end or, with `question`, change it. `translations` are a wording and the options in their order, by language.
    While the survey is open, people are asked it only once the changed questions are published."""
    current = _unclosed(survey)
    if question is None:
        count = survey.questions.count()
        if count >= QUESTIONS_AT_MOST:
            raise Refused(_("Thirty questions are enough: nobody answers more."))
        question = OpinionQuestion(survey=survey, order=count + 1)
    if kind not in _Kind.values:
        raise Invalid(_("Choose what kind of question it is."), field="kind")
    question.kind, question.is_required = kind, is_required and kind != _Kind.FACT
    question.wording = check_line(wording, "wording", required=True, longest=300)
    question.options = _options(options or []) if kind == _Kind.CHOICE else []
    question.data_point = _data_point(data_point) if kind == _Kind.FACT else None
    question.translations = checked_translations(current, question, translations or {})
    question.save()
    return question


@transaction.atomic
def move_opinion_question(question: OpinionQuestion, *, by: User, up: bool) -> None:
    survey = _unclosed(question.survey)
    questions = list(survey.questions.all())
    at = questions.index(question)
    to = at - 1 if up else at + 1
    if 0 <= to < len(questions):
        questions.insert(to, questions.pop(at))
        for order, each in enumerate(questions, 1):
            each.order = order
        OpinionQuestion.objects.bulk_update(questions, ["order"])


@transaction.atomic
def remove_opinion_question(question: OpinionQuestion, *, by: User) -> None:
    """What was answered to it stays with the versions that asked it."""
    _unclosed(question.survey)
    question.delete()


def frozen_questions(survey: OpinionSurvey, *, since: int, before: list[dict] | None = None) -> list[dict]:
    """As a version keeps them. A question that was asked just so before is the same one, since when it was."""
    known = {each["key"]: each for each in before or ()}
    return [
        _frozen(question, since, known.get(question.key)) for question in survey.questions.select_related("data_point", "survey")
    ]


def checked_answers(questions: list[dict], answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that are right, by question, and a sentence for each that is wrong or missing."""
    found: dict[str, Any] = {}
    problems: dict[str, str] = {}
    points = _points(questions)
    for question in questions:
        value, key = answers.get(question["key"]), question["key"]
        if value is None or isinstance(value, str) and not value.strip() or value == []:
            if question["required"]:
                problems[key] = _("This has to be answered.")
            continue
        try:
            found[key] = _answer(question, value, points)
        except Invalid as refusal:
            problems[key] = str(refusal)
    return found, problems


def _frozen(question: OpinionQuestion, since: int, known: dict | None) -> dict:
    point = question.data_point
    told = {code: words for code, words in question.translations.items() if code in question.survey.translations}
    asked = {
        "key": question.key, "kind": question.kind, "wording": question.wording, "options": list(question.options),
        "translations": told, "data_point": str(point.public_id) if point else "", "required": question.is_required,
    }  # fmt: skip
    is_same = known is not None and all(known[name] == asked[name] for name in ("kind", "wording", "options", "data_point"))
    return {**asked, "since": known["since"] if known and is_same else since}


def _points(questions: list[dict]) -> dict[str, DataPoint]:
    ids = [each["data_point"] for each in questions if each["data_point"]]
    return {str(point.public_id): point for point in DataPoint.objects.filter(public_id__in=ids)} if ids else {}


def _answer(question: dict, value: Any, points: dict[str, DataPoint]) -> Any:
    kind = question["kind"]
    if kind in _SPANS:
        return _whole_number(value, *_SPANS[kind])
    if kind == _Kind.CHOICE:
        if value not in question["options"]:
            raise Invalid(_("Choose one of the answers."))
        return value
    if kind == _Kind.FACT:
        point = points[question["data_point"]]
        _data_point(point)
        return typed_value(point, value)
    text = str(value).replace("\x00", "").strip()
    if len(text) > TEXT_AT_MOST:
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": TEXT_AT_MOST})
    return text


def _whole_number(value: Any, low: int, high: int) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        raise Invalid(_("Choose a number from %(low)d to %(high)d.") % {"low": low, "high": high})
    return int(text)


def _options(options: list[str]) -> list[str]:
    found = list(dict.fromkeys(check_line(each, "options", longest=120) for each in options if each.strip()))
    if not OPTIONS_AT_LEAST <= len(found) <= OPTIONS_AT_MOST:
        raise Invalid(_("Write two to twenty different answers to choose from, one a line."), field="options")
    return found


def _data_point(point: DataPoint | None) -> DataPoint:
    if point is None:
        raise Invalid(_("Choose the data point whose value is asked for."), field="data_point")
    if point.type not in VALUES or point.is_builtin or point.retired_at:
        raise Invalid(_("“%(label)s” cannot be asked for here.") % {"label": point.label}, field="data_point")
    if any(who not in (Side.PARTNER, Side.BOTH) for who in (point.seen_by, point.edited_by)):
        raise Invalid(_("“%(label)s” is not for partners to say.") % {"label": point.label}, field="data_point")
    return point


def _unclosed(survey: OpinionSurvey) -> OpinionSurvey:
    current = OpinionSurvey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if current.state == OpinionState.CLOSED:
        raise Refused(_("“%(title)s” is closed; its questions stay as they were.") % {"title": current})
    return current
