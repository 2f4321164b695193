"""Who was seen in a meeting, from when until when, as a file or a conference service told it; and what was taken already."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.invitees import How, Invitee
from collaboration.models.meetings import Meeting


class Presence(models.Model):
    """One stay of somebody. Without an invitee it is a stranger's, who is listed and never made a contact by itself. A stay whose
    end is not told yet has none; one told by its length alone has neither."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presences")
    invitee = models.ForeignKey(Invitee, null=True, blank=True, on_delete=models.CASCADE, related_name="presences")
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    how = models.CharField(_("known from"), max_length=12, choices=How.choices)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["joined_at", "pk"]
        indexes = [models.Index(fields=["meeting", "address"], name="presence_of_address")]

    def __str__(self) -> str:
        return self.name or self.address


class AttendanceFile(models.Model):
    """What was read from a file, between its preview and its import; gone with either."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="attendance_file")
    name = models.CharField(_("file"), max_length=200)
    stays = models.JSONField(default=list)
    unread = models.PositiveIntegerField(_("lines that could not be read"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attendance file")
        verbose_name_plural = _("attendance files")

    def __str__(self) -> str:
        return self.name


class ToldOnce(models.Model):
    """A message of a conference service that was taken: the same again changes nothing."""

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message that was taken")
        verbose_name_plural = _("messages that were taken")

    def __str__(self) -> str:
        return self.key
