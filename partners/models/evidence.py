"""Files that prove something about a partner: a certificate, a signed form, a report."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.partners import Partner


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(partner__in=Partner.objects.visible_to(user))


class Evidence(PublicModel):
    """A file as it was handed in. Its type was read from its content, never believed from its name."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="evidence")
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m/", max_length=300)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name
