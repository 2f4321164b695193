from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.programmes import Programme


class ProductQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(programme__in=Programme.objects.visible_to(user))


class Product(PublicModel):
    class Status(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        AVAILABLE = "available", _("available")
        END_OF_SALE = "end_of_sale", _("end of sale")
        RETIRED = "retired", _("retired")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="products")
    line = models.CharField(_("product line"), max_length=120)
    name = models.CharField(_("name"), max_length=200)
    version = models.CharField(_("version"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.AVAILABLE)
    end_of_sale = models.DateField(_("end of sale"), null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["line", "name", "version"]
        constraints = [models.UniqueConstraint(fields=["programme", "name", "version"], name="product_once_per_programme")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()
