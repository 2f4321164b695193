"""Whether a mail may carry the picture that tells that it was opened: by the country of the partner, and by what a person said."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EVERYWHERE_ELSE = ""


class PixelRule(models.TextChoices):
    INDIVIDUAL = "individual", _("yes, for each person")
    AGGREGATE = "aggregate", _("only as a sum: nobody can tell who")
    OFF = "off", _("no picture at all")


class PixelPolicy(models.Model):
    """The rule of a country. Where none is written the rule for everywhere else holds, and without that one `INDIVIDUAL`."""

    country = models.CharField(_("country"), max_length=2, blank=True, unique=True)
    rule = models.CharField(_("opening a mail is noted"), max_length=12, choices=PixelRule.choices)

    class Meta:
        verbose_name = _("rule for opened mails")
        verbose_name_plural = _("rules for opened mails")
        ordering = ["country"]

    def __str__(self) -> str:
        return f"{self.country or _('everywhere else')}: {self.get_rule_display()}"


class PixelConsent(models.Model):
    """What a person said themselves; it goes before every rule of a country. `person` is in small letters."""

    person = models.EmailField(unique=True)
    is_given = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("consent to noting opened mails")
        verbose_name_plural = _("consents to noting opened mails")

    def __str__(self) -> str:
        return f"{self.person}: {'yes' if self.is_given else 'no'}"
