"""The life of a journey: begun, given versions, published, paused, ended.

Its steps are written in `journey_steps`; who enters them is in `journey_entries`, who goes through them in
`journey_engine`."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from activity.uniqueness import unless_taken
from communications.actions.announcements import schedule_announcement
from communications.actions.journey_moves import move_runs, plan_of_moves
from communications.models import (
    Announcement,
    Journey,
    JourneyPurpose,
    JourneyRun,
    JourneyState,
    JourneyStep,
    JourneyVersion,
    Objective,
    RunState,
    State,
)
from communications.models.journeys import DAYS_AT_MOST, HOLDOUT_AT_MOST, JOURNEY_MAY_BECOME
from communications.queries.journey_checks import problems_of
from context.models import Segment
from context.rules import frozen_rules
from partners.actions.changes import check_fields
from partners.actions.checks import check_choice, check_line, check_text, unknown
from partners.actions.programmes import default_programme
from partners.models import Programme

EVERYONE = {"all": []}
STAY, MOVE = "stay", "move"


@transaction.atomic
def create_journey(
    *, by: User, name: str, purpose: str, segment: Segment, programme: Programme | None = None, reason: str = "",
    objective: Objective | None = None, owner: User | None = None, exit_segment: Segment | None = None,
    again_after_days: int | None = None, holdout_percent: int = 0,
) -> Journey:  # fmt: skip
    """With its first version, a draft without steps."""
    values = check_fields(
        _CHECKS, {"name": name, "purpose": purpose, "reason": reason, "objective": objective, "owner": owner or by}
    )
    journey = Journey(programme=programme or default_programme(), **values)
    _check_objective(journey)
    _save_once(journey)
    version = JourneyVersion(
        journey=journey, number=1, segment=segment, exit_segment=exit_segment, again_after_days=again_after_days,
        holdout_percent=holdout_percent,
    )  # fmt: skip
    _check_version(version)
    version.save()
    record_activity("journey.created", _("Journey “%(name)s” was begun") % {"name": journey}, by=by, subject=journey)
    return journey


@transaction.atomic
def change_journey(journey: Journey, *, by: User, **fields) -> Journey:
    """What it is called and what it is for. Who enters belongs to a version, see `change_entry`."""
    current = _locked(journey)
    values = check_fields(_CHECKS, fields)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, values[name])
    _check_whole(current)
    if changed:
        _save_once(current)
        record_activity("journey.changed", _("Journey “%(name)s” was changed") % {"name": current}, by=by, subject=current)
    journey.refresh_from_db()
    return journey


@transaction.atomic
def change_entry(version: JourneyVersion, *, by: User, **fields) -> JourneyVersion:
    """Who enters, leaves, comes again and is held out, of a draft."""
    current = locked_draft(version)
    for name, value in fields.items():
        if name not in ("segment", "exit_segment", "again_after_days", "holdout_percent"):
            raise Invalid(_("“%(name)s” cannot be changed here.") % {"name": name}, field=name)
        setattr(current, name, value)
    _check_version(current)
    current.changed_at = timezone.now()
    current.save()
    return current


def locked_draft(version: JourneyVersion) -> JourneyVersion:
    current = JourneyVersion.objects.select_for_update(of=("self",)).select_related("journey", "segment").get(pk=version.pk)
    if not current.is_draft:
        raise Refused(
            _("Version %(n)d of “%(name)s” is published and stays as it is. Begin a new version to change it.")
            % {"n": current.number, "name": current.journey},
            code="frozen",
        )
    if current.journey.has_ended:
        raise Refused(_("“%(name)s” has ended. Begin another journey.") % {"name": current.journey})
    return current


@transaction.atomic
def begin_version(journey: Journey, *, by: User) -> JourneyVersion:
    """A draft with what the latest version has, to be changed."""
    current = _locked(journey)
    if current.has_ended:
        raise Refused(_("“%(name)s” has ended. Begin another journey.") % {"name": current})
    latest = current.versions.order_by("-number")[0]
    if latest.is_draft:
        raise Refused(_("Version %(n)d is a draft already; change that.") % {"n": latest.number}, code="draft_there")
    version = JourneyVersion.objects.create(
        journey=current, number=latest.number + 1, segment=latest.segment, exit_segment=latest.exit_segment,
        again_after_days=latest.again_after_days, holdout_percent=latest.holdout_percent, first_key=latest.first_key,
    )  # fmt: skip
    steps = list(latest.steps.all())
    for step in steps:
        step.pk, step.version, step._state.adding = None, version, True
    JourneyStep.objects.bulk_create(steps)
    sentence = _("Version %(n)d of the journey “%(name)s” was begun") % {"n": version.number, "name": current}
    record_activity("journey.version_begun", sentence, by=by, subject=current)
    return version


@transaction.atomic
def discard_version(version: JourneyVersion, *, by: User) -> None:
    """A draft that is not wanted after all; the journey goes with it where it has no other version."""
    current = locked_draft(version)
    journey = current.journey
    sentence = _("Version %(n)d of the journey “%(name)s” was thrown away") % {"n": current.number, "name": journey}
    record_activity("journey.version_discarded", sentence, by=by, subject=journey)
    current.delete()
    if not journey.versions.exists():
        journey.delete()


@dataclass(frozen=True)
class Published:
    """What publishing did: how many were moved to the new version."""

    version: JourneyVersion
    moved: int


@transaction.atomic
def publish_version(version: JourneyVersion, *, by: User, under_way: str = STAY) -> Published:
    """From now on partners enter this version. Those who are under way stay on theirs or, with MOVE, go on in this one, from where
    `plan_of_moves` says. Its announcements are opened for journeys. Raises with the first thing that is wrong."""
    if under_way not in (STAY, MOVE):
        raise unknown(under_way, (STAY, MOVE), "under_way")
    current = locked_draft(version)
    journey = _locked(current.journey)
    if problems := problems_of(current):
        raise Invalid(problems[0], code="not_ready")
    for announcement in Announcement.objects.filter(journey_steps__version=current, state=State.APPROVED).distinct():
        schedule_announcement(announcement, by=by)
    rule, _people = frozen_rules(current.segment.rule, EVERYONE)
    current.rule = rule
    current.exit_rule = frozen_rules(current.exit_segment.rule, EVERYONE)[0] if current.exit_segment else None
    current.published_at, current.published_by = timezone.now(), by
    current.save()
    moved = move_runs(journey, current) if under_way == MOVE else 0
    state = JourneyState.RUNNING if journey.state == JourneyState.DRAFT else journey.state
    Journey.objects.filter(pk=journey.pk).update(published=current.number, state=state, problem="")
    sentence = _("Version %(n)d of the journey “%(name)s” was published") % {"n": current.number, "name": journey}
    record_activity("journey.published", sentence, by=by, subject=journey, data={"version": current.number, "moved": moved})
    version.refresh_from_db()
    return Published(version, moved)


@transaction.atomic
def move_to_published(journey: Journey, *, by: User) -> int:
    """Take those who are under way on earlier versions to the one that is published. Returns how many."""
    current = _locked(journey)
    if not current.published:
        raise Refused(_("“%(name)s” is not published yet.") % {"name": current})
    version = current.versions.get(number=current.published)
    if not plan_of_moves(current, version):
        raise Refused(_("Everybody under way is on version %(n)d already.") % {"n": version.number})
    moved = move_runs(current, version)
    sentence = _("%(count)d partners under way in “%(name)s” were moved to version %(n)d")
    words = {"count": moved, "name": current, "n": version.number}
    record_activity("journey.moved", sentence % words, by=by, subject=current, data={"moved": moved})
    return moved


@transaction.atomic
def pause_journey(journey: Journey, *, by: User) -> None:
    """Nobody enters or goes on; where everybody is, is kept."""
    _move(journey, JourneyState.PAUSED, by=by)


@transaction.atomic
def resume_journey(journey: Journey, *, by: User) -> None:
    """Waiting went on meanwhile: whoever's time has come goes on at once."""
    if journey.state == JourneyState.DRAFT:
        raise Refused(_("“%(name)s” is a draft. Publish it first.") % {"name": journey}, code="state_forbids")
    _move(journey, JourneyState.RUNNING, by=by, problem="")


