"""Certificates of a partner or of one of its people: each a row of the ledger, followed by another when it changes."""

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from partners.actions.changes import check_fields
from partners.actions.checks import unknown
from partners.actions.typed_rows import (
    PROVEN,
    answer_one_at_a_time,
    check_day,
    save_typed_row,
    says_nothing_new,
    withdraw_typed_row,
)
from partners.models import Certification, Contact, Method, Partner, PartnerCertification


@transaction.atomic
def add_certification(
    partner: Partner, *, by, certification: Certification | str, contact: Contact | None = None, source: str = "manual entry",
    method: str = Method.MANUAL, **fields,
) -> PartnerCertification:  # fmt: skip
    """`certification` is a row or its key; with `contact` it is held by that person, else by the organisation."""
    if contact and contact.partner_id != partner.pk:
        raise Invalid(_("“%(name)s” is nobody of this partner.") % {"name": contact}, field="contact")
    row = PartnerCertification(partner=partner, contact=contact, certification=_certification(certification))
    return _save(row, {"observed_at": timezone.now(), "source": source, "method": method, **fields}, by=by)


@transaction.atomic
def change_certification(row: PartnerCertification, *, by, **fields) -> PartnerCertification:
    """The row is followed by one with these values, which is a claim until someone verifies it; nothing new changes nothing."""
    if says_nothing_new(row, check_fields(CHECKS, fields)):
        return row
    return _save(row, {"observed_at": timezone.now(), **fields}, by=by)


def withdraw_certification(row: PartnerCertification, *, by) -> None:
    """It is held no longer; it stays in the ledger with the day."""
    withdraw_typed_row(row, by=by)


def _save(row: PartnerCertification, fields: dict, *, by) -> PartnerCertification:
    for name, value in check_fields(CHECKS, fields).items():
        setattr(row, name, value)
    if row.issued_on and row.expires_on and row.expires_on < row.issued_on:
        raise Invalid(_("A certificate cannot expire before it is issued."), field="expires_on")
    answer_one_at_a_time(row)
    _check_is_new(row)
    return save_typed_row(row, by=by)


def _check_is_new(row: PartnerCertification) -> None:
    """Another day of issue is a certificate of its own, such as a renewal."""
    same = {name: getattr(row, name) for name in ("partner", "contact", "certification", "issued_on")}
    if PartnerCertification.objects.filter(**same).exclude(pk=row.pk).exists():
        words = {"holder": row.contact or row.partner, "name": row}
        sentence = _("%(holder)s has “%(name)s” of this day already. Change or withdraw that one.")
        raise Refused(sentence % words, code="duplicate", field="certification")


def _certification(certification: Certification | str) -> Certification:
    if isinstance(certification, Certification):
        return certification
    found = Certification.objects.filter(key=certification).first()
    if found is None:
        raise unknown(certification, Certification.objects.values_list("key", flat=True), "certification")
    return found


CHECKS = {**{name: partial(check_day, field=name) for name in ("issued_on", "expires_on")}, **PROVEN}
