"""The steps of a version as a graph: what follows what, in which order they are told, and where they go round in a circle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.journey_courses import course_choices
from communications.models import JourneyStep, JourneyVersion, StepKind
from communications.rendering.merge_fields import with_labels

Steps = Mapping[int, JourneyStep]


@dataclass(frozen=True)
class Place:
    """Where a step can be put in: after `key` by its `way`, then or else; at the beginning without one."""

    key: int | None
    way: str = "then"

    def __str__(self) -> str:
        return f"{self.key or ''}.{self.way}"


def steps_of(version: JourneyVersion) -> dict[int, JourneyStep]:
    """By key, with what their words need; one query."""
    rows = version.steps.select_related("announcement", "survey").order_by("key")
    return {step.key: step for step in rows}


def ways_on(step: JourneyStep) -> list[int]:
    ways = [step.then_key, step.else_key if step.is_fork else None]
    return list(dict.fromkeys(key for key in ways if key is not None))


def ways_in_words(step: JourneyStep) -> tuple[str, str]:
    """What its two ways are called; empty where there is just one."""
    if step.kind == StepKind.BRANCH:
        return _("yes"), _("no")
    if step.kind == StepKind.TASK_DONE:
        return _("done"), _("not done")
    return (_("in time"), _("too late")) if step.kind == StepKind.WAIT_UNTIL else ("", "")


def due_at(step: JourneyStep, since: datetime) -> datetime:
    """When a partner who is there since then has something to do: at once, but for a wait."""
    return since + timedelta(days=step.days or 0) if step.kind == StepKind.WAIT else since


def circle_in(steps: Steps) -> list[JourneyStep]:
    """The first way that comes back to where it began, that step at both ends; nothing where there is none."""
    done: set[int] = set()
    for start in steps:
        if found := _circle_from(start, steps, [], done):
            return [steps[key] for key in found]
    return []


def _circle_from(key: int, steps: Steps, path: list[int], done: set[int]) -> list[int]:
    if key in path:
        return [*path[path.index(key) :], key]
    if key in done or key not in steps:
        return []
    for following in ways_on(steps[key]):
        if found := _circle_from(following, steps, [*path, key], done):
            return found
    done.add(key)
    return []


def in_order(first_key: int | None, steps: Steps) -> list[JourneyStep]:
    """As they are gone through: each after all that lead to it. Those that nothing leads to are left out."""
    order: list[int] = []

    def visit(key: int | None, path: tuple[int, ...]) -> None:
        if key is None or key in order or key in path or key not in steps:
            return
        for following in reversed(ways_on(steps[key])):
            visit(following, (*path, key))
        order.append(key)

    visit(first_key, ())
    return [steps[key] for key in reversed(order)]


def never_reached(first_key: int | None, steps: Steps) -> list[JourneyStep]:
    reached = {step.key for step in in_order(first_key, steps)}
    return [step for key, step in steps.items() if key not in reached]


def told(steps: Iterable[JourneyStep], rules: Mapping[int, str]) -> dict[int, str]:
    """What each step does, in words, by key; `rules` are those of the steps that ask something, in words."""
    return {step.key: _words(step, rules.get(step.key, "")) for step in steps}


def rules_of(steps: Iterable[JourneyStep]) -> dict[int, dict]:
    return {step.key: step.rule for step in steps if step.rule is not None}


def _words(step: JourneyStep, rule: str) -> str:
    if step.kind == StepKind.ANNOUNCEMENT:
        return _("“%(title)s” goes to its readers there") % {"title": with_labels(step.announcement.title)}
    if step.kind == StepKind.SURVEY:
        return _("The survey “%(title)s” is asked") % {"title": step.survey}
    if step.kind == StepKind.COURSE:
        return _("The course “%(name)s” is assigned") % {"name": dict(course_choices()).get(step.course, step.course)}
    if step.kind in (StepKind.TASK, StepKind.TASK_DONE):
        return _task_in_words(step)
    if step.kind == StepKind.NOTIFY:
        return _("The manager is told: “%(text)s”") % {"text": step.text}
    if step.kind == StepKind.WAIT:
        return ngettext("Waits %(n)d day", "Waits %(n)d days", step.days or 0) % {"n": step.days or 0}
    if step.kind == StepKind.WAIT_UNTIL:
        most = ngettext("at most %(n)d day", "at most %(n)d days", step.days or 0) % {"n": step.days or 0}
        return _("Waits until: %(rule)s; %(most)s") % {"rule": rule, "most": most}
    return _("Asks: %(rule)s") % {"rule": rule}


def _task_in_words(step: JourneyStep) -> str:
    words = {"text": step.text, "days": step.days}
    if step.days:
        sentence = ngettext("Task: “%(text)s”, due in %(days)d day", "Task: “%(text)s”, due in %(days)d days", step.days) % words
    else:
        sentence = _("Task: “%(text)s”") % words
    if step.is_shared:
        sentence += _(", shared with the partner")
    return sentence + (_("; waits until it is done") if step.kind == StepKind.TASK_DONE else "")