@transaction.atomic
def end_journey(journey: Journey, *, by: User, reason: str = "") -> int:
    """For good: those under way leave it where they are. Returns how many."""
    reason = check_line(reason, "reason", longest=200)
    now = timezone.now()
    _move(journey, JourneyState.ENDED, by=by, ended_at=now)
    why = _("The journey ended") + (f": {reason}" if reason else "")
    rows = JourneyRun.objects.filter(journey=journey).under_way()
    return rows.update(state=RunState.LEFT, ended_at=now, due_at=None, is_watching=False, why=why[:300])


def _move(journey: Journey, to: JourneyState, *, by: User, **changes) -> None:
    """The only way to another state: a conditional UPDATE. No row changed is a refusal."""
    current = _locked(journey)
    allowed = [state for state, targets in JOURNEY_MAY_BECOME.items() if to in targets]
    if not Journey.objects.filter(pk=current.pk, state__in=allowed).update(state=to, **changes):
        words = {"name": current, "state": current.get_state_display(), "to": to.label}
        raise Refused(_("“%(name)s” is %(state)s, so it cannot become %(to)s.") % words, code="state_forbids")
    sentence = _("Journey “%(name)s” is now %(state)s") % {"name": current, "state": to.label}
    record_activity(f"journey.{to}", sentence, by=by, subject=current)
    journey.refresh_from_db()


