"""What was answered at a quiz, question by question: for those who write the course and those who help. Each figure leads to its
attempts. Counted are evaluated attempts of people whom the reader sees; those of people who were forgotten say nothing."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from enablement.models import Attempt, Course, Lesson, LessonKind, Participation, QuizQuestion

RESULTS = ("right", "wrong", "open")
MOST_SAID = 20  # of numbers and orders: the most frequent ones
_K = QuizQuestion.Kind
# One row for each question, result and answer: so many that the answers of all attempts never leave the database.
_COUNTED = """
SELECT drawn.value ->> 'question', (attempts.marks ->> (drawn.value ->> 'question'))::boolean,
       attempts.said -> (drawn.value ->> 'question'), count(*)
FROM ({attempts}) attempts (shown, said, marks) CROSS JOIN LATERAL jsonb_array_elements(attempts.shown) drawn
GROUP BY 1, 2, 3
"""


class Group(NamedTuple):
    is_right: bool
    answer: Any
    count: int


@dataclass(frozen=True)
class Said:
    """One option, one number, or one order, and in how many attempts. `key` names it in an address."""

    key: str
    words: str
    is_right: bool
    count: int
    of: int

    @property
    def percent(self) -> int:
        return 100 * self.count // self.of if self.of else 0


@dataclass(frozen=True)
class Item:
    """A question. `right`, `wrong` and `open` (not answered) add up to `shown`."""

    question: QuizQuestion
    right: int
    wrong: int
    open: int
    said: list[Said]

    @property
    def shown(self) -> int:
        return self.right + self.wrong + self.open

    @property
    def percent(self) -> int:
        return 100 * self.right // self.shown if self.shown else 0


def attempts_of_quizzes(reader) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(participation__in=Participation.objects.visible_to(reader).order_by().values("pk"))
    return rows.filter(lesson__kind=LessonKind.QUIZ).exclude(evaluated_at=None).exclude(drawn=[])


def attempts_at(lesson: Lesson, reader) -> QuerySet[Attempt]:
    return attempts_of_quizzes(reader).filter(lesson=lesson).order_by("-evaluated_at", "-pk")


def items_of(lesson: Lesson, reader) -> list[Item]:
    """In the order of the quiz. Two queries."""
    groups = _counted(attempts_at(lesson, reader))
    return [_item(question, groups.get(str(question.public_id), [])) for question in lesson.questions.all()]


def _counted(attempts: QuerySet[Attempt]) -> dict[str, list[Group]]:
    sql, params = attempts.order_by().values_list("drawn", "answers", "right").query.sql_with_params()
    found: dict[str, list[Group]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(attempts=sql), params)
        for question, is_right, answer, count in cursor.fetchall():
            found.setdefault(question, []).append(Group(bool(is_right), _read(answer), count))
    return found


def _read(answer: Any) -> Any:
    """The database's own JSON, which comes as text here."""
    return json.loads(answer) if isinstance(answer, str) else answer


def _item(question: QuizQuestion, groups: list[Group]) -> Item:
    is_open = [group for group in groups if not group.answer]
    answered = [group for group in groups if group.answer]
    return Item(
        question, right=sum(group.count for group in answered if group.is_right),
        wrong=sum(group.count for group in answered if not group.is_right), open=sum(group.count for group in is_open),
        said=list(_said(question, answered)),
    )  # fmt: skip


def _said(question: QuizQuestion, answered: list[Group]) -> Iterator[Said]:
    of = sum(group.count for group in answered)
    if question.kind in (_K.ONE, _K.SEVERAL):
        chosen: Counter = Counter()
        for group in answered:
            for key in group.answer if isinstance(group.answer, list) else [group.answer]:
                chosen[key] += group.count
        for option in question.options:
            yield Said(option["key"], option["text"], bool(option["is_right"]), chosen[option["key"]], of)
        return
    for group in sorted(answered, key=lambda group: -group.count)[:MOST_SAID]:
        yield Said(_key_of(group.answer), _words_of(question, group.answer), group.is_right, group.count, of)


def _key_of(answer: Any) -> str:
    return ".".join(answer) if isinstance(answer, list) else str(answer)


def _words_of(question: QuizQuestion, answer: Any) -> str:
    if not isinstance(answer, list):
        return str(answer)
    texts = {option["key"]: option["text"] for option in question.options}
    return " → ".join(texts.get(key) or "–" for key in answer)


def attempts_with(lesson: Lesson, reader, question: QuizQuestion, *, said: str = "", result: str = "") -> QuerySet[Attempt]:
    """Those in which it was shown; with `said` or `result` those behind that figure."""
    rows = behind(attempts_at(lesson, reader), question, said=said, result=result)
    return rows.select_related("participation__contact__partner")


def behind(rows: QuerySet[Attempt], question: QuizQuestion, *, said: str = "", result: str = "") -> QuerySet[Attempt]:
    """The same of any attempts."""
    key = str(question.public_id)
    rows = rows.filter(drawn__contains=[{"question": key}])
    is_open = Q(**{f"answers__{key}__isnull": True}) | Q(**{f"answers__{key}": None})
    if said:
        rows = rows.filter(**_where(question, key, said))
    if result == "right":
        return rows.filter(**{f"right__{key}": True})
    if result == "open":
        return rows.filter(is_open)
    return rows.filter(~is_open, **{f"right__{key}": False}) if result == "wrong" else rows


def _where(question: QuizQuestion, key: str, said: str) -> dict[str, Any]:
    if question.kind == _K.SEVERAL:
        return {f"answers__{key}__contains": [said]}
    return {f"answers__{key}": said.split(".") if question.kind == _K.ORDER else said}


def quiz_attempts_of(participation: Participation) -> list[Attempt]:
    rows = participation.attempts.filter(lesson__kind=LessonKind.QUIZ).exclude(evaluated_at=None)
    return list(rows.select_related("lesson").order_by("lesson__order", "number"))


def has_attempts() -> Exists:
    """Of each row of participations."""
    return Exists(Attempt.objects.filter(participation=OuterRef("pk"), lesson__kind=LessonKind.QUIZ).exclude(evaluated_at=None))


def quizzes_of(course: Course) -> list[Lesson]:
    """Those of all versions that were published, the newest version first."""
    rows = Lesson.objects.filter(version__course=course, version__published_at__isnull=False, kind=LessonKind.QUIZ)
    return list(rows.select_related("version").order_by("-version__number", "order", "pk"))
