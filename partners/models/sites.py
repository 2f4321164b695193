from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.provenance import Provenance
from partners.models.regions import Region


class Site(Provenance):
    class Kind(models.TextChoices):
        PLANT = "plant", _("plant")
        WAREHOUSE = "warehouse", _("warehouse")
        BRANCH = "branch", _("branch")
        SERVICE_AREA = "service_area", _("service area")

    class Activity(models.TextChoices):
        SELLS = "sells", _("sells")
        DELIVERS = "delivers", _("delivers")
        INSTALLS = "installs", _("installs")
        MAKES = "makes", _("makes")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    activities = ArrayField(models.CharField(max_length=20, choices=Activity.choices), default=list, blank=True)
    capacity = models.CharField(_("capacity"), max_length=120, blank=True, help_text=_("In words, such as three shifts."))
    capacity_value = models.DecimalField(_("capacity as a number"), max_digits=14, decimal_places=2, null=True, blank=True)
    capacity_unit = models.CharField(
        _("of what"), max_length=40, blank=True, db_default="", default="", help_text=_("Such as castings a week or pallets.")
    )
    serves = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("serves the countries"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Two letters each, ISO 3166-1."),
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["partner", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "name"], condition=models.Q(withdrawn_at=None), name="site_name_once_per_partner"
            )
        ]

    def __str__(self) -> str:
        return self.name
