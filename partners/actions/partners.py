"""Partners come in, and change."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_country, check_language, check_line, check_text, check_time_zone, check_website
from partners.actions.columns import tell_columns
from partners.actions.enrolments import change_enrolment, enrol_partner
from partners.actions.programmes import default_programme
from partners.models import FormerName, Method, Partner, PartnerProfile, Programme

CHECKS = {
    "name": partial(check_line, field="name", required=True),
    "legal_name": partial(check_line, field="legal_name"),
    "external_id": lambda value: check_line(value, "external_id") or None,
    "country": check_country,
    "time_zone": check_time_zone,
    "language": check_language,
    "website": check_website,
    "description": partial(check_text, field="description"),
}
OF_THE_PRIMARY_ENROLMENT = ("kind", "tier", "status", "stage", "manager")


@transaction.atomic
def create_partner(
    *,
    by,
    programme: Programme | None = None,
    kind=None,
    tier=None,
    status: str | None = None,
    manager=None,
    method: str = Method.MANUAL,
    **fields,
) -> Partner:
    """Make the organisation, its primary enrolment and its profile row. `kind` and `tier` are rows or their keys; `method` says how
    the `fields` of the organisation came in."""
    partner = create_organisation(by=by, **fields)
    tell_columns(partner, filled_columns(partner), by=by, method=method)
    enrol_partner(
        partner,
        programme or default_programme(),
        by=by,
        kind=kind,
        tier=tier,
        status=status or "active",
        manager=manager,
        is_primary=True,
    )
    return partner


@transaction.atomic
def create_organisation(*, by, name: str, **fields) -> Partner:
    """Make it in no programme yet, with its profile row. Who makes it tells what its columns say."""
    partner = Partner(**check_fields(CHECKS, {"name": name, **fields}))
    _save_with_own_key(partner.save, partner)
    PartnerProfile.objects.create(partner=partner)
    record_activity(
        "partner.created", _("%(name)s became known to us") % {"name": partner}, by=by, partner_id=partner.pk, subject=partner
    )
    return partner


@transaction.atomic
def rename_partner(partner: Partner, name: str, *, by, reason: str = "") -> Partner:
    """Give it another name; under the old one it is still found."""
    return change_partner(partner, by=by, name=name, reason=reason)


@transaction.atomic
def change_partner(partner: Partner, *, by, reason: str = "", method: str = Method.MANUAL, **fields) -> Partner:
    """Change what is named. `kind`, `tier`, `status`, `stage` and `manager` go to its primary enrolment; `reason` says why
    it has another name, `method` how the values came in."""
    reason = check_line(reason, "reason", longest=300)
    of_enrolment = {name: fields.pop(name) for name in OF_THE_PRIMARY_ENROLMENT if name in fields}
    changed = _write(partner, fields, by=by, reason=reason)
    tell_columns(partner, {name: after for name, (_before, after) in changed.items()}, by=by, method=method)
    if of_enrolment:
        change_enrolment(_primary_enrolment(partner), by=by, **of_enrolment)
    return partner


@transaction.atomic
def let_column_follow(partner: Partner, name: str, value: str, *, by) -> None:
    """The column says from now on what somebody verified, which is in the record of its values already."""
    _write(partner, {name: value}, by=by)


def _write(partner: Partner, fields: dict, *, by, reason: str = "") -> dict[str, list]:
    values = check_fields(CHECKS, fields)
    changed = _save_with_own_key(lambda: write_changes(partner, values), partner, values.get("external_id"))
    if "name" in changed:
        note_former_name(partner, changed["name"][0], by=by, reason=reason)
    if changed:
        record_activity(
            "partner.changed",
            _("%(name)s: %(fields)s changed") % {"name": partner, "fields": in_words(partner, changed)},
            by=by,
            partner_id=partner.pk,
            subject=partner,
            data={"changes": changed},
        )
    return changed


def filled_columns(partner: Partner) -> dict[str, str]:
    return {name: value for name in CHECKS if (value := getattr(partner, name))}


def note_former_name(partner: Partner, name: str, *, by, reason: str = "") -> FormerName:
    return FormerName.objects.create(partner=partner, name=name, changed_by=by, reason=reason)


def _primary_enrolment(partner: Partner):
    enrolment = partner.enrolments.current().order_by("-is_primary", "pk").first()
    if enrolment is None:
        raise Refused(_("%(name)s is in no programme now. Enrol it first.") % {"name": partner})
    return enrolment


def _save_with_own_key(save, partner: Partner, external_id: str | None = None):
    """The database decides whether the key is free: two requests at once cannot both have it."""
    try:
        with transaction.atomic():
            return save()
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        key = external_id or partner.external_id
        raise Refused(
            _("Another partner already has the external id “%(key)s”.") % {"key": key}, code="duplicate", field="external_id"
        ) from None
