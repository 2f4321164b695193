"""Agreements with a partner: each a row of the ledger, followed by another when it changes."""

from datetime import date
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from partners.actions.changes import check_fields
from partners.actions.checks import check_choice, check_line, unknown
from partners.actions.typed_rows import PROVEN, check_day, save_typed_row, says_nothing_new, withdraw_typed_row
from partners.models import Method, Partner, PartnerAgreement, Programme

LONGEST_NOTICE = 3650


def add_agreement(
    partner: Partner, *, by, title: str, kind: str = PartnerAgreement.Kind.PARTNER, source: str = "manual entry",
    method: str = Method.MANUAL, **fields,
) -> PartnerAgreement:  # fmt: skip
    """`programme` is a row or its key; without one it is for all of them."""
    row = PartnerAgreement(partner=partner, observed_at=timezone.now())
    return _save(row, {"title": title, "kind": kind, "source": source, "method": method, **fields}, by=by)


def change_agreement(row: PartnerAgreement, *, by, **fields) -> PartnerAgreement:
    """The row is followed by one with these values, which is a claim until someone verifies it; nothing new changes nothing."""
    values = check_fields(CHECKS, fields)
    if says_nothing_new(row, values):
        return row
    return _save(row, {"observed_at": timezone.now(), **fields}, by=by)


def end_agreement(row: PartnerAgreement, *, by) -> None:
    """It holds no longer; it stays in the ledger with the day."""
    withdraw_typed_row(row, by=by)


def _save(row: PartnerAgreement, fields: dict, *, by) -> PartnerAgreement:
    for name, value in check_fields(CHECKS, fields).items():
        setattr(row, name, value)
    check_term(row.signed_on, row.effective_on, row.expires_on, row.notice_days)
    return save_typed_row(row, by=by)


def check_term(signed_on: date | None, effective_on: date | None, expires_on: date | None, notice_days: int | None) -> None:
    """Its days in their order, and an end where notice is to be given before it."""
    for begins in (signed_on, effective_on):
        if begins and expires_on and expires_on < begins:
            raise Invalid(_("An agreement cannot expire before it is signed or holds."), field="expires_on")
    if notice_days is not None and expires_on is None:
        raise Invalid(_("Say when it expires; notice is given so many days before."), field="notice_days")


def _programme(programme) -> Programme | None:
    if not programme or isinstance(programme, Programme):
        return programme or None
    found = Programme.objects.filter(key=programme).first()
    if found is None:
        raise unknown(programme, Programme.objects.values_list("key", flat=True), "programme")
    return found


def check_notice(days) -> int | None:
    if days is None or (isinstance(days, int) and 0 <= days <= LONGEST_NOTICE):
        return days
    raise Invalid(_("The notice is a number of days from 0 to 3,650."), field="notice_days")


CHECKS = {
    "title": partial(check_line, field="title", required=True),
    "kind": partial(check_choice, choices=PartnerAgreement.Kind, field="kind"),
    "programme": _programme,
    **{name: partial(check_day, field=name) for name in ("signed_on", "effective_on", "expires_on")},
    "notice_days": check_notice,
    **PROVEN,
}
