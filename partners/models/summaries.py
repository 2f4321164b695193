"""The daily summary: one row for each manager and day, so that it is sent once, and who does not want it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DailySummary(models.Model):
    """`day` is the manager's own. A row without `sent_at` says that there was nothing to tell that day."""

    manager = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    told_at = models.DateTimeField(_("looked at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("daily summary")
        verbose_name_plural = _("daily summaries")
        constraints = [models.UniqueConstraint(fields=["manager", "day"], name="one_summary_a_day")]

    def __str__(self) -> str:
        return f"{self.manager} {self.day}"


class SummaryRefusal(models.Model):
    """This manager wants no summary by mail."""

    manager = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="no_summary")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("refusal of the summary")
        verbose_name_plural = _("refusals of the summary")

    def __str__(self) -> str:
        return str(self.manager)
