from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.products import Product
from partners.models.programmes import Programme
from partners.models.provenance import Provenance
from partners.models.regions import Region
from partners.models.sites import Site


class PerformanceRecord(Provenance):
    """One figure of a partner: a metric over a period, perhaps by product, industry, region and activity (sells, delivers, …)."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="performance")
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(_("metric"), max_length=60, help_text=_("For example license_revenue or on_time_delivery."))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(_("activity"), max_length=20, choices=Site.Activity.choices, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("performance record")
        verbose_name_plural = _("performance records")
        ordering = ["-period_end", "metric"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")),
                name="period_ends_after_it_starts",
                violation_error_message=_("A period cannot end before it begins."),
            )
        ]
        indexes = [
            models.Index(fields=["partner", "metric", "period_end"], name="performance_by_metric"),
            # What a segment sums up it reads from the index alone, partner by partner.
            models.Index(
                fields=["metric", "partner", "period_end"],
                include=["value", "region", "activity", "verified_at"],
                condition=models.Q(withdrawn_at=None),
                name="performance_to_sum_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.period_start}–{self.period_end}"
