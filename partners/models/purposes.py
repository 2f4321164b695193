"""What personal data is used for, on which ground, and who agreed to it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.contacts import Contact
from partners.models.vocabulary import Word


class Purpose(Word):
    class Basis(models.TextChoices):
        CONSENT = "consent", _("consent")
        CONTRACT = "contract", _("contract")
        LEGITIMATE_INTEREST = "legitimate_interest", _("legitimate interest")

    text = models.TextField(_("in words"), blank=True, help_text=_("What is done with the data, as the person reads it."))
    basis = models.CharField(_("on the ground of"), max_length=30, choices=Basis.choices, default=Basis.CONSENT)

    class Meta(Word.Meta):
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")

    @property
    def asks_consent(self) -> bool:
        return self.basis == self.Basis.CONSENT


class Consent(PublicModel):
    """Given once and perhaps withdrawn; given again, it is another row."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, verbose_name=_("purpose"), on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=200, help_text=_("Where the choice was made: in the portal, by phone, …"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], condition=models.Q(withdrawn_at=None), name="one_consent_for_a_purpose"
            )
        ]

    def __str__(self) -> str:
        return str(self.purpose)
