"""What waits for a manager's decision, kept so that a page of it costs the same however much was ever claimed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from context.models.data_points import DataPoint
from context.models.facts import Fact


class Waiting(models.Model):
    """A fact about a partner that nobody has decided about, or that somebody disputes. It follows from the ledger and the
    partner's own columns; whoever changes those keeps it in the same transaction (`context/actions/waiting.py`), from rows that
    are there, so the database need not look for them once more. `partner_id` is no foreign key: in a merge it does not move but
    follows its fact."""

    class Kind(models.TextChoices):
        CLAIM = "claim", _("claim")
        CONFLICT = "conflict", _("claim that contradicts something")
        DISPUTE = "dispute", _("disputed")

    fact = models.OneToOneField(Fact, primary_key=True, on_delete=models.CASCADE, related_name="waiting", db_constraint=False)
    partner_id = models.BigIntegerField(db_index=True)
    data_point = models.ForeignKey(DataPoint, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)

    class Meta:
        verbose_name = _("what waits")
        verbose_name_plural = _("what waits")
        indexes = [
            models.Index(fields=["data_point", "fact"], name="waiting_for_point"),
            models.Index(fields=["kind", "fact"], condition=~models.Q(kind="claim"), name="waiting_of_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
