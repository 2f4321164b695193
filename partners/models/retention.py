"""For how long what is kept. `what` names one of the kinds that the apps register in `partners.retention`."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionRule(models.Model):
    what = models.CharField(_("what"), max_length=60, unique=True)
    days = models.PositiveIntegerField(_("kept for (days)"), validators=[MinValueValidator(1)])
    is_active = models.BooleanField(
        _("runs each night"), default=False, help_text=_("Look at the preview first: what is removed is gone.")
    )
    last_run_at = models.DateTimeField(_("last run"), null=True, blank=True, editable=False)
    last_count = models.PositiveIntegerField(_("removed then"), default=0, editable=False)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["what"]

    def __str__(self) -> str:
        return self.what
