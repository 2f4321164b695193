"""Typed rows that a manager enters or mends on the page of a partner."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from partners.actions.profiles import refresh_profiles
from partners.models import Partner, Provenance


@transaction.atomic
def save_typed_rows(partner: Partner, formset, *, by) -> None:
    """Save a checked formset of one kind of row. Whoever enters a row asserts it; the profile follows."""
    rows = formset.save(commit=False)
    for row in rows:
        if isinstance(row, Provenance) and row.pk is None:
            row.asserted_by = by
        row.save()
    for row in formset.deleted_objects:
        row.delete()
    formset.save_m2m()
    if not rows and not formset.deleted_objects:
        return
    refresh_profiles([partner.pk])
    what = formset.model._meta.verbose_name_plural
    sentence = _("%(partner)s: %(what)s changed") % {"partner": partner, "what": what}
    data = {"saved": [str(row) for row in rows], "removed": [str(row) for row in formset.deleted_objects]}
    record_activity("partner.rows_changed", sentence, by=by, partner_id=partner.pk, subject=partner, data=data)
