"""What somebody answered in lessons of packages, as far as these told it: for those who write the course and those who help."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from enablement.models import PackageRun, Participation, RunStatus
from enablement.runtime_notes import INTERACTIONS, OBJECTIVES, counts_in

_KINDS = {
    "true-false": _("true or false"),
    "choice": _("choice"),
    "fill-in": _("text"),
    "matching": _("pairs"),
    "performance": _("task"),
    "sequencing": _("order"),
    "likert": _("scale"),
    "numeric": _("number"),
}
_RESULTS = {"correct": _("right"), "wrong": _("wrong"), "unanticipated": _("not foreseen"), "neutral": _("neither right nor wrong")}


@dataclass(frozen=True)
class Answer:
    """One interaction. `name` is what the package calls the question; a result may be a number."""

    name: str
    kind: str
    said: str
    right: list[str]
    result: str
    took: str
    objectives: list[str]


@dataclass(frozen=True)
class Goal:
    name: str
    standing: str
    score: str


@dataclass(frozen=True)
class Answers:
    run: PackageRun
    answers: list[Answer]
    goals: list[Goal]
    comments: str


def answers_of(participation: Participation) -> list[Answers]:
    """By lesson, in the order of the course; of those that told something."""
    rows = participation.runs.exclude(notes={}).select_related("lesson").order_by("lesson__order", "lesson__pk")
    return [Answers(run, _answers(run.notes), _goals(run.notes), run.notes.get("cmi.comments", "")) for run in rows]


def has_answers() -> Exists:
    """Of each row of participations."""
    return Exists(PackageRun.objects.filter(participation=OuterRef("pk")).exclude(notes={}))


def _answers(notes: Mapping[str, str]) -> list[Answer]:
    counts = counts_in(notes)
    return [_answer(notes, counts, f"{INTERACTIONS}.{place}") for place in range(counts.get(INTERACTIONS, 0))]


def _answer(notes: Mapping[str, str], counts: Mapping[str, int], at: str) -> Answer:
    said = {name: notes.get(f"{at}.{name}", "") for name in ("id", "type", "student_response", "result", "latency")}
    return Answer(
        name=said["id"], kind=str(_KINDS.get(said["type"], "")), said=said["student_response"],
        right=_listed(notes, counts, f"{at}.correct_responses", "pattern"),
        result=str(_RESULTS.get(said["result"], said["result"])), took=said["latency"],
        objectives=_listed(notes, counts, f"{at}.objectives", "id"),
    )  # fmt: skip


def _listed(notes: Mapping[str, str], counts: Mapping[str, int], at: str, name: str) -> list[str]:
    return [notes.get(f"{at}.{place}.{name}", "") for place in range(counts.get(at, 0))]


def _goals(notes: Mapping[str, str]) -> list[Goal]:
    found = []
    for place in range(counts_in(notes).get(OBJECTIVES, 0)):
        name, standing, score = (notes.get(f"{OBJECTIVES}.{place}.{each}", "") for each in ("id", "status", "score.raw"))
        found.append(Goal(name, str(RunStatus(standing).label) if standing else "", score))
    return found
