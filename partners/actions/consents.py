"""Consent is given and withdrawn, each with its date and where the choice was made."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.models import Consent, Contact, Purpose


@transaction.atomic
def give_consent(contact: Contact, purpose: Purpose, *, by, how: str) -> Consent:
    if not purpose.asks_consent:
        words = {"purpose": purpose, "basis": purpose.get_basis_display()}
        raise Refused(_("“%(purpose)s” rests on %(basis)s; it asks for no consent.") % words)
    try:
        with transaction.atomic():
            consent = Consent.objects.create(contact=contact, purpose=purpose, how=how[:200])
    except IntegrityError:
        raise Refused(_("You agreed to “%(purpose)s” already.") % {"purpose": purpose}, code="given") from None
    _tell("consent.given", _("Consent to “%(purpose)s” was given"), consent, by=by)
    return consent


@transaction.atomic
def withdraw_consent(contact: Contact, purpose: Purpose, *, by) -> Consent:
    """What was done before stays lawful; from now on it is not done any more."""
    consent = Consent.objects.select_for_update().filter(contact=contact, purpose=purpose, withdrawn_at=None).first()
    if consent is None:
        raise Refused(_("There is no consent to “%(purpose)s” to withdraw.") % {"purpose": purpose}, code="not_given")
    consent.withdrawn_at = timezone.now()
    consent.save(update_fields=["withdrawn_at"])
    _tell("consent.withdrawn", _("Consent to “%(purpose)s” was withdrawn"), consent, by=by)
    return consent


def _tell(verb: str, sentence: str, consent: Consent, *, by) -> None:
    partner_id = consent.contact.partner_id
    record_activity(verb, sentence % {"purpose": consent.purpose}, by=by, partner_id=partner_id, subject=consent.contact)
