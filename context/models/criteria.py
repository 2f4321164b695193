"""A criterion: what partners read as its label, and the rule that says whether it holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class Criterion(PublicModel):
    """`programme_id` names the programme that asks it: what the rule says of a place in a programme is said of the place in that
    one, unless it names another."""

    programme_id: int
    label = models.CharField(_("label"), max_length=120, help_text=_("As partners read it, such as “Two certified engineers”."))
    rule = models.JSONField(_("partners where"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
