"""Who looked at what is known of a partner: one row for each manager, partner, day, way and data point."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Access(models.Model):
    """`partner_id` is no foreign key: the app that owns partners lies above this one."""

    class Way(models.TextChoices):
        PAGE = "page", _("the partner's page")
        ENTRY = "entry", _("a value and its history")
        PAST = "past", _("how it was on a day")
        FILE = "file", _("a file")
        API = "api", _("another system")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="+")
    partner_id = models.BigIntegerField()
    day = models.DateField(_("day"))
    way = models.CharField(_("how"), max_length=10, choices=Way.choices, default=Way.PAGE, db_default=Way.PAGE)
    about = models.CharField(
        _("data point"), max_length=60, blank=True, default="", db_default=""
    )  # its key; empty for all of them
    first_at = models.DateTimeField(_("first at"), default=timezone.now)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["partner_id", "day", "user", "way", "about"], name="access_once_a_day")]
        indexes = [models.Index(fields=["day"], name="access_by_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
