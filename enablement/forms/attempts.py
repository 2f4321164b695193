"""A quiz as it is shown and what is read of it. Nothing here knows which answer is right."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from enablement.models import Attempt, QuizQuestion
from enablement.quizzing import number_in_field


@dataclass(frozen=True)
class Choice:
    key: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Box:
    """One question of an attempt. `places` are, for what is put in order, the key chosen for each place."""

    number: int
    key: str
    kind: str
    text: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    places: tuple[str, ...] = ()

    @property
    def is_answered(self) -> bool:
        return bool(self.value or any(self.places) or any(choice.is_chosen for choice in self.choices))


def boxes_of(attempt: Attempt, questions: dict[str, QuizQuestion]) -> list[Box]:
    drawn = {each["question"]: each["options"] for each in attempt.drawn}
    return [
        _box(number, key, question, drawn[key], attempt.answers.get(key))
        for number, (key, question) in enumerate(questions.items(), 1)
    ]


def _box(number: int, key: str, question: QuizQuestion, shown: list[str], answer: Any) -> Box:
    if question.kind == QuizQuestion.Kind.NUMBER:
        return Box(number, key, question.kind, question.text, value=number_in_field(str(answer or "")))
    given = answer if isinstance(answer, list) else [answer]
    texts = {option["key"]: option["text"] for option in question.options}
    if question.kind == QuizQuestion.Kind.ORDER:
        places = tuple((list(answer or ()) + [""] * len(shown))[: len(shown)])
        return Box(
            number, key, question.kind, question.text, tuple(Choice(each, texts[each], False) for each in shown), places=places
        )
    return Box(number, key, question.kind, question.text, tuple(Choice(each, texts[each], each in given) for each in shown))


def said_in(data) -> dict[str, list[str]]:
    """`asked` in the posted data names the questions that were on the page: an empty one takes its answer back. Where just one
    was answered, `only` names it, and the others are left as another window may have them."""
    asked = data.getlist("only")[:1] or data.getlist("asked")[:200]
    return {key: data.getlist(key)[:20] for key in asked}


@dataclass(frozen=True)
class Mark:
    """One question after the evaluation."""

    number: int
    text: str
    said: str
    is_right: bool
    explanation: str


def marks_shown(attempt: Attempt, questions: dict[str, QuizQuestion]) -> list[Mark]:
    return [
        Mark(
            number, question.text, _in_words(question, attempt.answers.get(key)), bool(attempt.right.get(key)), question.explanation
        )
        for number, (key, question) in enumerate(questions.items(), 1)
    ]


def _in_words(question: QuizQuestion, answer: Any) -> str:
    if not answer:
        return _("not answered")
    if question.kind == QuizQuestion.Kind.NUMBER:
        return number_in_field(str(answer))
    texts = {option["key"]: option["text"] for option in question.options}
    given = answer if isinstance(answer, list) else [answer]
    return " · ".join(texts.get(key) or "–" for key in given)
