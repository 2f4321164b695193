"""Writing what was planned: one transaction for a batch, a fixed number of statements whatever its size."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from context.actions.facts import record_facts
from context.imports.planning import REFUSED, UNCHANGED, RowPlan
from context.models import DataPoint, Fact
from partners.models import (
    Contact,
    Enrolment,
    Method,
    Partner,
    PartnerKey,
    PartnerKind,
    PartnerProfile,
    Programme,
    Tier,
)

_BATCH = 1_000


class Words:
    """The rows behind the keys that plans speak of; read once for each import."""

    def __init__(self) -> None:
        self.programmes = dict(Programme.objects.values_list("key", "pk"))
        self.kinds = dict(PartnerKind.objects.values_list("key", "pk"))
        self.tiers = {(programme, key): pk for pk, programme, key in Tier.objects.values_list("pk", "programme__key", "key")}
        self.data_points = {point.key: point for point in DataPoint.objects.all()}


def apply_batch(plans: list[RowPlan], words: Words, *, source: str, by) -> None:
    """A new partner gets its number in `plan.known.pk`; when the transaction fails, it is taken back."""
    plans = [plan for plan in plans if plan.outcome not in (REFUSED, UNCHANGED)]
    fresh = [plan.known for plan in plans if plan.is_new_partner]
    try:
        with transaction.atomic():
            _write_partners(plans)
            _write_keys(plans)
            _write_enrolments(plans, words)
            _write_contacts(plans)
            record_facts(_facts(plans, words, source, by))
    except Exception:
        for known in fresh:
            known.pk = None
        raise


def _write_partners(plans: list[RowPlan]) -> None:
    new = [(plan.known, Partner(**plan.columns)) for plan in plans if plan.is_new_partner]
    partners = Partner.objects.bulk_create([partner for _known, partner in new], batch_size=_BATCH)
    PartnerProfile.objects.bulk_create([PartnerProfile(partner=partner) for partner in partners], batch_size=_BATCH)
    for known, partner in new:
        known.pk = partner.pk
    changed = [(plan.known.pk, plan.columns) for plan in plans if plan.columns and not plan.is_new_partner]
    _update(Partner, _merged(changed))


def _write_keys(plans: list[RowPlan]) -> None:
    keys = [PartnerKey(partner_id=plan.known.pk, system=system, value=key) for plan in plans for system, key in plan.keys.items()]
    PartnerKey.objects.bulk_create(keys, batch_size=_BATCH)


def _write_enrolments(plans: list[RowPlan], words: Words) -> None:
    pks = {plan.known.pk for plan in plans if plan.is_new_enrolment}
    have_primary = set(Enrolment.objects.current().filter(partner__in=pks, is_primary=True).values_list("partner", flat=True))
    new = []
    for plan in plans:
        if plan.is_new_enrolment:
            place = _place(plan, words)
            is_primary = plan.known.pk not in have_primary
            new.append(
                Enrolment(partner_id=plan.known.pk, programme_id=words.programmes[plan.programme], is_primary=is_primary, **place)
            )
            have_primary.add(plan.known.pk)
    Enrolment.objects.bulk_create(new, batch_size=_BATCH)
    changed = {(plan.known.pk, words.programmes[plan.programme]): _place(plan, words) for plan in plans if _has_moved(plan)}
    current = Enrolment.objects.current().filter(partner__in={partner for partner, _programme in changed})
    rows = current.values_list("pk", "partner", "programme")
    _update(Enrolment, {pk: changed[place] for pk, *pair in rows if (place := tuple(pair)) in changed})


def _has_moved(plan: RowPlan) -> bool:
    return bool(plan.place) and not plan.is_new_enrolment


def _place(plan: RowPlan, words: Words) -> dict[str, Any]:
    place = dict(plan.place)
    if "kind" in place:
        place["kind_id"] = words.kinds[place.pop("kind")]
    if "tier" in place:
        place["tier_id"] = words.tiers[(plan.programme, place.pop("tier"))]
    return place


def _write_contacts(plans: list[RowPlan]) -> None:
    """Contacts only: no login, no invitation, no rights at the partner."""
    new = [Contact(partner_id=plan.known.pk, **plan.contact) for plan in plans if plan.contact and plan.is_new_contact]
    Contact.objects.bulk_create(new, batch_size=_BATCH)
    _update(Contact, _merged((plan.contact_id, plan.contact) for plan in plans if plan.contact and not plan.is_new_contact))


def _facts(plans: list[RowPlan], words: Words, source: str, by) -> list[Fact]:
    return [
        Fact(
            partner_id=plan.known.pk,
            data_point=words.data_points[key],
            programme_id=words.programmes[programme] if programme else None,
            value=value,
            source=source,
            method=Method.IMPORT,
            asserted_by=by,
            observed_at=plan.observed_at,
        )
        for plan in plans
        for key, programme, value in plan.facts
    ]


def _merged(changes) -> dict[int, dict[str, Any]]:
    merged: dict[int, dict[str, Any]] = {}
    for pk, values in changes:
        merged.setdefault(pk, {}).update(values)
    return merged


def _update(model: Callable, changes: dict[int, dict[str, Any]]) -> None:
    """Rows that change the same columns go together, so that no other column is written."""
    groups: dict[tuple[str, ...], list] = {}
    for pk, values in changes.items():
        groups.setdefault(tuple(sorted(values)), []).append(model(pk=pk, **values))
    for names, rows in groups.items():
        model.objects.bulk_update(
            rows, [name.removesuffix("_id") if name in ("kind_id", "tier_id") else name for name in names], batch_size=_BATCH
        )
