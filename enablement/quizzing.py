"""What is drawn for an attempt at a quiz, and which answers are right. Functions of values, no database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any, Protocol, TypeVar

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from activity.numbers import number_below
from activity.refusals import Invalid
from enablement.models import QuizQuestion

_K = QuizQuestion.Kind
_AMONG_DIGITS = re.compile(r"[\s'’]")
_COMMAS_OF_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINTS_OF_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")


class Asked(Protocol):
    """What is read of a question. The options of the kind `order` stand in the right order."""

    @property
    def kind(self) -> str: ...

    @property
    def options(self) -> list[dict[str, Any]]: ...

    @property
    def number(self) -> Decimal | None: ...

    @property
    def tolerance(self) -> Decimal: ...


T = TypeVar("T")


def draw(questions: Sequence[T], count: int | None, chance: Random) -> list[T]:
    """So many of them, in an order of chance; all where there are no more."""
    wanted = len(questions) if count is None else min(count, len(questions))
    return chance.sample(list(questions), wanted)


def shuffled_keys(question: Asked, chance: Random) -> list[str]:
    """In an order of chance. What is to be put in order is never shown as it belongs."""
    keys = [option["key"] for option in question.options]
    shown = chance.sample(keys, len(keys))
    if question.kind == _K.ORDER and len(keys) > 1 and shown == keys:
        shown = [*shown[1:], shown[0]]
    return shown


def read_answer(question: Asked, said: Sequence[str]) -> Any:
    """The answer as it is kept; None where nothing was said. `Invalid` where it is none of this question."""
    given = [text.strip() for text in said if text.strip()]
    if question.kind == _K.NUMBER:
        return _number(given[0]) if given else None
    known = {option["key"] for option in question.options}
    if not set(given) <= known or len(given) > len(known):
        raise Invalid(_("One of these answers is not among the options. Load the page again."), field="answer")
    if question.kind == _K.ONE:
        return given[0] if given else None
    if question.kind == _K.SEVERAL:
        return sorted(set(given)) or None
    return [text.strip() for text in said][: len(known)] if given else None


def _number(text: str) -> str:
    """Kept as it was meant in the language of the page: “1,500” is fifteen hundred in English and one and a half in German. Where
    nothing is mistaken by it, either sign may stand for the point."""
    text, point = _AMONG_DIGITS.sub("", text).replace("−", "-"), _decimal_sign()
    grouped = _POINTS_OF_THOUSANDS if point == "," else _COMMAS_OF_THOUSANDS
    if grouped.fullmatch(text):
        text = text.replace("." if point == "," else ",", "")
    number = number_below(10**15, text.replace(",", "."))
    if number is None:
        raise Invalid(_("Write a number, such as 12 or 3.5."), field="answer")
    return str(number)


def number_in_field(kept: str) -> str:
    """As it is read again in the language of the page."""
    return kept.replace(".", _decimal_sign())


def _decimal_sign() -> str:
    return "," if get_format("DECIMAL_SEPARATOR") == "," else "."


def is_right(question: Asked, answer: Any) -> bool:
    if answer is None or answer == "" or answer == []:
        return False
    if question.kind == _K.NUMBER:
        return question.number is not None and abs(Decimal(str(answer)) - question.number) <= question.tolerance
    if question.kind == _K.ORDER:
        return answer == [option["key"] for option in question.options]
    right = {option["key"] for option in question.options if option.get("is_right")}
    return {answer} == right if question.kind == _K.ONE else set(answer) == right


def score_of(marks: Iterable[bool]) -> int:
    """Whole percent, rounded down: who has not reached the mark has not passed. Of nothing, nothing is right."""
    counted = list(marks)
    return 100 * sum(counted) // len(counted) if counted else 0


def marks_of(questions: Mapping[str, Asked], answers: Mapping[str, Any]) -> dict[str, bool]:
    return {key: is_right(question, answers.get(key)) for key, question in questions.items()}
