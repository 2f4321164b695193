"""One row per partner with what segments read: arrays under GIN, current facts as JSON without an index
(`docs/decisions/0042-facts-without-an-index.md`).

It holds nothing of its own. `partners.actions.profiles` writes it in the transaction of whatever changed,
and can rebuild it from the typed rows and the ledger with no difference."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner


def _keys() -> ArrayField:
    return ArrayField(models.CharField(max_length=60), default=list)


class PartnerProfile(models.Model):
    """`facts` holds the current value by data point; `verified` the data points whose value is a verified one; `stale_at` the
    moment (UTC, ISO 8601) from which a value is stale, for those that age."""

    partner = models.OneToOneField(Partner, primary_key=True, on_delete=models.CASCADE, related_name="profile")
    regions = _keys()
    specialties = _keys()
    certifications = _keys()
    products = _keys()
    facts = models.JSONField(default=dict)
    verified = _keys()
    stale_at = models.JSONField(default=dict)
    refreshed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("partner profile")
        verbose_name_plural = _("partner profiles")
        indexes = [
            GinIndex(fields=["regions"], name="profile_regions"),
            GinIndex(fields=["specialties"], name="profile_specialties"),
            GinIndex(fields=["certifications"], name="profile_certifications"),
            GinIndex(fields=["products"], name="profile_products"),
        ]

    def __str__(self) -> str:
        return f"profile of {self.partner_id}"
