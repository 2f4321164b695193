"""Networks from which companies look into mails before people see them, as managers name them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ScannerNetwork(models.Model):
    """Hits from there are a machine's, beside those of the networks that are known to everybody."""

    network = models.CharField(_("network"), max_length=43, unique=True, help_text=_("As in 203.0.113.0/24 or 2001:db8:12::/48."))
    whose = models.CharField(_("whose"), max_length=120, help_text=_("For whoever wonders later."))
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("network of link scanners")
        verbose_name_plural = _("networks of link scanners")
        ordering = ["network"]

    def __str__(self) -> str:
        return self.network
