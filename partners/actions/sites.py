"""Plants, warehouses, branches and service areas: each a row of the ledger, followed by another when it changes."""

from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.numbers import number_below
from activity.refusals import Invalid, Refused
from partners.actions.changes import check_fields
from partners.actions.checks import check_choice, check_country, check_line, unknown
from partners.actions.typed_rows import PROVEN, save_typed_row, says_nothing_new, withdraw_typed_row
from partners.models import Method, Partner, Region, Site

_LARGEST = Decimal(10) ** 12


def add_site(
    partner: Partner, *, by, name: str, kind: str, source: str = "manual entry", method: str = Method.MANUAL, **fields
) -> Site:
    """`region` is a row or its key, `activities` and `serves` are lists of keys and of country codes."""
    site = Site(partner=partner, observed_at=timezone.now())
    return _save(site, {"name": name, "kind": kind, "source": source, "method": method, **fields}, by=by)


def change_site(site: Site, *, by, **fields) -> Site:
    """The row is followed by one with these values, which is a claim until someone verifies it; nothing new changes nothing."""
    values = check_fields(CHECKS, fields)
    if says_nothing_new(site, values):
        return site
    return _save(site, {"observed_at": timezone.now(), **fields}, by=by)


def close_site(site: Site, *, by) -> None:
    """It is there no longer; it stays in the ledger with the day."""
    withdraw_typed_row(site, by=by)


def _save(site: Site, fields: dict, *, by) -> Site:
    for name, value in check_fields(CHECKS, fields).items():
        setattr(site, name, value)
    if site.capacity_value is not None and not site.capacity_unit:
        raise Invalid(_("Say what the capacity counts, such as pallets or parts a week."), field="capacity_unit")
    try:
        with transaction.atomic():
            return save_typed_row(site, by=by)
    except IntegrityError as error:
        if "site_name_once_per_partner" not in str(error):
            raise
        raise Refused(
            _("%(partner)s has a site called “%(name)s” already.") % {"partner": site.partner, "name": site.name},
            code="duplicate",
            field="name",
        ) from None


def _region(region) -> Region | None:
    if not region or isinstance(region, Region):
        return region or None
    found = Region.objects.filter(key=region).first()
    if found is None:
        raise unknown(region, Region.objects.values_list("key", flat=True), "region")
    return found


def _activities(values) -> list[str]:
    return list(dict.fromkeys(check_choice(value, Site.Activity, "activities") for value in values or ()))


def _countries(values) -> list[str]:
    return sorted({check_country(value, "serves") for value in values or () if str(value).strip()})


def _number(value) -> Decimal | None:
    if value in (None, ""):
        return None
    number = number_below(_LARGEST, str(value))
    if number is None or number < 0:
        raise Invalid(_("The capacity is a number from 0 up."), field="capacity_value")
    return number


CHECKS = {
    "name": partial(check_line, field="name", required=True),
    "kind": partial(check_choice, choices=Site.Kind, field="kind"),
    "city": partial(check_line, field="city", longest=120),
    "country": check_country,
    "region": _region,
    "activities": _activities,
    "serves": _countries,
    "capacity": partial(check_line, field="capacity", longest=120),
    "capacity_value": _number,
    "capacity_unit": partial(check_line, field="capacity_unit", longest=40),
    **PROVEN,
}
