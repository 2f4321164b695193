"""Versions of a resource. Each stays as it was handed in; the newest is what people get."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.resources import Resource


def library_files():
    """Where its files are: on this machine, or in a store outside (FILES_URL)."""
    return storages["library"]


class PreviewState(models.TextChoices):
    WAITING = "waiting", _("being made")
    READY = "ready", _("ready")
    NONE = "none", _("none")


class ResourceVersion(PublicModel):
    """`passages` are its paragraphs as `enablement.reading` cut them: heading, text, page. The type was read from the content."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), storage=library_files, upload_to="library/%Y/%m/", max_length=300, blank=True)
    name = models.CharField(_("name of the file"), max_length=200, blank=True)
    media_type = models.CharField(_("type"), max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    body = models.TextField(_("text"), blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    changes = models.CharField(_("what changed"), max_length=400, blank=True)
    passages = models.JSONField(default=list)
    places = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # of a template, for a partner's logo and words
    read_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # how often its text and preview were begun
    preview = models.CharField(max_length=8, choices=PreviewState.choices, default=PreviewState.WAITING, editable=False)
    preview_html = models.TextField(blank=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a resource")
        verbose_name_plural = _("versions of resources")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="resource_version_once")]
        indexes = [models.Index(fields=["made_at"], name="preview_waits", condition=models.Q(preview="waiting"))]

    def __str__(self) -> str:
        return f"{self.resource} v{self.number}"

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")

    @property
    def is_image(self) -> bool:
        return self.media_type in ("image/png", "image/jpeg", "image/gif", "image/webp")

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2].upper() if "." in self.name else ""


class PreviewPicture(models.Model):
    """A page as a picture, for whoever wants to look before they download."""

    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="pictures")
    number = models.PositiveSmallIntegerField()
    picture = models.FileField(storage=library_files, upload_to="previews/%Y/%m/", max_length=300)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="preview_picture_once")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.number}"

    @property
    def media_type(self) -> str:
        return "image/svg+xml" if self.picture.name.endswith(".svg") else "image/webp"
