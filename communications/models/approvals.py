from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Kind


class ApprovalPolicy(models.Model):
    """Who must approve what. The most specific row decides: its kind before any kind, then the largest audience reached.
    Where no row fits, another person is asked for."""

    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, blank=True, help_text=_("Empty: any kind."))
    from_people = models.PositiveIntegerField(_("from so many people"), default=0)
    needs_another_person = models.BooleanField(_("another person must approve"), default=True)

    class Meta:
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        ordering = ["kind", "from_people"]
        constraints = [models.UniqueConstraint(fields=["kind", "from_people"], name="one_policy_per_kind_and_size")]

    def __str__(self) -> str:
        who = _("another person") if self.needs_another_person else _("the author too")
        return f"{self.get_kind_display() or _('any kind')}, ≥ {self.from_people}: {who}"
