"""What happened: an append-only record that every app writes to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from activity.reach import partners_within_reach


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What happened to partners that the person may see, what they did themselves, and what is about no partner."""
        mine = Q(partner_id__in=partners_within_reach(user)) | Q(actor=user) | Q(partner_id=None)
        return self.filter(mine) if user.is_authenticated else self.none()

    def of_partner(self, partner_id: int):
        return self.filter(partner_id=partner_id)


class Activity(PublicModel):
    """One thing that happened. `subject` names the row it happened to, without a foreign key:
    the apps that own those rows lie above this one, and a record outlives its subject."""

    verb = models.CharField(_("what happened"), max_length=60)
    sentence = models.CharField(_("in words"), max_length=500)
    occurred_at = models.DateTimeField(_("when"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    partner_id = models.BigIntegerField(null=True, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(fields=["partner_id", "-occurred_at"]),
            models.Index(fields=["subject_type", "subject_id", "-occurred_at"]),
            models.Index(fields=["-occurred_at"]),
        ]

    def __str__(self) -> str:
        return self.sentence
