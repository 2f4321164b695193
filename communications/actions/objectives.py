"""What communication is for: setting an objective, and changing what it wants."""

from contextlib import AbstractContextManager
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from communications.models import Objective
from communications.outcomes import outcome_kinds, outcome_named
from context.models import Segment
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_line, check_text
from partners.actions.programmes import default_programme
from partners.models import Programme

TARGET_AT_MOST = 100_000_000


@transaction.atomic
def create_objective(
    *, by: User, name: str, starts_on, ends_on, outcome: str, target: int, parameter: str = "", reason: str = "",
    owner: User | None = None, programme: Programme | None = None, segments: list[Segment] | None = None,
) -> Objective:  # fmt: skip
    values = check_fields(
        CHECKS,
        {"name": name, "reason": reason, "starts_on": starts_on, "ends_on": ends_on, "outcome": outcome, "parameter": parameter,
         "target": target, "owner": owner or by},
    )  # fmt: skip
    objective = Objective(programme=programme or default_programme(), **values)
    _check_whole(objective)
    with _name_is_free(objective):
        objective.save()
    objective.segments.set(segments or [])
    record_activity("objective.set", f"Objective “{objective}” was set", by=by, subject=objective)
    return objective


@transaction.atomic
def change_objective(objective: Objective, *, by: User, **fields) -> Objective:
    segments = fields.pop("segments", None)
    values = check_fields(CHECKS, fields)
    current = Objective.objects.select_for_update().get(pk=objective.pk)
    with _name_is_free(current):
        changed = write_changes(current, values, check=_check_whole)
    words = [in_words(current, changed)] if changed else []
    if segments is not None and {each.pk for each in segments} != set(current.segments.values_list("pk", flat=True)):
        current.segments.set(segments)
        words.append(_("for whom"))
    if words:
        sentence = f"Objective “{current}”: {', '.join(words)} changed"
        record_activity("objective.changed", sentence, by=by, subject=current, data={"changes": changed or {}})
    objective.refresh_from_db()
    return objective


def _check_outcome(value) -> str:
    if outcome_named(value) is None:
        known = ", ".join(kind.key for kind in outcome_kinds())
        words = {"value": str(value)[:60], "known": known}
        raise Invalid(_("“%(value)s” is nothing that can be counted. Known are: %(known)s.") % words, field="outcome")
    return value


def _check_target(value) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= TARGET_AT_MOST:
        raise Invalid(_("Say how many are wanted: a whole number, at least 1."), field="target")
    return value


def _check_owner(value: User) -> User:
    if value is not None and not (value.is_staff and value.is_active):
        raise Invalid(_("An objective belongs to a manager; %(name)s is none.") % {"name": value}, field="owner")
    return value


CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "reason": partial(check_text, field="reason", longest=4000),
    "starts_on": lambda value: value,
    "ends_on": lambda value: value,
    "outcome": _check_outcome,
    "parameter": partial(check_line, field="parameter", longest=120),
    "target": _check_target,
    "owner": _check_owner,
}


def _check_whole(objective: Objective) -> None:
    """What only holds together: the two days, and the outcome with what it is of."""
    if objective.starts_on is None or objective.ends_on is None:
        raise Invalid(_("Say from which day to which day."), field="starts_on" if objective.starts_on is None else "ends_on")
    if objective.ends_on < objective.starts_on:
        raise Invalid(_("It would end before it begins. Choose a later last day."), field="ends_on")
    kind = outcome_named(objective.outcome)
    if kind is None:
        return
    if kind.needs_parameter and not objective.parameter:
        raise Invalid(_("Say of what: “%(kind)s” needs it.") % {"kind": kind.label}, field="parameter")
    if objective.parameter and objective.parameter not in dict(kind.choices()):
        sentence = _("“%(value)s” is nothing that “%(kind)s” can be of. Choose one of the list, or leave it empty.")
        raise Invalid(sentence % {"value": objective.parameter[:60], "kind": kind.label}, field="parameter")


def _name_is_free(objective: Objective) -> AbstractContextManager:
    sentence = _("%(programme)s already has an objective of this name.") % {"programme": objective.programme}
    return unless_taken(Invalid(sentence, code="duplicate", field="name"), "objective_once_per_programme")
