from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.provenance import Provenance
from partners.models.vocabulary import Word


class Region(Word):
    countries = models.CharField(_("countries"), max_length=600, blank=True, help_text=_("Two-letter codes with spaces between."))

    class Meta(Word.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class PartnerRegion(Provenance):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="regions")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("partner's region")
        verbose_name_plural = _("partner's regions")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "region"], condition=models.Q(withdrawn_at=None), name="region_once_per_partner"
            )
        ]

    def __str__(self) -> str:
        return str(self.region)
