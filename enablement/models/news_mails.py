"""Mails that gather what is new for one person: with ideas, in drafting rooms, of certificates that run out."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enablement.models.certificates import Certificate
from partners.models import Contact


class NewsMail(models.Model):
    """One mail to one person. Committed as sending before it is handed over, so it never goes twice."""

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=20)  # the key of the `NewsSource` that wrote it
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mail about what is new")
        verbose_name_plural = _("mails about what is new")
        indexes = [
            models.Index(fields=["at"], condition=Q(state="sending"), name="news_mail_open"),
            models.Index(fields=["address", "at"], condition=Q(state="sent"), name="news_mail_to_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_state_display()}"


class RenewalNotice(models.Model):
    """That somebody hears of a certificate that runs out in so many days, once. `told_at` is empty until they did."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="notices")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a certificate that runs out")
        verbose_name_plural = _("notices of certificates that run out")
        constraints = [models.UniqueConstraint(fields=["certificate", "contact", "days"], name="renewal_told_once")]
        indexes = [models.Index(fields=["contact"], condition=Q(told_at=None), name="renewal_to_tell")]

    def __str__(self) -> str:
        return f"{self.certificate} · {self.days}"
