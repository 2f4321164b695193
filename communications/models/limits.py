"""How fast mail may go out, what of it was used, and who asked us to wait. Shared by all workers.

A *place* is the domain of an address, or empty for the outgoing mail server itself."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SERVER = ""
_DOMAIN = RegexValidator(r"^[a-z0-9-]+(\.[a-z0-9-]+)+\Z", _("Write a domain in small letters, as in example.org."))


class LimitOf(models.TextChoices):
    SERVER = "server", _("all mail together")
    EACH_DOMAIN = "each_domain", _("every domain without a limit of its own")
    DOMAIN = "domain", _("one domain")


class SendingLimit(models.Model):
    """Nothing is limited where no row says so."""

    applies_to = models.CharField(_("applies to"), max_length=12, choices=LimitOf.choices, default=LimitOf.DOMAIN)
    domain = models.CharField(_("domain"), max_length=253, blank=True, validators=[_DOMAIN])
    per_second = models.PositiveIntegerField(_("mails a second"), null=True, blank=True, validators=[MinValueValidator(1)])
    per_minute = models.PositiveIntegerField(_("mails a minute"), null=True, blank=True, validators=[MinValueValidator(1)])
    per_hour = models.PositiveIntegerField(_("mails an hour"), null=True, blank=True, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("sending limit")
        verbose_name_plural = _("sending limits")
        ordering = ["domain", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["applies_to", "domain"], name="one_limit_for_each_place"),
            models.CheckConstraint(
                condition=Q(applies_to=LimitOf.DOMAIN) & ~Q(domain="") | ~Q(applies_to=LimitOf.DOMAIN) & Q(domain=""),
                name="limit_names_its_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.domain or str(self.get_applies_to_display())


class SendingGrant(models.Model):
    """So many mails to a limited place were let through at once. Kept for an hour, the longest period that is limited."""

    place = models.CharField(max_length=253, blank=True)
    at = models.DateTimeField()
    mails = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("sending grant")
        verbose_name_plural = _("sending grants")
        indexes = [models.Index(fields=["place", "at"], name="grant_of_place")]

    def __str__(self) -> str:
        return f"{self.place}: {self.mails}"


class SendingPause(models.Model):
    """A place that put mails off: after `refusals` in a row it is left alone until `until`, longer each time."""

    place = models.CharField(max_length=253, blank=True, unique=True)
    said = models.CharField(max_length=300)
    refusals = models.PositiveIntegerField(default=0)
    pauses = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sending pause")
        verbose_name_plural = _("sending pauses")

    def __str__(self) -> str:
        return f"{self.place}: {self.said}"
