"""Branching held against a slow, plain reading of the same conditions."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from context.branching import is_answer, shown

ANSWERS = {
    "is": some.sampled_from(["a", "b", "c"]),
    "has": some.lists(some.sampled_from(["a", "b", "c"]), unique=True),
    "at_least": some.integers(0, 5),
    "at_most": some.integers(0, 5),
    "answered": some.sampled_from(["", "text", None]),
}
VALUES = {
    "is": some.lists(some.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
    "has": some.lists(some.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
    "at_least": some.integers(0, 5),
    "at_most": some.integers(0, 5),
    "answered": some.none(),
}


@dataclass(frozen=True)
class Question:
    key: str
    op: str  # how others ask about it
    show_if: dict[str, Any] | None


@some.composite
def surveys(draw) -> tuple[list[Question], dict[str, Any]]:
    questions: list[Question] = []
    answers: dict[str, Any] = {}
    for number in range(draw(some.integers(1, 8))):
        show_if = None
        if questions and draw(some.booleans()):
            on = draw(some.sampled_from(questions))
            op = draw(some.sampled_from([on.op, "answered"]))
            show_if = {"question": on.key, "op": op, "value": draw(VALUES[op])}
        question = Question(f"q{number}", draw(some.sampled_from(list(ANSWERS))), show_if)
        questions.append(question)
        if draw(some.booleans()):
            answers[question.key] = draw(ANSWERS[question.op])
    return questions, answers


def plainly_shown(question: Question, questions: dict[str, Question], answers: dict[str, Any]) -> bool:
    """As a person would read it aloud: ask the question before first."""
    if question.show_if is None:
        return True
    on = questions[question.show_if["question"]]
    answer, value = answers.get(on.key), question.show_if["value"]
    if not plainly_shown(on, questions, answers) or not is_answer(answer):
        return False
    return {
        "is": lambda: answer in value,
        "has": lambda: any(each in value for each in answer),
        "at_least": lambda: not answer < value,
        "at_most": lambda: not answer > value,
        "answered": lambda: True,
    }[question.show_if["op"]]()


@given(surveys())
def test_what_is_shown_is_what_a_plain_reading_shows(survey):
    questions, answers = survey
    by_key = {question.key: question for question in questions}
    assert shown(questions, answers) == [question for question in questions if plainly_shown(question, by_key, answers)]


@given(surveys())
def test_answers_to_hidden_questions_change_nothing(survey):
    questions, answers = survey
    seen = shown(questions, answers)
    keys = {question.key for question in seen}
    assert shown(questions, {key: value for key, value in answers.items() if key in keys}) == seen


@given(surveys())
def test_unconditional_questions_are_always_asked_and_the_order_stays(survey):
    questions, answers = survey
    seen = shown(questions, answers)
    assert [question for question in questions if question in seen] == seen
    assert all(question in seen for question in questions if question.show_if is None)
