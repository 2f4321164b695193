"""Two partners that turned out to be one: who said so, and every row that moved, so that it can be taken back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.moves import Move, Reversible, ReversibleQuerySet
from partners.models.partners import Partner

# What is chosen field by field when two partners become one.
COLUMNS = ("name", "legal_name", "external_id", "country", "website", "language", "time_zone", "description")


class MergeQuerySet(ReversibleQuerySet):
    def visible_to(self, user):
        return self.filter(kept__in=Partner.objects.visible_to(user))


class Merge(Reversible):
    kept = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="merged_by")

    objects = MergeQuerySet.as_manager()

    class Meta(Reversible.Meta):
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merged_once_at_a_time"),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="no_merge_with_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"


class MergeMove(Move):
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")

    class Meta(Move.Meta):
        verbose_name = _("move of a merge")
        verbose_name_plural = _("moves of a merge")


class NotTheSame(models.Model):
    """Two partners that look alike and are not: they are not suggested again. `first` has the smaller id."""

    first = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("pair that is not the same")
        verbose_name_plural = _("pairs that are not the same")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="said_once_of_a_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class LikelyDuplicate(models.Model):
    """Two partners that may be one, the likeliest first by id; all are found anew together (`partners.actions.duplicates`). `word`
    is the host or the mail domain that both have. `first` has the smaller id."""

    class Reason(models.TextChoices):
        WEBSITE = "website", _("the same website")
        NAME = "name", _("the same name but for its legal form")
        EMAIL = "email", _("people with addresses at the same domain")
        KEY = "key", _("the same key in another system")
        LIKENESS = "likeness", _("names that look alike, in the same country")

    first = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason.choices))
    word = models.CharField(max_length=253, blank=True)

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="duplicate_once")]

    def __str__(self) -> str:
        return f"{self.first} ≈ {self.second}"

    @property
    def reasons_in_words(self) -> list[str]:
        return [str(self.Reason(reason).label) for reason in self.reasons]
