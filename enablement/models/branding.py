"""Co-branded files: a partner's logo, and what was made with it for one of their people."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enablement.models.versions import ResourceVersion, library_files
from partners.models import Contact, Partner


class PartnerLogo(models.Model):
    """One for each partner, handed in by their portal admins."""

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="logo")
    file = models.FileField(_("logo"), storage=library_files, upload_to="logos/%Y/%m/", max_length=300)
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("partner's logo")
        verbose_name_plural = _("partners' logos")

    def __str__(self) -> str:
        return str(self.partner)


class BrandedFile(models.Model):
    """`made_of` says from which version, logo and words it was made; where one of them differs, it is made anew."""

    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="branded")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    made_of = models.CharField(max_length=64)
    file = models.FileField(storage=library_files, upload_to="branded/%Y/%m/", max_length=300)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "contact"], name="branded_once_for_each")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.contact_id}"
