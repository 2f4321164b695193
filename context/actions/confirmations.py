"""What a partner's admins answer when they are asked to confirm or correct: a new claim with the same value or with another,
or that they do not know. What is still fresh is not confirmed again, and nothing is overwritten that the reader has not seen."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.facts import record_fact
from context.models import Abstention, DataPoint, Fact
from context.queries.confirmations import (
    ROWS_ASKED,
    askable_points,
    current_value,
    needs_confirmation,
    row_needs_confirmation,
)
from partners.actions.typed_rows import answer_one_at_a_time, save_typed_row, withdraw_typed_row
from partners.models import Contact, Method, Partner, PartnerProfile, Provenance

ASK_AGAIN_AFTER = {Abstention.Kind.UNKNOWN: timedelta(days=30), Abstention.Kind.NOT_APPLICABLE: timedelta(days=365)}


@transaction.atomic
def confirm_value(partner: Partner, point: DataPoint, *, by, seen: str) -> Fact:
    """Claim the value that stands once more, as observed now. `seen` is the id of the fact that was shown."""
    contact = _begin(partner, point, by)
    fact = current_value(partner, point)
    _check_seen(fact.pk if fact else "", seen)
    if fact is None:
        raise Invalid(_("There is no value to confirm yet. Enter one."), field="value")
    if not needs_confirmation(fact):
        raise _still_fresh(point.label)
    return _claim(partner, point, fact.value, by=by, source=_("confirmed by %(name)s in the portal") % {"name": contact})


@transaction.atomic
def correct_value(partner: Partner, point: DataPoint, value: Any, *, by, seen: str) -> Fact:
    """Claim another value; the former stays in the ledger."""
    contact = _begin(partner, point, by)
    fact = current_value(partner, point)
    _check_seen(fact.pk if fact else "", seen)
    if value in (None, "", []):
        raise Invalid(_("Enter a value, or say that you do not know."), field="value")
    return _claim(partner, point, value, by=by, source=_("told by %(name)s in the portal") % {"name": contact})


@transaction.atomic
def abstain(partner: Partner, point: DataPoint, kind: str, *, by, row: Provenance | None = None) -> Abstention:
    """Say that it is not known, or does not apply: nothing is claimed, and it is not asked again for a while."""
    contact = _begin(partner, point, by)
    if kind not in Abstention.Kind.values:
        raise Invalid(_("Confirm it, correct it, or say that you do not know."))
    now = timezone.now()
    said = Abstention.objects.create(
        partner=partner, data_point=point, row_id=row.pk if row else None, kind=kind, by=by, at=now,
        until=now + ASK_AGAIN_AFTER[Abstention.Kind(kind)],
    )  # fmt: skip
    words = {"name": contact, "label": point.label, "answer": said.get_kind_display()}
    record_activity("fact.abstained", _("%(name)s on %(label)s: %(answer)s") % words, by=by, partner_id=partner.pk, subject=said)
    return said


@transaction.atomic
def confirm_row(row: Provenance, point: DataPoint, *, by) -> Provenance:
    """The row still holds: it is followed by the same one, observed now."""
    contact = _begin(row.partner, point, by, row)
    if not row_needs_confirmation(row, point):
        raise _still_fresh(str(row))
    row.source = _("confirmed by %(name)s in the portal") % {"name": contact}
    return _follow(row, by=by)


@transaction.atomic
def correct_row(row: Provenance, point: DataPoint, values: dict, *, by) -> Provenance:
    """The row is followed by one with these values."""
    contact = _begin(row.partner, point, by, row)
    for name, value in values.items():
        setattr(row, name, value)
    row.source = _("told by %(name)s in the portal") % {"name": contact}
    return _follow(row, by=by)


@transaction.atomic
def add_rows(partner: Partner, point: DataPoint, rows: list[Provenance], *, by) -> list[Provenance]:
    """What was missing: each of these unsaved rows is a claim."""
    contact = _begin(partner, point, by)
    if not rows:
        raise Invalid(_("Name at least one, or say that it does not apply."))
    if ROWS_ASKED[point.key].objects.filter(partner=partner).exists():
        raise Refused(_("“%(label)s” came in meanwhile. Load the page again.") % {"label": point.label}, code="changed_meanwhile")
    for row in rows:
        row.partner, row.source = partner, _("told by %(name)s in the portal") % {"name": contact}
    return [_follow(row, by=by) for row in rows]


@transaction.atomic
def end_row(row: Provenance, point: DataPoint, *, by) -> None:
    """The row holds no longer; it stays in the ledger with the day."""
    _begin(row.partner, point, by, row)
    withdraw_typed_row(row, by=by)


def _begin(partner: Partner, point: DataPoint, by, row: Provenance | None = None) -> Contact:
    """One answer at a time for each partner; refused to whom it is not asked of. A row is held before the profile, as by whoever
    decides about it: in any other order the two could wait for each other."""
    contact = partner.contacts.current().filter(user=by, is_partner_admin=True).first()
    if contact is None:
        raise NotAllowed(_("Only your organisation's portal admins may do this."))
    if not askable_points().filter(pk=point.pk).exists():
        raise NotAllowed(_("“%(label)s” is not yours to change.") % {"label": point.label})
    if row is None:
        PartnerProfile.objects.select_for_update().filter(partner=partner).first()
    else:
        answer_one_at_a_time(row)
    return contact


def _check_seen(current: int | str, seen: str) -> None:
    if str(current) != str(seen):
        raise Refused(_("A newer value came in meanwhile. Load the page again and look at that."), code="changed_meanwhile")


def _still_fresh(label: str) -> Refused:
    return Refused(_("“%(label)s” is still fresh; nothing needs to be confirmed.") % {"label": label}, code="fresh")


def _claim(partner: Partner, point: DataPoint, value: Any, *, by, source: str) -> Fact:
    return record_fact(partner, point, value, source=source[:200], method=Method.MANUAL, by=by)


def _follow(row: Provenance, *, by) -> Provenance:
    row.source, row.method, row.observed_at = row.source[:200], Method.MANUAL, timezone.now()
    return save_typed_row(row, by=by)
