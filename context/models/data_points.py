"""What we want to know about partners, and for how long an answer stays fresh."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.vocabulary import key_validator


class DataPoint(PublicModel):
    class Type(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        MONEY = "money", _("money")
        DATE = "date", _("date")
        YES_NO = "yes_no", _("yes or no")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        REGIONS = "regions", _("set of regions")

    key = models.CharField(_("key"), max_length=60, unique=True, validators=[key_validator])
    label = models.CharField(_("label"), max_length=120)
    question = models.CharField(_("question"), max_length=300, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=Type.choices, default=Type.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = ArrayField(models.CharField(max_length=120), verbose_name=_("choices"), default=list, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    stale_after_days = models.PositiveIntegerField(_("stale after (days)"), null=True, blank=True)
    is_builtin = models.BooleanField(
        _("built in"), default=False, editable=False, help_text=_("Stands for a column of the partner, such as its website.")
    )

    class Meta:
        verbose_name = _("data point")
        verbose_name_plural = _("data points")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label
