"""A metric: how the figures of performance records that share its key are named, put together and judged."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.vocabulary import key_validator


class Metric(PublicModel):
    class Summing(models.TextChoices):
        SUM = "sum", _("the sum")
        AVERAGE = "average", _("the average")
        LAST = "last", _("the latest figure")

    key = models.CharField(
        _("key"), max_length=60, unique=True, validators=[key_validator], help_text=_("The metric of performance records.")
    )
    label = models.CharField(_("label"), max_length=120)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    summing = models.CharField(_("put together as"), max_length=20, choices=Summing.choices, default=Summing.SUM)
    is_more_better = models.BooleanField(_("more is better"), default=True)

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label
