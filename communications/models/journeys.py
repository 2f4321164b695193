"""A journey: what partners of a segment go through step by step. A version is frozen when it is published; each partner on the way
has one row, which says where it is and when it is due."""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement
from communications.models.objectives import Objective
from context.models import Segment, Survey
from partners.models import Partner, Programme

HOLDOUT_AT_MOST = 50
DAYS_AT_MOST = 730


class JourneyPurpose(models.TextChoices):
    ONBOARDING = "onboarding", _("Onboarding")
    ENABLEMENT = "enablement", _("Enablement")
    MARKETING = "marketing", _("Marketing and selling")
    RENEWAL = "renewal", _("Renewal")
    POLICY = "policy", _("Policy or programme change")
    CRISIS = "crisis", _("Crisis")


# What everybody has to be told is kept from nobody to find out what it does.
NEVER_HELD_OUT = (JourneyPurpose.ONBOARDING, JourneyPurpose.POLICY, JourneyPurpose.CRISIS)


class JourneyState(models.TextChoices):
    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


JOURNEY_MAY_BECOME: dict[str, tuple[str, ...]] = {
    JourneyState.DRAFT: (JourneyState.RUNNING, JourneyState.ENDED),
    JourneyState.RUNNING: (JourneyState.PAUSED, JourneyState.ENDED),
    JourneyState.PAUSED: (JourneyState.RUNNING, JourneyState.ENDED),
    JourneyState.ENDED: (),
}


class JourneyQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_journey")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()


