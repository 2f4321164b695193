"""Regions and specialties of a partner, words of a list: each a row of the ledger, added and withdrawn."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Refused
from partners.actions.changes import check_fields
from partners.actions.typed_rows import PROVEN, answer_one_at_a_time, save_typed_row, withdraw_typed_row
from partners.models import Method, Partner, PartnerRegion, PartnerSpecialty, Region, Specialty


def add_region(partner: Partner, region: Region, *, by, **proven) -> PartnerRegion:
    """`proven` is where it comes from: `source`, `method`, `observed_at`, `evidence`."""
    return _add(PartnerRegion(partner=partner, region=region), proven, by=by, field="region")


def add_specialty(partner: Partner, specialty: Specialty, *, by, **proven) -> PartnerSpecialty:
    """`proven` as with regions."""
    return _add(PartnerSpecialty(partner=partner, specialty=specialty), proven, by=by, field="specialty")


def withdraw_word(row: PartnerRegion | PartnerSpecialty, *, by) -> None:
    """It holds no longer; it stays in the ledger with the day."""
    withdraw_typed_row(row, by=by)


@transaction.atomic
def _add(row, proven: dict, *, by, field: str):
    told = {"source": "manual entry", "method": Method.MANUAL, "observed_at": timezone.now(), **proven}
    for name, value in check_fields(PROVEN, told).items():
        setattr(row, name, value)
    answer_one_at_a_time(row)
    if type(row).objects.filter(partner=row.partner, **{field: getattr(row, field)}).exists():
        words = {"partner": row.partner, "name": row}
        raise Refused(_("%(partner)s has “%(name)s” already.") % words, code="duplicate", field=field)
    return save_typed_row(row, by=by)
