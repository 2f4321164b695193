"""The lifecycle: what lets a partner into a stage and out of it, how long that usually takes, and every move with its reason."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.criteria import Criterion
from partners.models import Enrolment, Programme, Stage


class StageCriterion(Criterion):
    class Side(models.TextChoices):
        ENTRY = "entry", _("to enter")
        EXIT = "exit", _("to leave")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stage_criteria")
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)

    class Meta(Criterion.Meta):
        verbose_name = _("stage criterion")
        verbose_name_plural = _("stage criteria")
        indexes = [models.Index(fields=["programme", "stage", "side"], name="stage_criteria_by_stage")]


class StagePace(models.Model):
    """After how many days in a stage a partner counts as stuck."""

    USUAL_DAYS = 90

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="stage_paces")
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        verbose_name = _("pace of a stage")
        verbose_name_plural = _("paces of stages")
        constraints = [models.UniqueConstraint(fields=["programme", "stage"], name="one_pace_per_stage")]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.days}"


class StageMoveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(enrolment__in=Enrolment.objects.visible_to(user))


class StageMove(PublicModel):
    """Append-only. `evidence` lists the criteria that were asked, as `{label, words, holds, actual}`."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="stage_moves")
    from_stage = models.CharField(_("from"), max_length=20, choices=Stage.choices, blank=True)
    to_stage = models.CharField(_("to"), max_length=20, choices=Stage.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    evidence = models.JSONField(_("evidence"), default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = StageMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage move")
        verbose_name_plural = _("stage moves")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["enrolment", "-at", "-id"], name="stage_move_by_enrolment")]

    def __str__(self) -> str:
        return f"{self.get_from_stage_display() or '–'} → {self.get_to_stage_display() or '–'}"
