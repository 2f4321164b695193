"""How far one person is in a lesson of a package: what the lesson told, by the words of SCORM 1.2."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enablement.models.lessons import Lesson
from enablement.models.participations import Participation


class RunStatus(models.TextChoices):
    NOT_ATTEMPTED = "not attempted", _("not begun")
    INCOMPLETE = "incomplete", _("begun")
    BROWSED = "browsed", _("looked at")
    COMPLETED = "completed", _("completed")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")


class PackageRun(models.Model):
    """`session` counts how often it was opened, and `session_key` names the window that has it now: what an older one tells is not
    taken. Times are whole seconds: `session_seconds` of this opening, `earlier_seconds` of those before."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="runs")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("standing"), max_length=13, choices=RunStatus.choices, default=RunStatus.NOT_ATTEMPTED)
    location = models.CharField(_("place in the lesson"), max_length=255, blank=True)
    suspend_data = models.TextField(_("what the lesson keeps"), max_length=4096, blank=True)
    notes = models.JSONField(_("what it noted"), default=dict, db_default={})  # as `runtime_notes` has it
    score_raw = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    score_min = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    score_max = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    exit = models.CharField(max_length=8, blank=True)
    earlier_seconds = models.PositiveIntegerField(default=0)
    session_seconds = models.PositiveIntegerField(default=0)
    session = models.PositiveIntegerField(default=0)
    session_key = models.UUIDField(default=uuid.uuid4)
    is_finished = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("run of a package")
        verbose_name_plural = _("runs of packages")
        constraints = [models.UniqueConstraint(fields=["participation", "lesson"], name="one_run_of_a_lesson")]

    def __str__(self) -> str:
        return f"{self.participation}: {self.lesson}"

    @property
    def is_done(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.PASSED)

    @property
    def seconds(self) -> int:
        return self.earlier_seconds + self.session_seconds
