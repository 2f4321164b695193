"""Mails that remind a partner's admin of what is to be confirmed: one row each, so that they stay few."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Contact


class Reminder(models.Model):
    """Written before the mail is handed over: a crash in between costs a reminder, and never sends one twice."""

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(_("address"), max_length=254)
    things = models.PositiveSmallIntegerField(_("things to confirm"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SENDING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [models.Index(fields=["address", "sent_at"], condition=~Q(address=""), name="reminder_to_address")]

    def __str__(self) -> str:
        return f"{self.address}: {self.things}"
