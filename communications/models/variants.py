"""Two variants of an announcement: a part of its audience gets A or B first, the rest gets the one that did better."""

from math import ceil

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement, Kind, Variant

# What must be the same for everybody is never tried in two wordings.
NEVER_TRIED = (Kind.POLICY, Kind.CRISIS, Kind.SECURITY_ADVISORY)
# With a hundred in each group, 5 % against 17 % is found four times in five; with fewer, hardly anything is.
SMALLEST_GROUP = 100
PERCENT, HOURS = (5, 50), (1, 24)


def people_needed(percent: int = PERCENT[1]) -> int:
    """The smallest audience of which so many percent make two groups that can tell something."""
    return ceil(2 * SMALLEST_GROUP * 100 / percent)


class VariantTest(models.Model):
    """Made when the audience is frozen; kept with the figures that it was decided by."""

    class Outcome(models.TextChoices):
        TOLD_APART = "told_apart", _("one did better")
        UNDECIDED = "undecided", _("no difference beyond chance")
        BY_HAND = "by_hand", _("decided by a person")
        TOO_FEW = "too_few", _("not tried: too few people")

    announcement = models.OneToOneField(Announcement, on_delete=models.CASCADE, related_name="variant_test")
    begun_at = models.DateTimeField()
    decide_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    winner = models.CharField(max_length=1, choices=Variant.choices, blank=True)
    reached_a = models.PositiveIntegerField(default=0)
    acted_a = models.PositiveIntegerField(default=0)
    reached_b = models.PositiveIntegerField(default=0)
    acted_b = models.PositiveIntegerField(default=0)
    chance = models.FloatField(null=True, help_text=_("How often equal variants would come out so far apart."))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("test of variants")
        verbose_name_plural = _("tests of variants")
        indexes = [models.Index(fields=["decide_at"], name="variant_test_open", condition=models.Q(decided_at=None))]

    def __str__(self) -> str:
        return f"{self.announcement}: {self.get_outcome_display() or _('being tried')}"
