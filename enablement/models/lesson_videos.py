"""A video that was uploaded for a lesson, and how much of a lesson's video somebody played."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.versions import library_files


class LessonVideo(PublicModel):
    """Stays as it was handed in. The same lesson in later versions of its course plays the same one."""

    file = models.FileField(_("file"), storage=library_files, upload_to="lessons/%Y/%m/", max_length=300)
    name = models.CharField(_("name of the file"), max_length=200)
    media_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("video of a lesson")
        verbose_name_plural = _("videos of lessons")

    def __str__(self) -> str:
        return self.name


class VideoWatched(models.Model):
    """`spans` are [from, to] in seconds of the film, in order and apart, as the player in their browser told it."""

    participation = models.ForeignKey("enablement.Participation", on_delete=models.CASCADE, related_name="watched")
    lesson = models.ForeignKey("enablement.Lesson", on_delete=models.PROTECT, related_name="+")
    spans = models.JSONField(_("what was played"), default=list)
    length = models.FloatField(_("length in seconds"))
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("video that was watched")
        verbose_name_plural = _("videos that were watched")
        constraints = [models.UniqueConstraint(fields=["participation", "lesson"], name="watched_once")]

    def __str__(self) -> str:
        return f"{self.participation_id} · {self.lesson_id}"

    @property
    def percent(self) -> int:
        """Of the film, each second of it once. What is short of the end by no more than a frame is whole."""
        played = sum(end - start for start, end in self.spans)
        return min(100, int(100 * (played + 0.5) / self.length))
