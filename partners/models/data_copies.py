"""A copy of everything that is held about a person and their organisation, made for that person alone and kept for a few days."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.contacts import Contact


class DataCopyQuerySet(models.QuerySet):
    def of(self, contact: Contact, user):
        """The one login that asked for it, and nobody else, whatever their role."""
        return self.filter(contact=contact, asked_by=user)


class DataCopy(PublicModel):
    class State(models.TextChoices):
        ASKED = "asked", _("being put together")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="data_copies")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ASKED)
    file = models.FileField(_("file"), upload_to="copies/", blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ready_at = models.DateTimeField(_("ready"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)

    objects = DataCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of what is held")
        verbose_name_plural = _("copies of what is held")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "asked_by"], condition=models.Q(state="asked"), name="one_copy_asked_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="data_copy_by_expiry")]

    def __str__(self) -> str:
        return f"{self.contact_id}, {self.asked_at:%Y-%m-%d}"

    @property
    def may_be_fetched(self) -> bool:
        return self.state == self.State.READY and self.expires_at is not None and self.expires_at > timezone.now()
