"""What did not fit into a person's budget, rolled up into one mail."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement
from partners.models import Contact


class Digest(models.Model):
    """A person has one that waits; what does not fit joins it. It is committed as `sending` before it is handed over, so that
    two workers never send it twice; what a crash left at that is in doubt, and is not sent again by itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("sending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        IN_DOUBT = "in_doubt", _("in doubt")
        EMPTY = "empty", _("nothing left to say")

    person = models.EmailField(_("person"), blank=True)
    contact = models.ForeignKey(Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(_("due"))
    begun_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    address = models.EmailField(blank=True, default="", db_default="", help_text=_("In small letters."))  # that it went to

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["person"], condition=Q(state="waiting"), name="one_digest_waits")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("waiting", "sending")), name="digest_open"),
            models.Index(fields=["address", "sent_at"], condition=Q(state="delivered"), name="digest_to_address"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_state_display()}"


class DigestItem(models.Model):
    """One announcement that waits for, or went with, a digest. Its delivery by mail says so, too."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    left_out = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("item of a digest")
        verbose_name_plural = _("items of digests")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["announcement", "contact"], name="rolled_up_once")]

    def __str__(self) -> str:
        return f"{self.announcement_id} → {self.digest_id}"
