"""What stays here of announcements whose deliveries were taken out of the database: where the rows are, and every figure that a
report counted from them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement


class DeliveryArchive(models.Model):
    """A thousand of announcements by their ids, from `first` on, written to files of this name and emptied here."""

    first = models.BigIntegerField()
    name = models.CharField(max_length=100, unique=True)
    deliveries = models.BigIntegerField()
    events = models.BigIntegerField()
    digests = models.JSONField(help_text=_("SHA-256 of each file."))
    archived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("archive of deliveries")
        verbose_name_plural = _("archives of deliveries")

    def __str__(self) -> str:
        return self.name


class ArchivedReport(models.Model):
    """What a report said at the moment of archiving: `breakdown` by group, `links` as (people, machines) in the order of the text,
    and which partners were `reached`."""

    announcement = models.OneToOneField(Announcement, primary_key=True, on_delete=models.CASCADE, related_name="archived_report")
    archive = models.ForeignKey(DeliveryArchive, on_delete=models.PROTECT, related_name="reports")
    breakdown = models.JSONField()
    links = models.JSONField()
    reached = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("archived report")
        verbose_name_plural = _("archived reports")

    def __str__(self) -> str:
        return f"{self.announcement_id} in {self.archive}"
