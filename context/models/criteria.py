"""A criterion: what partners read as its label, and the rule that says whether it holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class Criterion(PublicModel):
    label = models.CharField(_("label"), max_length=120, help_text=_("As partners read it, such as “Two certified engineers”."))
    rule = models.JSONField(_("partners where"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
