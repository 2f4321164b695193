"""Which questions of a survey are asked, given the answers so far. Functions of values, no database.

A condition names an earlier question, so one pass in their order decides. What a hidden question was answered before it was
hidden counts for nothing: neither for the questions that depend on it nor in the ledger."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from context.models import DataPoint
from context.typed_values import typed_value

_T = DataPoint.Type
IS, HAS, AT_LEAST, AT_MOST, ANSWERED = "is", "has", "at_least", "at_most", "answered"
_ORDERED = (AT_LEAST, AT_MOST, ANSWERED)
OPS: dict[str, tuple[str, ...]] = {
    _T.TEXT: (ANSWERED,),
    _T.NUMBER: _ORDERED,
    _T.MONEY: _ORDERED,
    _T.DATE: _ORDERED,
    _T.YES_NO: (IS, ANSWERED),
    _T.CHOICE: (IS, ANSWERED),
    _T.CHOICES: (HAS, ANSWERED),
    _T.REGIONS: (HAS, ANSWERED),
}


class Question(Protocol):
    """What is read of a question: its key, and None or a condition."""

    @property
    def key(self) -> str: ...

    @property
    def show_if(self) -> Any: ...


Q = TypeVar("Q", bound=Question)


def shown(questions: Iterable[Q], answers: Mapping[str, Any]) -> list[Q]:
    """Those that are asked, in their order."""
    asked, known = [], {}
    for question in questions:
        if not _holds(question.show_if, known):
            continue
        asked.append(question)
        if is_answer(answers.get(question.key)):
            known[question.key] = answers[question.key]
    return asked


def is_answer(value: Any) -> bool:
    return value is not None and value != "" and value != []


def check_condition(condition: Mapping[str, Any], earlier: Mapping[str, DataPoint]) -> dict[str, Any]:
    """The condition in the form that is kept. `earlier` holds the data points of the questions before it, by key."""
    point = earlier.get(str(condition.get("question", "")))
    if point is None:
        raise Invalid(_("A question can only depend on one that comes before it."), field="question")
    op = condition.get("op")
    if op not in OPS[point.type]:
        raise Invalid(_("“%(label)s” cannot be compared in this way.") % {"label": point.label}, field="op")
    kept = {"question": str(condition["question"]), "op": op}
    if op == ANSWERED:
        return kept
    value = condition.get("value")
    if not is_answer(value):
        raise Invalid(_("Say which answer of “%(label)s” it depends on.") % {"label": point.label}, field="value")
    return {**kept, "value": _typed(point, op, value)}


def condition_in_words(condition: Mapping[str, Any], text: str, point: DataPoint) -> str:
    """“Only if “Do you run audits?” is yes”."""
    value = condition.get("value")
    words = {"question": text, "value": _in_words(point.words_for(value)), "unit": point.unit}
    sentences = {
        IS: _("Only if “%(question)s” is %(value)s"),
        HAS: _("Only if “%(question)s” includes %(value)s"),
        AT_LEAST: _("Only if “%(question)s” is %(value)s %(unit)s or more"),
        AT_MOST: _("Only if “%(question)s” is %(value)s %(unit)s or less"),
        ANSWERED: _("Only if “%(question)s” is answered"),
    }
    if point.type == _T.DATE:
        sentences |= {
            AT_LEAST: _("Only if “%(question)s” is %(value)s or later"),
            AT_MOST: _("Only if “%(question)s” is %(value)s or earlier"),
        }
    return " ".join((sentences[condition["op"]] % words).split())


def _typed(point: DataPoint, op: str, value: Any) -> Any:
    if op == IS:
        items = value if isinstance(value, list) else [value] if point.type == _T.YES_NO else str(value).split(",")
        return [typed_value(point, item) for item in items]
    return typed_value(point, value)


def _holds(condition: Mapping[str, Any] | None, known: Mapping[str, Any]) -> bool:
    if condition is None:
        return True
    if condition["question"] not in known:
        return False
    answer, op = known[condition["question"]], condition["op"]
    if op == IS:
        return answer in condition["value"]
    if op == HAS:
        return not set(answer).isdisjoint(condition["value"])
    if op == AT_LEAST:
        return answer >= condition["value"]
    if op == AT_MOST:
        return answer <= condition["value"]
    return True


def _in_words(value: Any) -> str:
    items = value if isinstance(value, list) else [value]
    return get_text_list([(_("yes") if item else _("no")) if isinstance(item, bool) else str(item) for item in items], _("or"))
