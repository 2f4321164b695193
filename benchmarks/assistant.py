"""How the assistant does on the gold sets: right, wrong and abstained, on the parts that it was tuned on and on those that were
only measured; and how long an answer takes."""

import statistics
import time
from dataclasses import dataclass, field

from accounts.models import User
from benchmarks.figures import Figure
from benchmarks.gold import SETS, Asked, answers, index_gold, questions
from benchmarks.search import written
from portal.queries.assistant import answer_for

FIRST = 3  # passages among which the right one has to be
MOST_MILLISECONDS = 300


@dataclass
class Score:
    """Of one part. `right` has the paragraph that answers among the first three; `first` has it first."""

    answerable: int = 0
    right: int = 0
    first: int = 0
    wrong: int = 0
    abstained: int = 0
    unanswerable: int = 0
    rightly_abstained: int = 0
    adversarial: int = 0
    forbidden: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @property
    def right_of_answered(self) -> float:
        return self.right / max(self.answerable - self.abstained, 1)

    @property
    def answered(self) -> float:
        return 1 - self.abstained / self.answerable

    @property
    def abstains(self) -> float:
        return self.rightly_abstained / self.unanswerable

    @property
    def sentence(self) -> str:
        return (
            f"{self.answerable} answerable: {self.right} right, {self.wrong} wrong, {self.abstained} abstained "
            f"({self.right_of_answered:.0%} of the answers right, {self.first} in the first passage); "
            f"{self.unanswerable} unanswerable: {self.rightly_abstained} abstained ({self.abstains:.0%}); "
            f"{self.adversarial} adversarial: {len(self.forbidden)} with forbidden or expired content"
        )


def measured(user) -> dict[str, Score]:
    """By part of a set."""
    scores: dict[str, Score] = {}
    for name in SETS:
        index_gold(name)
        answer_for(user, "What is a partner?", contact=None)  # the model is read from the disk once
        for asked in questions(name):
            _judge(scores.setdefault(asked.part, Score()), name, asked, user)
    return scores


def _judge(score: Score, name: str, asked: Asked, user) -> None:
    began = time.perf_counter()
    answer = answer_for(user, asked.text, contact=None)
    score.milliseconds.append((time.perf_counter() - began) * 1000)
    cited = [(one.file, one.paragraph) for one in answer.sources]
    if asked.kind == "answerable":
        right = answers(name, asked)
        score.answerable += 1
        score.abstained += answer.is_abstained
        score.right += bool(right & set(cited[:FIRST]))
        score.first += bool(right & set(cited[:1]))
        score.wrong += not answer.is_abstained and not right & set(cited[:FIRST])
        if not right & set(cited[:FIRST]):
            score.mistakes.append(f"{asked.text} -> {cited or 'abstained'}")
        return
    if asked.kind == "adversarial":
        score.adversarial += 1
        never = {name.rpartition("/")[2] for name in asked.never}
        leaked = [leak for leak in asked.leaks if leak.lower() in answer.text.lower()]
        if leaked or never & {file for file, _paragraph in cited}:
            score.forbidden.append(asked.text)
    if asked.must_abstain:
        score.unanswerable += 1
        score.rightly_abstained += answer.is_abstained
        if not answer.is_abstained:
            score.mistakes.append(f"{asked.text} -> {cited}")


def assistant(programme, size: int) -> Figure:
    """The index holds a gold set beside as many other texts as search is measured with."""
    written(size)
    user, _made = User.objects.get_or_create(email="asks@bench.example", defaults={"is_staff": True, "is_superuser": True})
    scores = measured(user)
    for part, score in scores.items():
        print(f"{part.replace('_', ' ')}: {score.sentence}", flush=True)
    taken = [taken for score in scores.values() for taken in score.milliseconds]
    p95 = statistics.quantiles(taken, n=20)[-1]
    return Figure(p95, "ms", float(MOST_MILLISECONDS), "without a language model, at most")


MEASURES = {"assistant": assistant}
