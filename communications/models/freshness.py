"""Nothing stays true by itself: who answers for an announcement, when it is looked at again, and what came after it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REVIEW_DAYS = 180
SHORTEST, LONGEST = 7, 1095


class Kept(models.Model):
    """What is retired has expired at that moment: whoever asks whether something has expired need not ask twice."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text=_("Who says, at each review, whether it is still right. Empty: its author."),
    )  # fmt: skip
    review_on = models.DateField(_("next review"), null=True, blank=True, help_text=_("Empty: so many days after it is submitted."))
    review_every = models.PositiveSmallIntegerField(
        _("review every … days"), default=REVIEW_DAYS, db_default=REVIEW_DAYS,
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
    )  # fmt: skip
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    retired_because = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    successor = models.ForeignKey(
        "self", verbose_name=_("replaced by"), null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        """Expired or retired."""
        return self.expires_at is not None and self.expires_at <= timezone.now()
