"""Where a value comes from, how old it is and what proves it. Every typed row about a partner carries these columns.

Typed rows are part of the ledger: a row that no longer holds is withdrawn with a date and a row that changed is followed by
another, so that what was known on any day can be read. `objects` are the rows that hold, `ledger` are all."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.evidence import Evidence


class Method(models.TextChoices):
    MANUAL = "manual", _("entered by hand")
    IMPORT = "import", _("imported")
    API = "api", _("sent by API")
    SURVEY = "survey", _("answered in a survey")
    INTERVIEW = "interview", _("told in an interview")
    REVIEW = "review", _("agreed in a review")
    OBSERVED = "observed", _("seen by the portal")


class HoldingManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_at=None)

    def counting(self):
        """Those that count for the partner: a certificate goes with the person who leaves."""
        return self.get_queryset()


class Decided:
    """For a row that carries when it was verified and when disputed: `verified_at` and `disputed_at`."""

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_disputed(self) -> bool:
        return self.disputed_at is not None


class Provenance(Decided, PublicModel):
    """`observed_at` is when it was true in the world, `recorded_at` is when we wrote it down. Who verified or disputed it,
    and why, is in `context`'s verdicts; the columns here say how it stands now."""

    source = models.CharField(_("source"), max_length=200, default="manual entry")
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.MANUAL)
    asserted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asserted by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    observed_at = models.DateTimeField(_("observed"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True, help_text=_("An address or a reference."))
    evidence_file = models.ForeignKey(
        Evidence, verbose_name=_("evidence file"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("verified by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    disputed_at = models.DateTimeField(_("disputed"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = HoldingManager()
    ledger = models.Manager()

    class Meta:
        abstract = True
