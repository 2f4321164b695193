from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkCheckQuerySet(models.QuerySet):
    def due(self):
        """Asked for, and not looked at since."""
        return self.filter(models.Q(checked_at=None) | models.Q(checked_at__lt=models.F("asked_at")))


class LinkCheck(models.Model):
    """What came of following a link that stands in a text: one row for each address, looked at when a person asks."""

    url = models.CharField(max_length=2000, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    is_fine = models.BooleanField(default=False)
    sentence = models.CharField(_("what came of it"), max_length=300, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        default_permissions = ()
        indexes = [models.Index(fields=["asked_at"], name="link_check_open", condition=models.Q(checked_at=None))]

    def __str__(self) -> str:
        return self.url

    @property
    def is_waiting(self) -> bool:
        return self.checked_at is None or self.checked_at < self.asked_at
