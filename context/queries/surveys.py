"""What the pages of a survey show: its questions with their conditions in words, who has answered, and how."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from context.branching import condition_in_words
from context.models import DataPoint, Fact, Survey, SurveyQuestion, SurveyResponse
from context.queries.facts import CurrentFact, current_facts
from partners.models import Partner

PEOPLE_SHOWN = 50
_COUNTED = (DataPoint.Type.YES_NO, DataPoint.Type.CHOICE, DataPoint.Type.CHOICES, DataPoint.Type.REGIONS)
_MEASURED = (DataPoint.Type.NUMBER, DataPoint.Type.MONEY)


@dataclass(frozen=True)
class QuestionRow:
    question: SurveyQuestion
    condition: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Figures:
    asked: int
    begun: int
    submitted: int

    @property
    def percent(self) -> int:
        return round(100 * self.submitted / self.asked) if self.asked else 0


@dataclass(frozen=True)
class Tally:
    value: Any
    count: int
    percent: int


@dataclass(frozen=True)
class QuestionResult:
    """How often each answer was given or, of numbers, the smallest, the middle and the largest; and the latest answers, each with
    the fact that it became."""

    question: SurveyQuestion
    answered: int
    counts: list[Tally]
    middle: tuple[Any, Any, Any] | None
    facts: list[Fact]


def questions_of(survey: Survey) -> list[SurveyQuestion]:
    return list(survey.questions.select_related("data_point"))


def question_rows(questions: list[SurveyQuestion]) -> list[QuestionRow]:
    by_key = {question.key: question for question in questions}
    return [
        QuestionRow(question, _condition(question, by_key), at == 0, at == len(questions) - 1)
        for at, question in enumerate(questions)
    ]


def deciding_keys(questions: list[SurveyQuestion]) -> set[str]:
    """The questions whose answer decides whether another is asked."""
    return {question.show_if["question"] for question in questions if question.show_if}


def known_values(partner: Partner, user) -> list[CurrentFact]:
    """What is known already, of what this person may see, to be shown beside the questions."""
    known = current_facts(partner, among=DataPoint.objects.seen_by(user))
    return [fact for fact in known if fact.programme_id is None]


def figures_of(survey: Survey, *, visible_to) -> Figures:
    """Of the partners that the reader sees."""
    rows = SurveyResponse.objects.visible_to(visible_to).filter(survey=survey)
    counts = rows.aggregate(
        asked=Count("pk"), begun=Count("pk", filter=~Q(started_at=None)), submitted=Count("pk", filter=~Q(submitted_at=None))
    )
    return Figures(**counts)


def responses_of(survey: Survey, *, visible_to, state: str = "") -> QuerySet[SurveyResponse]:
    rows = SurveyResponse.objects.visible_to(visible_to).filter(survey=survey).select_related("partner", "contact", "interviewer")
    if state == "submitted":
        rows = rows.exclude(submitted_at=None)
    elif state == "waiting":
        rows = rows.filter(submitted_at=None)
    return rows.order_by("-submitted_at", "-started_at", "partner__name", "pk") if state else rows.order_by("partner__name", "pk")


def results_of(survey: Survey, *, visible_to) -> list[QuestionResult]:
    """Three queries for any number of questions and answers: the answers, the questions, the latest facts."""
    rows = SurveyResponse.objects.visible_to(visible_to).filter(survey=survey).exclude(submitted_at=None)
    answers = list(rows.values_list("answers", flat=True))
    latest = Prefetch("facts", Fact.objects.select_related("partner"), to_attr="claims")
    claims: dict[int, list[Fact]] = {}
    for response in rows.order_by("-submitted_at").prefetch_related(latest)[:PEOPLE_SHOWN]:
        for fact in response.claims:
            claims.setdefault(fact.data_point_id, []).append(fact)
    return [
        _result(question, [each[question.key] for each in answers if question.key in each], claims.get(question.data_point_id, []))
        for question in questions_of(survey)
    ]


def _result(question: SurveyQuestion, values: list, facts: list[Fact]) -> QuestionResult:
    kind = question.data_point.type
    counts, middle = [], None
    if kind in _COUNTED:
        tally = Counter(item for value in values for item in (value if isinstance(value, list) else [value]))
        shares = [(value, count, round(100 * count / len(values))) for value, count in tally.most_common()]
        counts = [Tally(question.data_point.words_for(value), count, percent) for value, count, percent in shares]
    elif kind in _MEASURED and values:
        ordered = sorted(values)
        middle = (ordered[0], ordered[len(ordered) // 2], ordered[-1])
    return QuestionResult(question, len(values), counts, middle, facts)


def _condition(question: SurveyQuestion, by_key: dict[str, SurveyQuestion]) -> str:
    if not question.show_if:
        return ""
    on = by_key[question.show_if["question"]]
    return condition_in_words(question.show_if, on.text, on.data_point)
