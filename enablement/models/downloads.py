"""Who took which version of a file."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enablement.models.resources import Resource
from enablement.models.versions import ResourceVersion
from partners.models import Contact, Partner


class ResourceDownload(models.Model):
    """One time that somebody took it. Who leaves or is forgotten leaves the count as it is."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="downloads")
    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="downloads")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("taken"), default=timezone.now)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["resource", "contact", "version"], name="download_held")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.at}"
