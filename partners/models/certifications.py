from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.contacts import Contact
from partners.models.partners import Partner
from partners.models.products import Product
from partners.models.provenance import HoldingManager, Provenance
from partners.models.vocabulary import Word


class Certification(Word):
    """A certificate that can be held, such as ISO 9001 or one for a product."""

    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="certifications")

    class Meta(Word.Meta):
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")


class CertificationManager(HoldingManager):
    def counting(self):
        """Also those of the organisation itself. Who has left is looked for, not everybody who has not: they are fewer."""
        left = Contact.objects.exclude(left_on=None).filter(pk=OuterRef("contact"))
        return super().counting().filter(~Exists(left))


class PartnerCertification(Provenance):
    """A certificate held by the organisation, or by one of its people (`contact`)."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="certifications")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="certifications")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="+")
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)

    objects = CertificationManager()

    class Meta:
        verbose_name = _("partner's certification")
        verbose_name_plural = _("partner's certifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(issued_on=None) | Q(expires_on__gte=models.F("issued_on")),
                name="certificate_expires_after_issue",
            )
        ]
        indexes = [
            models.Index(fields=["certification", "expires_on"], name="certificate_by_expiry"),
            # Whose certificates expire when: segments read it from the index alone.
            models.Index(
                fields=["expires_on"],
                include=["partner", "contact"],
                condition=Q(withdrawn_at=None),
                name="certificate_expiring",
            ),
        ]

    def __str__(self) -> str:
        return str(self.certification)

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()
