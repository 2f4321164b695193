from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from partners.models.programmes import Programme
from partners.models.provenance import Provenance


class PartnerAgreement(Provenance):
    """What was agreed with a partner, for one programme or for all. It is signed, holds from a day on, and runs out on another
    unless it has none; notice is to be given so many days before."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("partner agreement")
        FRAMEWORK = "framework", _("framework agreement")
        DISTRIBUTION = "distribution", _("distribution agreement")
        SUPPLY = "supply", _("supply agreement")
        CONFIDENTIALITY = "confidentiality", _("confidentiality agreement")
        DATA_PROTECTION = "data_protection", _("data protection agreement")
        OTHER = "other", _("other agreement")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="agreements")
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.PARTNER)
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    effective_on = models.DateField(_("holds from"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        _("notice (days)"), null=True, blank=True, validators=[MaxValueValidator(3650)],
        help_text=_("How long before it expires it is renewed or ended."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("partner's agreement")
        verbose_name_plural = _("partner's agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None)
                | (Q(signed_on=None) | Q(expires_on__gte=F("signed_on")))
                & (Q(effective_on=None) | Q(expires_on__gte=F("effective_on"))),
                name="agreement_expires_after_it_begins",
                violation_error_message=_("An agreement cannot expire before it is signed or holds."),
            ),
            models.CheckConstraint(
                condition=Q(notice_days=None) | Q(expires_on__isnull=False),
                name="agreement_notice_is_before_its_end",
                violation_error_message=_("Say when it expires; notice is given so many days before."),
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="agreement_by_expiry", condition=Q(withdrawn_at=None))]

    def __str__(self) -> str:
        return self.title

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def notice_by(self) -> date | None:
        """The last day to renew or to end it."""
        return self.expires_on - timedelta(days=self.notice_days or 0) if self.expires_on else None
