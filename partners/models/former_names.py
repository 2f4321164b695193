"""What a partner was called before: still found by search, still shown beside what happened then."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner


class FormerName(models.Model):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200)
    until = models.DateTimeField(_("until"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["-until", "-pk"]
        indexes = [GinIndex(fields=["name"], name="former_name_trigram", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.name
