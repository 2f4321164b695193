"""What stands in the way of sending, from when it was noticed until it was over. At most one is open for each rule and subject."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    STOOD_STILL = "stood_still", _("Nothing ran")
    WAITS_LONG = "waits_long", _("Waits too long")
    CHUNK_FAILS = "chunk_fails", _("Fails again and again")
    IN_DOUBT = "in_doubt", _("In doubt")
    MANY_FAIL = "many_fail", _("Many fail")
    MAILBOX_AWAY = "mailbox_away", _("What came back cannot be fetched")
    COUNTERS_DIFFERED = "counters_differed", _("Sums that differed")
    CADENCE_BROKEN = "cadence_broken", _("A promise of cadence is broken")
    HITS_UNREAD = "hits_unread", _("Tracking hits are not read")


class AlarmQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)


class Alarm(models.Model):
    """`subject` says what it is about, such as `announcement:12`; it is empty where it is about all of sending."""

    rule = models.CharField(_("rule"), max_length=20, choices=Rule.choices)
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    sentence = models.CharField(_("sentence"), max_length=300)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    held_at = models.DateTimeField(_("last seen"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True)
    told_opening_at = models.DateTimeField(null=True)
    told_closing_at = models.DateTimeField(null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-opened_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], condition=models.Q(closed_at=None), name="one_open_alarm_a_subject")
        ]

    def __str__(self) -> str:
        return self.sentence


class AlarmLook(models.Model):
    """When it was last looked for alarms: one row. A long time between two looks is a trouble of its own."""

    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.at)
