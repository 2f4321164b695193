"""Writing the steps of a draft: put in after another, changed, taken out. What a published version has stays."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid, Refused
from communications.actions.journeys import locked_draft
from communications.journey_courses import course_choices
from communications.models import Announcement, JourneyStep, JourneyVersion, StepKind
from communications.models.journeys import DAYS_AT_MOST
from communications.queries.journey_checks import refuse_circle
from communications.queries.journey_steps import Place, steps_of
from context.models import Survey
from context.rules import check_rule
from partners.actions.checks import check_choice, check_line, unknown

STEPS_AT_MOST = 40
TO_THE_END = None


@transaction.atomic
def add_step(version: JourneyVersion, *, by: User, kind: str, name: str, place: Place, **fields) -> JourneyStep:
    """Put a step in at `place`: what followed there follows the new one. `fields` are those of its kind, see `_OF_KIND`."""
    current = locked_draft(version)
    steps = steps_of(current)
    if len(steps) >= STEPS_AT_MOST:
        raise Refused(_("A journey has at most %(most)d steps. Let another one go on from there.") % {"most": STEPS_AT_MOST})
    kind = check_choice(kind, StepKind, "kind")
    before = _step_at(place, steps)
    step = JourneyStep(version=current, key=_free_key(current), kind=kind, name=check_line(name, "name", required=True, longest=80))
    step.then_key = _following(current, before, place)
    _write_fields(step, current, fields)
    step.save()
    _lead_to(step.key, current, before, place)
    _touch(current)
    return step


@transaction.atomic
def change_step(step: JourneyStep, *, by: User, **fields) -> JourneyStep:
    """Its name, what its kind asks, and where it goes on: `then` and `otherwise` are keys of steps, or TO_THE_END. A way that would
    come back to where it began is refused."""
    current = locked_draft(step.version)
    steps = steps_of(current)
    step = steps[step.key]
    if "name" in fields:
        step.name = check_line(fields.pop("name"), "name", required=True, longest=80)
    for field, column in (("then", "then_key"), ("otherwise", "else_key")):
        if field in fields:
            setattr(step, column, _known(fields.pop(field), steps, field))
    _write_fields(step, current, fields)
    refuse_circle(steps)
    step.save()
    _touch(current)
    return step


@transaction.atomic
def begin_with(version: JourneyVersion, key: int, *, by: User) -> None:
    current = locked_draft(version)
    current.first_key = _known(key, steps_of(current), "first")
    _touch(current)


@transaction.atomic
def remove_step(step: JourneyStep, *, by: User) -> None:
    """What led to it leads to what followed it."""
    current = locked_draft(step.version)
    step = steps_of(current)[step.key]
    for column in ("then_key", "else_key"):
        current.steps.filter(**{column: step.key}).update(**{column: step.then_key})
    if current.first_key == step.key:
        current.first_key = step.then_key
    step.delete()
    _touch(current)


def _touch(version: JourneyVersion) -> None:
    version.changed_at = timezone.now()
    version.save(update_fields=["first_key", "changed_at"])


def _free_key(version: JourneyVersion) -> int:
    """Never one that an earlier version gave to another step, so that a key means the same in all of them."""
    keys = JourneyStep.objects.filter(version__journey=version.journey_id).values_list("key", flat=True)
    return max(keys, default=0) + 1


def _step_at(place: Place, steps: dict[int, JourneyStep]) -> JourneyStep | None:
    if place.key is None:
        return None
    step = steps.get(place.key)
    if step is None or place.way not in ("then", "else") or (place.way == "else" and not step.is_fork):
        raise Invalid(_("The step that it should follow is not there any more. Choose another place."), field="after")
    return step


def _following(version: JourneyVersion, before: JourneyStep | None, place: Place) -> int | None:
    if before is None:
        return version.first_key
    return before.then_key if place.way == "then" else before.else_key


def _lead_to(key: int, version: JourneyVersion, before: JourneyStep | None, place: Place) -> None:
    if before is None:
        version.first_key = key
        return
    setattr(before, "then_key" if place.way == "then" else "else_key", key)
    before.save(update_fields=["then_key", "else_key"])


def _known(key: int | None, steps: dict[int, JourneyStep], field: str) -> int | None:
    if key is not None and key not in steps:
        raise Invalid(_("That step is not there any more. Choose another one."), field=field)
    return key


# --- What each kind asks -----------------------------------------------------------------------------------------------


def _write_fields(step: JourneyStep, version: JourneyVersion, fields: dict[str, Any]) -> None:
    """Those of its kind, each checked; what is left out stays as it is, and what has to be there is asked for."""
    checks = _OF_KIND[StepKind(step.kind)]
    for name, value in fields.items():
        if name not in checks:
            known = ", ".join(checks) or "–"
            words = {"name": name, "kind": step.get_kind_display(), "known": known}
            raise Invalid(_("A step “%(kind)s” has no “%(name)s”. It has: %(known)s.") % words, field=name)
        setattr(step, name, value)
    for name, check in checks.items():
        setattr(step, name, check(getattr(step, name), version))


def _announcement(value: Announcement | None, version: JourneyVersion) -> Announcement:
    if value is None:
        raise Invalid(_("Choose the announcement that it sends."), field="announcement")
    if value.programme_id != version.journey.programme_id:
        raise Invalid(_("“%(title)s” belongs to another programme.") % {"title": value}, field="announcement")
    if not value.by_journey:
        sentence = _("“%(title)s” goes to its whole segment. Choose one that goes by journeys only.")
        raise Invalid(sentence % {"title": value}, field="announcement")
    return value


def _survey(value: Survey | None, version: JourneyVersion) -> Survey:
    if value is None or value.is_interview:
        raise Invalid(_("Choose a survey that partners answer."), field="survey")
    return value


def _course(value: str, version: JourneyVersion) -> str:
    known = dict(course_choices())
    if value not in known:
        raise unknown(value, known, "course")
    return value


def _text(value: str, version: JourneyVersion) -> str:
    text = check_line(value, "text", longest=200)
    if not text:
        raise Invalid(_("Say what is to be done or told."), field="text")
    return text


def _days(value: int | None, version: JourneyVersion) -> int:
    if value is None or isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= DAYS_AT_MOST:
        raise Invalid(_("Say how many days: a number from 1 to %(most)d.") % {"most": DAYS_AT_MOST}, field="days")
    return value


def _days_or_none(value: int | None, version: JourneyVersion) -> int | None:
    return None if value is None else _days(value, version)


def _rule(value: dict | None, version: JourneyVersion) -> dict:
    if not value or value == {"all": []}:
        raise Invalid(_("Say for which partners it holds: choose a segment, or add a condition."), field="rule")
    check_rule(value)
    return value


def _yes_or_no(value: bool, version: JourneyVersion) -> bool:
    return bool(value)


Check = Callable[[Any, JourneyVersion], Any]
_OF_KIND: dict[StepKind, dict[str, Check]] = {
    StepKind.ANNOUNCEMENT: {"announcement": _announcement},
    StepKind.TASK: {"text": _text, "days": _days_or_none, "is_shared": _yes_or_no},
    StepKind.TASK_DONE: {"text": _text, "days": _days, "is_shared": _yes_or_no},
    StepKind.SURVEY: {"survey": _survey},
    StepKind.COURSE: {"course": _course},
    StepKind.WAIT: {"days": _days},
    StepKind.WAIT_UNTIL: {"rule": _rule, "days": _days},
    StepKind.BRANCH: {"rule": _rule},
    StepKind.NOTIFY: {"text": _text},
}


def fields_of(kind: str) -> tuple[str, ...]:
    return tuple(_OF_KIND[StepKind(kind)])
