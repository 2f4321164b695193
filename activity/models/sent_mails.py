"""Mails to one person that have no row of their own, such as a code to sign in with or an invitation."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SentMail(models.Model):
    """One mail; `address` is in small letters. `about_id` is the row that it is about, of whatever table its kind says."""

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=12)  # the key of a `NoticeKind`
    about_id = models.BigIntegerField(null=True)
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mail to one person")
        verbose_name_plural = _("mails to one person")
        default_permissions = ()
        indexes = [models.Index(fields=["address", "at"], condition=~Q(address=""), name="sent_mail_to_address")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"
