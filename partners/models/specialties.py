from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.provenance import Provenance
from partners.models.vocabulary import Word


class Specialty(Word):
    class Meta(Word.Meta):
        verbose_name = _("specialty")
        verbose_name_plural = _("specialties")


class PartnerSpecialty(Provenance):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="specialties")
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("partner's specialty")
        verbose_name_plural = _("partner's specialties")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "specialty"], condition=models.Q(withdrawn_at=None), name="specialty_once_per_partner"
            )
        ]

    def __str__(self) -> str:
        return str(self.specialty)
