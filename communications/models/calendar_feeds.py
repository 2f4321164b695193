"""An address under which somebody's own calendar program reads what is planned. Whoever knows it may read it, so only its hash is
kept: it is shown once, and can be revoked."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class CalendarFeedQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None)


class CalendarFeed(PublicModel):
    """Of a manager, or of a person at a partner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="calendar_feeds", editable=False
    )
    contact = models.ForeignKey(
        "partners.Contact", null=True, on_delete=models.CASCADE, related_name="calendar_feeds", editable=False
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, contact=None) | models.Q(user=None, contact__isnull=False),
                name="calendar_feed_of_one_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.user or self.contact)
