"""A partner's admin reminds a colleague of what waits for their acknowledgement."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement
from partners.models import Contact


class ReadingReminder(models.Model):
    """Of one person about one announcement, once a day. It waits until their quiet hours are over and their budget of attention
    allows it; committed as sending before it is handed over, so it never goes twice. `not_before` of one that was sent is when."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        NEEDLESS = "needless", _("not needed any more")

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    day = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("reminder to read")
        verbose_name_plural = _("reminders to read")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "contact", "day"], name="reminded_to_read_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="reading_reminder_waiting"),
            models.Index(fields=["address", "not_before"], condition=Q(state="sent"), name="reading_reminder_to_address"),
        ]

    def __str__(self) -> str:
        return str(self.announcement)