def _check_version(version: JourneyVersion) -> None:
    percent, days = version.holdout_percent, version.again_after_days
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= HOLDOUT_AT_MOST:
        raise Invalid(_("From 0 to %(most)d percent are held out.") % {"most": HOLDOUT_AT_MOST}, field="holdout_percent")
    if percent and not version.journey.may_hold_out:
        raise Invalid(
            _("Nobody is held out of a journey for “%(purpose)s”: everybody has to hear it.")
            % {"purpose": version.journey.get_purpose_display()},
            field="holdout_percent",
        )
    if days is not None and (isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= DAYS_AT_MOST):
        raise Invalid(_("The days are a number from 1 to %(most)d.") % {"most": DAYS_AT_MOST}, field="again_after_days")
    if version.exit_segment_id and version.exit_segment_id == version.segment_id:
        raise Invalid(_("Who enters would leave at once. Choose another segment to leave by."), field="exit_segment")


def _check_whole(journey: Journey) -> None:
    _check_objective(journey)
    if not journey.may_hold_out and journey.versions.filter(holdout_percent__gt=0).exists():
        raise Invalid(_("It holds partners out. Set that to 0 first: this has to reach everybody."), field="purpose")


def _check_objective(journey: Journey) -> None:
    if journey.objective_id and journey.objective.programme_id != journey.programme_id:
        raise Invalid(_("That objective belongs to another programme."), field="objective")


def _save_once(journey: Journey) -> None:
    sentence = _("This programme has a journey named “%(name)s” already; choose another name.") % {"name": journey.name}
    with unless_taken(Invalid(sentence, code="duplicate", field="name")):
        journey.save()


def _owner(owner: User | None) -> User | None:
    if owner is not None and not (owner.is_staff and owner.is_active):
        raise Invalid(_("Choose a manager who can sign in."), field="owner")
    return owner


def _locked(journey: Journey) -> Journey:
    return Journey.objects.select_for_update(of=("self",)).select_related("programme", "objective", "owner").get(pk=journey.pk)


_CHECKS = {
    "name": lambda value: check_line(value, "name", required=True, longest=120),
    "reason": lambda value: check_text(value, "reason"),
    "purpose": lambda value: check_choice(value, JourneyPurpose, "purpose"),
    "objective": lambda value: value,
    "owner": _owner,
}
