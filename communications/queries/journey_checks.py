"""What keeps a draft of a journey from being published, each thing in a sentence."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.journey_courses import course_choices
from communications.models import JourneyStep, JourneyVersion, Kind, State, StepKind
from communications.queries.journey_steps import Steps, circle_in, never_reached, steps_of
from context.models import Survey, SurveyState
from context.rules import Lookups, read_rule

# What is said in these has to reach everybody.
NEVER_KEPT_BACK = (Kind.POLICY, Kind.CRISIS, Kind.SECURITY_ADVISORY)
_OPEN = (State.APPROVED, State.SCHEDULED, State.SENDING, State.SENT)


def problems_of(version: JourneyVersion) -> list[str]:
    steps = steps_of(version)
    if version.first_key is None or not steps:
        return [_("It has no steps yet. Add the first one.")]
    found = [*_in_the_graph(version, steps), *_in_who_enters(version)]
    lookups = Lookups()
    for step in steps.values():
        found += _in_a_step(step, version, lookups)
    return found


def refuse_circle(steps: Steps) -> None:
    if circle := circle_in(steps):
        names = " → ".join(f"“{step.name}”" for step in circle)
        raise Invalid(
            _("A journey does not go round in a circle: %(circle)s. Let one of them go on elsewhere.") % {"circle": names},
            code="circle", field="then",
        )  # fmt: skip


def _in_the_graph(version: JourneyVersion, steps: Steps) -> Iterator[str]:
    try:
        refuse_circle(steps)
    except Invalid as refusal:
        yield str(refusal)
    for step in never_reached(version.first_key, steps):
        yield _("Nothing leads to “%(name)s”. Let a step go on to it, or take it out.") % {"name": step.name}


def _in_who_enters(version: JourneyVersion) -> Iterator[str]:
    for segment in filter(None, (version.segment, version.exit_segment)):
        try:
            read_rule(segment.rule)
        except Invalid as refusal:
            yield _("The segment “%(name)s” can no longer be asked: %(why)s") % {"name": segment, "why": refusal}


def _in_a_step(step: JourneyStep, version: JourneyVersion, lookups: Lookups) -> Iterator[str]:
    if step.kind == StepKind.ANNOUNCEMENT:
        yield from _in_an_announcement(step, version)
    elif step.kind == StepKind.SURVEY and step.survey.state != SurveyState.OPEN:
        yield _("“%(step)s” asks the survey “%(title)s”, which is not open. Publish the survey first.") % {
            "step": step.name, "title": step.survey,
        }  # fmt: skip
    elif step.kind == StepKind.COURSE and step.course not in dict(course_choices()):
        yield _("The course of “%(step)s” is not there any more. Choose another one.") % {"step": step.name}
    elif step.rule is not None:
        try:
            read_rule(step.rule, lookups=lookups)
        except Invalid as refusal:
            yield _("“%(step)s” can no longer be asked: %(why)s") % {"step": step.name, "why": refusal}


def _in_an_announcement(step: JourneyStep, version: JourneyVersion) -> Iterator[str]:
    announcement = step.announcement
    words = {"step": step.name, "title": announcement}
    if announcement.state == State.PAUSED:
        yield _("“%(title)s” of the step “%(step)s” is paused. Resume it first.") % words
    elif announcement.state not in _OPEN:
        yield _("“%(title)s” of the step “%(step)s” is not approved yet. Have it approved first.") % words
    elif announcement.expires_at and announcement.expires_at <= timezone.now():
        yield _("“%(title)s” of the step “%(step)s” has expired. Choose another one.") % words
    if version.holdout_percent and announcement.kind in NEVER_KEPT_BACK:
        yield _("“%(title)s” has to reach everybody, so nobody may be held out. Set the percent held out to 0.") % words


def surveys_to_choose():
    """Those that partners answer, also before they are published."""
    return Survey.objects.filter(mode=Survey.Mode.SURVEY).exclude(state=SurveyState.CLOSED).order_by("title", "pk")
