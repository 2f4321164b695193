from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day on which people of a country are not at work."""

    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, such as DE."))
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day", "country"]
        constraints = [models.UniqueConstraint(fields=["country", "day"], name="one_holiday_a_day_and_country")]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"
