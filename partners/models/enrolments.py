"""A partner in a programme, from one day to another: kind, tier, status, stage and manager belong here."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.partners import Partner
from partners.models.programmes import Programme, Tier
from partners.models.vocabulary import Word


class PartnerKind(Word):
    class Meta(Word.Meta):
        verbose_name = _("partner kind")
        verbose_name_plural = _("partner kinds")


class Stage(models.TextChoices):
    """The eight stages of the partner lifecycle."""

    STRATEGIZE = "strategize", _("Strategize")
    RECRUIT = "recruit", _("Recruit")
    ONBOARD = "onboard", _("Onboard")
    ENABLE = "enable", _("Enable")
    MARKET = "market", _("Market")
    SELL = "sell", _("Sell")
    INCENTIVIZE = "incentivize", _("Incentivize")
    ACCELERATE = "accelerate", _("Accelerate")


class EnrolmentQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ends_on=None)

    def told(self):
        """With all that pages say of them, first the one that stands for its partner where only one is shown."""
        return self.select_related("programme", "kind", "tier", "manager").order_by("-is_primary", "pk")

    def visible_to(self, user):
        return self.filter(partner__in=Partner.objects.visible_to(user))


@pghistory.track(level=pgtrigger.Statement)
class Enrolment(PublicModel):
    class Status(models.TextChoices):
        PROSPECT = "prospect", _("prospect")
        APPLIED = "applied", _("applied")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        ENDED = "ended", _("ended")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="enrolments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    kind = models.ForeignKey(PartnerKind, verbose_name=_("kind"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tier = models.ForeignKey(Tier, verbose_name=_("tier"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.ACTIVE)
    stage = models.CharField(_("lifecycle stage"), max_length=20, choices=Stage.choices, blank=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="enrolments",
        limit_choices_to={"is_staff": True},
    )
    is_primary = models.BooleanField(_("primary"), default=False, help_text=_("Stands for the partner where only one is shown."))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "programme"], condition=Q(ends_on=None), name="one_current_enrolment"),
            models.UniqueConstraint(fields=["partner"], condition=Q(is_primary=True, ends_on=None), name="one_primary_enrolment"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="enrolment_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "kind", "tier", "status"], name="enrolment_by_place"),
            # Who is in a tier now: segments read it from the index alone.
            models.Index(fields=["tier"], include=["partner"], condition=Q(ends_on=None), name="enrolment_by_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.programme}"

    @property
    def is_current(self) -> bool:
        return self.ends_on is None
