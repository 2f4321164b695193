"""What personal data is used for, on which ground, and who agreed to it."""

from django.conf import settings
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
    """Given once and perhaps withdrawn; given again, it is another row. Either may be told a manager, who writes down how."""

    class How(models.TextChoices):
        """Ways in which a manager is told."""

        PHONE = "phone", _("by phone")
        PAPER = "paper", _("on paper")
        MAIL = "mail", _("by mail")
        IN_PERSON = "in_person", _("in person")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, verbose_name=_("purpose"), on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=200, help_text=_("Where the choice was made: in the portal, by phone, …"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written down by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", help_text=_("The manager, where the person did not say it in the portal."),
    )  # fmt: skip
    note = models.CharField(_("evidence"), max_length=500, blank=True, default="", db_default="")
    withdrawn_how = models.CharField(_("withdrawn how"), max_length=200, blank=True, default="", db_default="")
    withdrawal_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("withdrawal written down by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    withdrawal_note = models.CharField(_("evidence of the withdrawal"), max_length=500, blank=True, default="", db_default="")

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

    @property
    def origin(self) -> str:
        """“by phone, written down by Maria Lund: she called on Monday”; empty for what was said in the portal."""
        return _origin(self.how, self.recorded_by, self.note)

    @property
    def withdrawal_origin(self) -> str:
        return _origin(self.withdrawn_how, self.withdrawal_recorded_by, self.withdrawal_note)


def _origin(how: str, manager, note: str) -> str:
    if manager is None:
        return ""
    said = _("%(how)s, written down by %(manager)s") % {"how": dict(Consent.How.choices).get(how, how), "manager": manager}
    return f"{said}: {note}" if note else said
