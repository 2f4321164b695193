"""What people looked for and did not find."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MissedSearch(models.Model):
    """The words, how often and when; nobody is named."""

    text = models.CharField(_("looked for"), max_length=200)
    language = models.CharField(_("language"), max_length=16, default="en")
    times = models.PositiveIntegerField(_("times"), default=0)
    people = models.PositiveIntegerField(_("people"), default=0)
    first_at = models.DateTimeField(_("first"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    class Meta:
        verbose_name = _("search without a result")
        verbose_name_plural = _("searches without a result")
        ordering = ["-people", "-times", "-last_at", "-pk"]
        default_permissions = ("view", "delete")
        constraints = [models.UniqueConstraint(fields=["text", "language"], name="search_missed_once")]

    def __str__(self) -> str:
        return self.text


class Missing(models.Model):
    """That somebody is counted already. `reader` is a hash of theirs that differs from one search to the next, so that rows tell
    nobody what one person looked for."""

    search = models.ForeignKey(MissedSearch, on_delete=models.CASCADE, related_name="+")
    reader = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["search", "reader"], name="search_missing_once")]

    def __str__(self) -> str:
        return self.reader
