"""Typed rows about a partner: regions, specialties, certificates, sites, figures. They are part of the ledger, so a row that
changes is followed by another and a row that goes is withdrawn; neither is lost."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from partners.actions.changes import Checks
from partners.actions.checks import check_choice, check_line
from partners.actions.evidence import add_evidence
from partners.actions.profiles import refresh_profiles
from partners.models import Method, Partner, PartnerProfile, Provenance


@transaction.atomic
def save_typed_rows(partner: Partner, formset, *, by) -> None:
    """Save a checked formset of one kind of row, from the page of a partner. The profile follows."""
    rows = formset.save(commit=False)
    _keep_proofs(partner, formset, by=by)
    for row in rows:
        _save(row, by=by)
    for row in formset.deleted_objects:
        _remove(row)
    formset.save_m2m()
    if not rows and not formset.deleted_objects:
        return
    _tell(partner, formset.model, by=by, saved=[str(row) for row in rows], removed=[str(row) for row in formset.deleted_objects])


@transaction.atomic
def save_typed_row(row: Provenance, *, by) -> Provenance:
    """Add the row, or let it follow the one it was before; what was verified is a claim again once it has changed."""
    _save(row, by=by)
    _tell(row.partner, type(row), by=by, saved=[str(row)], removed=[])
    return row


@transaction.atomic
def withdraw_typed_row(row: Provenance, *, by) -> None:
    _remove(row)
    _tell(row.partner, type(row), by=by, saved=[], removed=[str(row)])


def answer_one_at_a_time(row: Provenance) -> None:
    """Until the end of the transaction nobody else adds rows of this partner, so that what is there once stays so. The row comes
    first, as with verdicts, and the profile after it."""
    type(row).objects.select_for_update().filter(pk=row.pk).first()
    PartnerProfile.objects.select_for_update().filter(partner=row.partner_id).first()


def says_nothing_new(row: Provenance, values: dict) -> bool:
    """Where it comes from and when it was seen is no news by itself."""
    return all(getattr(row, name) == value for name, value in values.items() if name not in PROVEN)


def judge_typed_row(row: Provenance, *, verified: bool, disputed: bool, by) -> None:
    """Told by `context`, where the verdict itself is kept: how the row stands now."""
    now = timezone.now()
    row.verified_at, row.verified_by = (now, by) if verified else (None, None)
    row.disputed_at = now if disputed else None
    row.save(update_fields=["verified_at", "verified_by", "disputed_at"])


def _keep_proofs(partner: Partner, formset, *, by) -> None:
    """A file handed in beside a row proves it."""
    for form in formset.forms:
        upload = getattr(form, "cleaned_data", {}).get("proof")
        if upload and isinstance(form.instance, Provenance):
            form.instance.evidence_file = add_evidence(partner, upload, by=by)


def _save(row, *, by) -> None:
    if not isinstance(row, Provenance):
        row.save()
        return
    if row.pk is not None:
        _withdraw(row)
        row.pk, row.public_id, row._state.adding = None, uuid7(), True
    row.recorded_at, row.asserted_by = timezone.now(), by
    row.verified_at = row.verified_by = row.disputed_at = row.withdrawn_at = None
    row.save()


def _remove(row) -> None:
    if isinstance(row, Provenance):
        _withdraw(row)
    else:
        row.delete()


def _withdraw(row: Provenance) -> None:
    """Of two people at once, one finds that it has gone already."""
    if not type(row).objects.filter(pk=row.pk).update(withdrawn_at=timezone.now()):
        raise Refused(_("Somebody else changed “%(row)s” meanwhile. Load the page again.") % {"row": row})


def _tell(partner: Partner, model, *, by, saved: list[str], removed: list[str]) -> None:
    refresh_profiles([partner.pk])
    sentence = _("%(partner)s: %(what)s changed") % {"partner": partner, "what": model._meta.verbose_name_plural}
    data = {"saved": saved, "removed": removed}
    record_activity("partner.rows_changed", sentence, by=by, partner_id=partner.pk, subject=partner, data=data)


def check_observed(value: datetime) -> datetime:
    if value > timezone.now() + timedelta(minutes=5):
        raise Invalid(_("It cannot have been observed in the future."), field="observed_at")
    return value


def check_day(value, field: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    raise Invalid(_("Write the day as 2030-05-31."), field=field)


PROVEN: Checks = {
    "source": partial(check_line, field="source", required=True),
    "method": partial(check_choice, choices=Method, field="method"),
    "observed_at": check_observed,
    "evidence": partial(check_line, field="evidence", longest=500),
}
