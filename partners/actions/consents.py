"""Consent is given and withdrawn, each with its date and where the choice was made."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from partners.actions.checks import check_line
from partners.models import Consent, Contact, Purpose

_CLOCKS_DIFFER_BY = timedelta(minutes=5)


@transaction.atomic
def give_consent(contact: Contact, purpose: Purpose, *, by, how: str, at: datetime | None = None, note: str = "") -> Consent:
    """By the person or, with how and when it was said, by the manager who was told."""
    said = {"how": how[:200], "given_at": _moment(at), "note": check_line(note, "note", longest=500)}
    if not purpose.asks_consent:
        words = {"purpose": purpose, "basis": purpose.get_basis_display()}
        raise Refused(_("“%(purpose)s” rests on %(basis)s; it asks for no consent.") % words)
    try:
        with transaction.atomic():
            consent = Consent.objects.create(contact=contact, purpose=purpose, recorded_by=_manager(contact, by), **said)
    except IntegrityError:
        manager = _manager(contact, by)
        sentence = _("%(name)s agreed to “%(purpose)s” already.") if manager else _("You agreed to “%(purpose)s” already.")
        raise Refused(sentence % {"purpose": purpose, "name": contact}, code="given") from None
    _tell("consent.given", _("Consent to “%(purpose)s” was given"), consent, by=by)
    return consent


@transaction.atomic
def withdraw_consent(
    contact: Contact, purpose: Purpose, *, by, how: str = "portal", at: datetime | None = None, note: str = ""
) -> Consent:
    """What was done before stays lawful; from now on it is not done any more."""
    moment, note = _moment(at), check_line(note, "note", longest=500)
    consent = Consent.objects.select_for_update().filter(contact=contact, purpose=purpose, withdrawn_at=None).first()
    if consent is None:
        raise Refused(_("There is no consent to “%(purpose)s” to withdraw.") % {"purpose": purpose}, code="not_given")
    if moment < consent.given_at:
        raise Invalid(_("That is before it was given. Check the day."), field="at")
    consent.withdrawn_at, consent.withdrawn_how, consent.withdrawal_note = moment, how[:200], note
    consent.withdrawal_recorded_by = _manager(contact, by)
    consent.save(update_fields=["withdrawn_at", "withdrawn_how", "withdrawal_note", "withdrawal_recorded_by"])
    _tell("consent.withdrawn", _("Consent to “%(purpose)s” was withdrawn"), consent, by=by)
    return consent


def _manager(contact: Contact, by):
    """Who wrote it down, where it was not the person."""
    return by if by is not None and by.pk != contact.user_id else None


def _moment(at: datetime | None) -> datetime:
    now = timezone.now()
    if at and at > now + _CLOCKS_DIFFER_BY:
        raise Invalid(_("That lies in the future. Say when it was said."), field="at")
    return at or now


def _tell(verb: str, sentence: str, consent: Consent, *, by) -> None:
    partner_id = consent.contact.partner_id
    record_activity(verb, sentence % {"purpose": consent.purpose}, by=by, partner_id=partner_id, subject=consent.contact)