class Journey(PublicModel):
    """`published` is the number of the version that partners enter now; 0 while there is none."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="journeys")
    name = models.CharField(_("name"), max_length=120)
    reason = models.TextField(_("why"), blank=True)
    purpose = models.CharField(_("what it is for"), max_length=20, choices=JourneyPurpose.choices)
    objective = models.ForeignKey(
        Objective, verbose_name=_("objective"), null=True, blank=True, on_delete=models.PROTECT, related_name="journeys",
        help_text=_("What it should bring about. It is counted at those who went through it and at those held out."),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="journeys",
        help_text=_("Gets the tasks of partners who have no manager."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=20, choices=JourneyState.choices, default=JourneyState.DRAFT, editable=False)
    published = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(_("what keeps it from going on"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="journey_once_per_programme")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == JourneyState.RUNNING

    @property
    def has_ended(self) -> bool:
        return self.state == JourneyState.ENDED

    @property
    def may_hold_out(self) -> bool:
        return self.purpose not in NEVER_HELD_OUT


class JourneyVersion(models.Model):
    """Who enters and leaves, and the steps. A draft until it is published; then `rule` and `exit_rule` are copies of what its
    segments said, and nothing of it changes any more."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    segment = models.ForeignKey(Segment, verbose_name=_("who enters"), on_delete=models.PROTECT, related_name="+")
    exit_segment = models.ForeignKey(
        Segment, verbose_name=_("who leaves"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rule = models.JSONField(null=True, editable=False)
    exit_rule = models.JSONField(null=True, editable=False)
    again_after_days = models.PositiveSmallIntegerField(
        _("again, so many days after it ended"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(DAYS_AT_MOST)], help_text=_("Empty: a partner enters once."),
    )  # fmt: skip
    holdout_percent = models.PositiveSmallIntegerField(
        _("percent held out"), default=0, validators=[MaxValueValidator(HOLDOUT_AT_MOST)],
        help_text=_("They go through nothing, so that it shows what the journey does."),
    )  # fmt: skip
    first_key = models.PositiveSmallIntegerField(null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a journey")
        verbose_name_plural = _("versions of journeys")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once"),
            models.UniqueConstraint(fields=["journey"], condition=Q(published_at=None), name="one_draft_of_a_journey"),
            models.CheckConstraint(condition=Q(holdout_percent__lte=HOLDOUT_AT_MOST), name="journey_holds_out_at_most_half"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(rule__isnull=False, first_key__isnull=False), name="journey_published_whole"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_journey_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.journey} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def entry_asked(self) -> dict:
        """Who enters: by the copy once it is published, else by what the segment says today."""
        return self.segment.rule if self.rule is None else self.rule

    @property
    def exit_asked(self) -> dict | None:
        return self.exit_rule if not self.is_draft or self.exit_segment is None else self.exit_segment.rule


class StepKind(models.TextChoices):
    ANNOUNCEMENT = "announcement", _("Announcement")
    TASK = "task", _("Task")
    TASK_DONE = "task_done", _("Task to be done first")
    SURVEY = "survey", _("Survey")
    COURSE = "course", _("Course")
    WAIT = "wait", _("Wait")
    WAIT_UNTIL = "wait_until", _("Wait until")
    BRANCH = "branch", _("Branch")
    NOTIFY = "notify", _("Notify manager")


WAITING = (StepKind.WAIT_UNTIL, StepKind.TASK_DONE)
FORKS = (StepKind.BRANCH, *WAITING)
_FROZEN = """
    IF EXISTS (SELECT 1 FROM communications_journeyversion AS version
               WHERE version.id = {row}.version_id AND version.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published version of a journey is frozen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN {row};
"""


class JourneyStep(models.Model):
    """`key` names the step in all versions of its journey. `then_key` is the step that follows, `else_key` the one where a branch
    does not hold or the waiting took too long; without one, the journey ends there. Of a wait `days` is how long, of a wait until
    at most how long, of a task until it is due, of a task to be done first both."""

    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="steps")
    key = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind.choices)
    name = models.CharField(_("name"), max_length=80)
    announcement = models.ForeignKey(Announcement, null=True, blank=True, on_delete=models.PROTECT, related_name="journey_steps")
    survey = models.ForeignKey(Survey, null=True, blank=True, on_delete=models.PROTECT, related_name="journey_steps")
    course = models.CharField(_("course"), max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    is_shared = models.BooleanField(_("shared with the partner"), default=False)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    rule = models.JSONField(_("partners where"), null=True, blank=True)
    then_key = models.PositiveSmallIntegerField(null=True)
    else_key = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("step of a journey")
        verbose_name_plural = _("steps of journeys")
        ordering = ["version", "key"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="journey_step_once")]
        triggers = [
            pgtrigger.Trigger(
                name="steps_frozen_once_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Insert,
                func=_FROZEN.format(row="NEW"),
            ),
            pgtrigger.Trigger(
                name="no_step_taken_out_of_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=_FROZEN.format(row="OLD"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_fork(self) -> bool:
        return self.kind in FORKS


class RunState(models.TextChoices):
    UNDER_WAY = "under_way", _("under way")
    FINISHED = "finished", _("went through")
    LEFT = "left", _("left before the end")
    HELD_OUT = "held_out", _("held out")


class RunQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or not user.has_perm("communications.view_journey"):
            return self.none()
        if user.is_staff and user.has_perm("partners.view_all_partners"):
            return self
        return self.filter(partner__in=Partner.objects.visible_to(user))

    def under_way(self):
        return self.filter(state=RunState.UNDER_WAY)


class JourneyRun(models.Model):
    """One partner's way through a journey, for the `nth` time. It is at the step `step_key` and has something to do from `due_at`
    on; `is_watching` while it waits until something holds, which is looked at again when something happened to the partner."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="runs", db_index=False)
    version = models.ForeignKey(JourneyVersion, on_delete=models.PROTECT, related_name="runs", db_index=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="journey_runs")
    nth = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=12, choices=RunState.choices, default=RunState.UNDER_WAY)
    step_key = models.PositiveSmallIntegerField(null=True)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    since = models.DateTimeField(_("there since"), default=timezone.now)
    due_at = models.DateTimeField(null=True)
    is_watching = models.BooleanField(default=False)
    ended_at = models.DateTimeField(_("ended"), null=True)
    why = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("way through a journey")
        verbose_name_plural = _("ways through journeys")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "partner", "nth"], name="journey_run_once"),
            models.UniqueConstraint(
                fields=["journey", "partner"], condition=Q(state="under_way"), name="one_way_through_a_journey_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="under_way", ended_at=None, due_at__isnull=False, step_key__isnull=False)
                | Q(state="held_out", step_key=None, due_at=None)
                | Q(state__in=["finished", "left"], ended_at__isnull=False, due_at=None),
                name="journey_run_is_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="under_way"), name="journey_run_due"),
            models.Index(fields=["version", "step_key"], condition=Q(state="under_way"), name="journey_run_by_step"),
            models.Index(fields=["partner"], condition=Q(is_watching=True), name="journey_run_watching"),
            models.Index(fields=["journey", "state"], name="journey_run_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.journey_id}/{self.partner_id}: {self.state}"


class StepOutcome(models.TextChoices):
    DONE = "done", _("done")
    YES = "yes", _("it holds")
    NO = "no", _("it does not hold")
    TIMED_OUT = "timed_out", _("waited long enough")
    NOBODY = "nobody", _("for nobody there")
    SKIPPED = "skipped", _("passed over")
    MOVED = "moved", _("moved to another version")


class JourneyPass(models.Model):
    """A step that a run has behind it. `answers` are those to each part of the step's rule, a letter each, in the order of
    `context.rules.ask_many`, so that it can be told which of them decided."""

    run = models.ForeignKey(JourneyRun, on_delete=models.CASCADE, related_name="passes", db_index=False)
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("what came of it"), max_length=12, choices=StepOutcome.choices)
    answers = models.CharField(max_length=250, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step taken")
        verbose_name_plural = _("steps taken")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="journey_step_taken_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.step_id}: {self.outcome}"


class JourneyNoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_journey")
        return self.filter(partner__in=Partner.objects.visible_to(user)) if may else self.none()


class JourneyNotice(PublicModel):
    """What a step told the manager of a partner: it waits on their first page, and in their daily summary, until it was seen."""

    run = models.ForeignKey(JourneyRun, on_delete=models.CASCADE, related_name="notices")
    step = models.ForeignKey(JourneyStep, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("manager"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True)

    objects = JourneyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of a journey")
        verbose_name_plural = _("notices of journeys")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="journey_notice_once")]
        indexes = [models.Index(fields=["manager"], condition=Q(seen_at=None), name="journey_notice_unseen")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.step_id}"
