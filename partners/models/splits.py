"""One partner that turned out to be two: who said so, and every row that went to the new one, so that it can be taken back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.moves import Move, Reversible, ReversibleQuerySet
from partners.models.partners import Partner


class SplitQuerySet(ReversibleQuerySet):
    def visible_to(self, user):
        """Those of which the person sees both halves; one that was merged since is seen where it is now."""
        seen = Partner.objects.visible_to(user)
        return self.filter(Q(made__in=seen) | Q(made__merged_into__in=seen), partner__in=seen)


class Split(Reversible):
    """`made` came out of `partner`. Taken back, it leads there."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="splits")
    made = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="split_from")

    objects = SplitQuerySet.as_manager()

    class Meta(Reversible.Meta):
        verbose_name = _("split")
        verbose_name_plural = _("splits")
        constraints = [models.CheckConstraint(condition=~Q(partner=F("made")), name="no_split_from_oneself")]

    def __str__(self) -> str:
        return f"{self.partner} → {self.partner} + {self.made}"


class SplitMove(Move):
    split = models.ForeignKey(Split, on_delete=models.CASCADE, related_name="moves")

    class Meta(Move.Meta):
        verbose_name = _("move of a split")
        verbose_name_plural = _("moves of a split")
