"""Writing what was planned: one transaction for a batch, a fixed number of statements whatever its size."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from context.actions.facts import Observation, record_observations
from context.actions.stages import catch_up_stage_moves
from context.imports.checking import person_of
from context.imports.ledger_rows import write_rows
from context.imports.planning import REFUSED, UNCHANGED, RowPlan
from context.imports.snapshots import Listed
from context.queries.history import partners_where_then
from partners.actions.profiles import refresh_profiles
from partners.copying import copy_rows, next_ids, public_ids, update_rows
from partners.models import Contact, Enrolment, FormerName, Method, Partner, PartnerKey, PartnerKind, Programme, Tier

_PARTNER = ("name", "legal_name", "external_id", "country", "time_zone", "language", "website", "description")
_PLACE = ("kind_id", "tier_id", "status", "stage", "starts_on")
_CONTACT = ("name", "email", "job_title", "phone", "language", "time_zone", "functions")
_NEW_PLACE = {"status": Enrolment.Status.ACTIVE.value, "stage": ""}


class Words:
    """The rows behind the keys that plans speak of; read once for each import."""

    def __init__(self) -> None:
        self.programmes = dict(Programme.objects.values_list("key", "pk"))
        self.kinds = dict(PartnerKind.objects.values_list("key", "pk"))
        self.tiers = {(programme, key): pk for pk, programme, key in Tier.objects.values_list("pk", "programme__key", "key")}


def apply_batch(plans: list[RowPlan], words: Words, *, source: str, by) -> None:
    """A new partner gets its number in `plan.known.pk`; when the transaction fails, it is taken back."""
    plans = [plan for plan in plans if plan.outcome not in (REFUSED, UNCHANGED)]
    fresh = [plan.known for plan in plans if plan.is_new_partner]
    try:
        with transaction.atomic():
            _write_partners(plans, source=source, by=by)
            _write_keys(plans)
            _write_enrolments(plans, words)
            _record_moves(plans, source, by=by)
            _write_contacts(plans)
            _write_ledger_rows(plans, words, source=source, by=by)
            new_partners = [known.pk for known in fresh]
            record_observations(_observations(plans), source=source, method=Method.IMPORT, by=by, new_partners=new_partners)
            _refresh_profiles(plans)
    except Exception:
        for known in fresh:
            known.pk = None
        raise


def record_leavers(listed: Listed, data_point: str, *, source: str, by) -> int:
    """Who was on the list before and is not on that of this day has left it: a fact with that date. Returns how many."""
    gone = []
    for programme, present in listed.partners().items():
        before = partners_where_then({data_point: True}, programme=programme, true_at=listed.day, source=source)
        for pk, name in before.exclude(pk__in=present).values_list("pk", "name"):
            if name.casefold() not in listed.unclear_names():
                gone.append(Observation(pk, None, data_point, programme, False, listed.day))
    if gone:
        record_observations(gone, source=source, method=Method.IMPORT, by=by)
    return len(gone)


def _write_partners(plans: list[RowPlan], *, source: str, by) -> None:
    new = [plan for plan in plans if plan.is_new_partner]
    for plan, pk in zip(new, next_ids(Partner, len(new)), strict=True):
        plan.known.pk = pk
    blank = dict.fromkeys(_PARTNER, "") | {"external_id": None}
    rows = (
        (plan.known.pk, public_id, *(blank | plan.columns).values()) for plan, public_id in zip(new, public_ids(), strict=False)
    )
    copy_rows(Partner, ("id", "public_id", *_PARTNER), rows, created_at=timezone.now())
    _keep_former_names([plan for plan in plans if "name" in plan.columns and not plan.is_new_partner], by=by, source=source)
    _update(Partner, _merged((plan.known.pk, plan.columns) for plan in plans if plan.columns and not plan.is_new_partner))


def _keep_former_names(plans: list[RowPlan], *, source: str, by) -> None:
    """Under the name it had before, a partner is still found."""
    new = {plan.known.pk: plan.columns["name"] for plan in plans}
    old = Partner.objects.filter(pk__in=new).values_list("pk", "name") if new else ()
    rows = [
        FormerName(partner_id=pk, name=name, changed_by=by, reason=_("Renamed by an import from %(source)s") % {"source": source})
        for pk, name in old
        if name != new[pk]
    ]
    FormerName.objects.bulk_create(rows)


def _write_keys(plans: list[RowPlan]) -> None:
    keys = ((plan.known.pk, system, key) for plan in plans for system, key in plan.keys.items())
    copy_rows(PartnerKey, ("partner_id", "system", "value"), keys)


def _write_enrolments(plans: list[RowPlan], words: Words) -> None:
    new = [plan for plan in plans if plan.is_new_enrolment]
    known = {plan.known.pk for plan in new if not plan.is_new_partner}
    have_primary = set(Enrolment.objects.current().filter(partner__in=known, is_primary=True).values_list("partner", flat=True))
    rows = []
    for plan, public_id in zip(new, public_ids(), strict=False):
        place = dict.fromkeys(_PLACE) | _NEW_PLACE | _place(plan, words)
        is_primary = plan.known.pk not in have_primary
        have_primary.add(plan.known.pk)
        rows.append((public_id, plan.known.pk, words.programmes[plan.programme], is_primary, *place.values()))
    copy_rows(Enrolment, ("public_id", "partner_id", "programme_id", "is_primary", *_PLACE), rows)
    _move_enrolments([plan for plan in plans if plan.place and not plan.is_new_enrolment], words)


def _move_enrolments(plans: list[RowPlan], words: Words) -> None:
    changed = {(plan.known.pk, words.programmes[plan.programme]): _place(plan, words) for plan in plans}
    current = Enrolment.objects.current().filter(partner__in={partner for partner, _programme in changed})
    rows = current.values_list("pk", "partner", "programme")
    _update(Enrolment, {pk: changed[place] for pk, *pair in rows if (place := tuple(pair)) in changed})


def _record_moves(plans: list[RowPlan], source: str, *, by) -> None:
    staged = {plan.known.pk for plan in plans if plan.place.get("stage")}
    if staged:
        catch_up_stage_moves(source[:500], by=by, partner_ids=staged)


def _place(plan: RowPlan, words: Words) -> dict[str, Any]:
    place = dict(plan.place)
    if "kind" in place:
        kind = place.pop("kind")
        place["kind_id"] = words.kinds[kind] if kind else None
    if "tier" in place:
        tier = place.pop("tier")
        place["tier_id"] = words.tiers[(plan.programme, tier)] if tier else None
    return place


def _write_contacts(plans: list[RowPlan]) -> None:
    """Contacts only: no login, no invitation, no rights at the partner."""
    new = [plan for plan in plans if plan.is_new_contact]
    for plan, pk in zip(new, next_ids(Contact, len(new)), strict=True):
        plan.contact_id = pk
    blank = dict.fromkeys(_CONTACT, "") | {"functions": []}
    rows = (
        (plan.contact_id, public_id, plan.known.pk, *(blank | plan.contact).values())
        for plan, public_id in zip(new, public_ids(), strict=False)
    )
    copy_rows(Contact, ("id", "public_id", "partner_id", *_CONTACT), rows, is_partner_admin=False, created_at=timezone.now())
    _update(Contact, _merged((plan.contact_id, plan.contact) for plan in plans if plan.contact and not plan.is_new_contact))


def _write_ledger_rows(plans: list[RowPlan], words: Words, *, source: str, by) -> None:
    people: dict[int, dict[str, int]] = {}
    for plan in plans:
        if plan.is_new_contact and plan.contact_id:
            people.setdefault(plan.known.pk, {})[person_of(plan.contact)] = plan.contact_id
    told = (
        (plan.known.pk, plan.observed_at, row.with_person(people.get(plan.known.pk, {}))) for plan in plans for row in plan.rows
    )
    write_rows(told, words.programmes, source=source, by=by)


def _refresh_profiles(plans: list[RowPlan]) -> None:
    changed = {plan.known.pk for plan in plans if any(row.kind.is_in_profile for row in plan.rows)}
    if changed:
        refresh_profiles(sorted(changed))


def _observations(plans: list[RowPlan]) -> list[Observation]:
    return [
        Observation(plan.known.pk, contact_id, key, programme, value, plan.observed_at)
        for plan in plans
        for contact_id, key, programme, value in (
            *((None, *fact) for fact in plan.facts),
            *((plan.contact_id, key, "", value) for key, value in plan.contact_facts),
        )
    ]


def _merged(changes) -> dict[int, dict[str, Any]]:
    merged: dict[int, dict[str, Any]] = {}
    for pk, values in changes:
        merged.setdefault(pk, {}).update(values)
    return merged


def _update(model: type[Model], changes: dict[int, dict[str, Any]]) -> None:
    """Rows that change the same columns go together, so that no other column is written."""
    groups: dict[tuple[str, ...], list[tuple]] = {}
    for pk, values in changes.items():
        columns = tuple(sorted(values))
        groups.setdefault(columns, []).append((pk, *(values[column] for column in columns)))
    for columns, rows in groups.items():
        update_rows(model, columns, rows)
