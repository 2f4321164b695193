"""A partner enters a programme, moves within it, and leaves it."""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_choice, unknown
from partners.actions.columns import tell_place
from partners.actions.moves import KEPT, Move, Why, moves_between, tell_moves
from partners.models import Enrolment, Partner, PartnerKind, Programme, Stage, Tier


@transaction.atomic
def enrol_partner(
    partner: Partner,
    programme: Programme,
    *,
    by,
    kind=None,
    tier=None,
    status: str = Enrolment.Status.ACTIVE,
    stage: str = "",
    manager=None,
    starts_on: date | None = None,
    is_primary: bool | None = None,
    why: Why | None = None,
) -> Enrolment:
    """`kind` and `tier` are rows or their keys. The first enrolment of a partner is its primary one. `why` as for a change."""
    current = list(Enrolment.objects.select_for_update().filter(partner=partner).current())
    if any(enrolment.programme_id == programme.pk for enrolment in current):
        raise Refused(_("%(partner)s is already in %(programme)s.") % {"partner": partner, "programme": programme})
    place = {"kind": kind, "tier": tier, "status": status, "stage": stage, "manager": manager, "starts_on": starts_on}
    values = check_fields(_checks(programme), place)
    if is_primary is None:
        is_primary = not any(enrolment.is_primary for enrolment in current)
    if is_primary:
        _take_primary_from_others(partner)
    enrolment = Enrolment.objects.create(partner=partner, programme=programme, is_primary=is_primary, **values)
    tell_moves(moves_between(enrolment, {"tier": None, "stage": ""}, by=by, why=why))
    tell_place(enrolment, [name for name, value in values.items() if value], by=by)
    _record("enrolment.created", _("%(partner)s entered %(programme)s"), enrolment, by=by)
    return enrolment


@transaction.atomic
def change_enrolment(enrolment: Enrolment, *, by, why: Why | None = None, **fields) -> Enrolment:
    """`why` goes to those who keep a record of moves between tiers and stages."""
    if not enrolment.is_current:
        raise Refused(_("This enrolment ended on %(day)s and is history now.") % {"day": enrolment.ends_on})
    if fields.get("status") == Enrolment.Status.ENDED:
        return end_enrolment(enrolment, by=by, ends_on=fields.get("ends_on"))
    values = check_fields(_checks(enrolment.programme), fields)
    if values.get("is_primary") is False and enrolment.is_primary:
        raise Invalid(_("Make another enrolment the primary one instead; a partner always has one."), field="is_primary")
    if values.get("is_primary"):
        _take_primary_from_others(enrolment.partner, but=enrolment)
    before = {kind: getattr(enrolment, kind) for kind in KEPT if kind in values}
    changed = write_changes(enrolment, values)
    if changed:
        moves = moves_between(enrolment, before, by=by, why=why)
        tell_moves(moves)
        tell_place(enrolment, changed, by=by)
        _record(
            "enrolment.changed",
            "%(partner)s · %(programme)s: %(fields)s",
            enrolment,
            by=by,
            fields=_changes_in_words(enrolment, changed, moves),
            changes=changed,
        )
    return enrolment


@transaction.atomic
def end_enrolment(enrolment: Enrolment, *, by, ends_on: date | None = None) -> Enrolment:
    """The partner leaves the programme; its next enrolment, where there is one, stands for it from now on."""
    if not enrolment.is_current:
        raise Refused(_("This enrolment already ended on %(day)s.") % {"day": enrolment.ends_on})
    ends_on = ends_on or timezone.localdate()
    if enrolment.starts_on and ends_on < enrolment.starts_on:
        raise Invalid(_("It began on %(day)s; it cannot end before that.") % {"day": enrolment.starts_on}, field="ends_on")
    was_primary = enrolment.is_primary
    write_changes(enrolment, {"status": Enrolment.Status.ENDED, "ends_on": ends_on, "is_primary": False})
    tell_place(enrolment, ["status"], by=by)
    heir = enrolment.partner.enrolments.current().order_by("pk").first() if was_primary else None
    if heir:
        write_changes(heir, {"is_primary": True})
    _record("enrolment.ended", _("%(partner)s left %(programme)s"), enrolment, by=by)
    return enrolment


def _checks(programme: Programme) -> dict:
    return {
        "kind": _kind,
        "tier": partial(_tier, programme),
        "status": partial(check_choice, choices=Enrolment.Status, field="status"),
        "stage": partial(check_choice, choices=Stage, field="stage", required=False),
        "manager": _manager,
        "starts_on": lambda value: value,
        "is_primary": bool,
    }


def _kind(kind) -> PartnerKind | None:
    if not kind or isinstance(kind, PartnerKind):
        return kind or None
    found = PartnerKind.objects.filter(key=kind).first()
    if found is None:
        raise unknown(kind, PartnerKind.objects.values_list("key", flat=True), "kind")
    return found


def _tier(programme: Programme, tier) -> Tier | None:
    if not tier:
        return None
    key = tier.key if isinstance(tier, Tier) else tier
    found = Tier.objects.filter(programme=programme, key=key).first()
    if found is None or (isinstance(tier, Tier) and tier.programme_id != programme.pk):
        raise unknown(tier, programme.tiers.values_list("key", flat=True), "tier")
    return found


def _manager(manager):
    if manager is not None and not manager.is_staff:
        raise Invalid(_("%(person)s is not a manager.") % {"person": manager}, field="manager")
    return manager


def _take_primary_from_others(partner: Partner, but: Enrolment | None = None) -> None:
    partner.enrolments.current().filter(is_primary=True).exclude(pk=but and but.pk).update(is_primary=False)


def _changes_in_words(enrolment: Enrolment, changed: dict[str, list], moves: list[Move]) -> str:
    """“tier Silver → Gold, kind changed”: moves by their ends and their reason, the rest by name."""
    told = [f"{move.in_words} ({move.why.reason})" if move.why.reason else move.in_words for move in moves]
    others = {name: change for name, change in changed.items() if name not in {move.kind for move in moves}}
    if others:
        told.append(_("%(fields)s changed") % {"fields": in_words(enrolment, others)})
    return ", ".join(told)


def _record(verb: str, sentence: str, enrolment: Enrolment, *, by, fields: str = "", **data) -> None:
    words = sentence % {"partner": enrolment.partner, "programme": enrolment.programme, "fields": fields}
    record_activity(verb, words, by=by, partner_id=enrolment.partner_id, subject=enrolment, data=data)
