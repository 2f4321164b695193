"""Who holds which tier: moved by the published policy, or by hand with a reason. Every change is kept with its evidence."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.models import Activity
from activity.refusals import Invalid, Refused
from context.models import TierChange, TierPolicy, TierStanding
from context.queries.criteria import holding, outcomes_of
from context.queries.tiers import BATCH, Rules, enrolments_under, rules_of
from context.tiering import Decision, decide
from partners.actions.checks import check_line
from partners.actions.enrolments import change_enrolment
from partners.actions.moves import Move, Why
from partners.models import Enrolment, Partner, Tier

HELD_BY_HAND_DAYS = 90
_JUST_NOW = timedelta(minutes=3)
_AT_ONCE = 5_000


def change_tier(enrolment: Enrolment, to: Tier | None, *, by, reason: str, until: date | None = None) -> Enrolment:
    """By hand. Where a policy is published, the tier stays up to `until` whatever the rules say, and theirs again after it."""
    reason = check_line(reason, "reason", required=True, longest=500)
    if until and until < timezone.localdate():
        raise Invalid(_("Choose a day from today on; the rules decide after it."), field="until")
    if to == enrolment.tier:
        raise Refused(_("%(partner)s holds this tier already.") % {"partner": enrolment.partner})
    return change_enrolment(enrolment, by=by, tier=to, why=Why(reason, until=until))


@transaction.atomic
def release_tier(enrolment: Enrolment, *, by) -> None:
    """Let the rules decide again at once."""
    released = TierStanding.objects.filter(enrolment=enrolment, fixed_until__isnull=False).update(fixed_until=None)
    if not released:
        raise Refused(_("The rules decide about this tier already."))
    words = {"partner": enrolment.partner, "programme": enrolment.programme}
    sentence = _("The rules decide about the tier of %(partner)s in %(programme)s again") % words
    record_activity("tier.released", sentence, by=by, partner_id=enrolment.partner_id, subject=enrolment)
    policy = TierPolicy.objects.published().filter(programme=enrolment.programme_id).first()
    if policy:
        evaluate_tiers(policy, [enrolment.partner_id])


def record_tier_move(move: Move) -> None:
    """Whatever changed an enrolment's tier; a person's change holds for a while, or the rules would take it back at once."""
    if move.kind != "tier":
        return
    policy = TierPolicy.objects.published().filter(programme=move.enrolment.programme_id).first()
    TierChange.objects.create(
        enrolment=move.enrolment, from_tier=move.before, to_tier=move.after, policy=policy, by=move.by,
        reason=move.why.reason, evidence=move.why.evidence,
    )  # fmt: skip
    if policy and move.by is not None:
        until = move.why.until or timezone.localdate() + timedelta(days=policy.grace_days or HELD_BY_HAND_DAYS)
        TierStanding.objects.update_or_create(
            enrolment=move.enrolment, defaults={"policy": policy, "fixed_until": until, "grace_until": None}
        )


# --- By rule ---------------------------------------------------------------------------------------------------------


def evaluate_all_tiers() -> int:
    """Every published policy, all of its partners. Returns how many moved."""
    return sum(_evaluate(policy) for policy in TierPolicy.objects.published())


def evaluate_changed_tiers() -> int:
    """Of partners to whom something happened in the last minutes. What this misses, `evaluate_all_tiers` finds."""
    policies = list(TierPolicy.objects.published())
    if not policies:
        return 0
    recent = Activity.objects.filter(occurred_at__gte=timezone.now() - _JUST_NOW, partner_id__isnull=False)
    partner_ids = list(recent.order_by().values_list("partner_id", flat=True).distinct()[:_AT_ONCE])
    return sum(_evaluate(policy, partner_ids) for policy in policies) if partner_ids else 0


def _evaluate(policy: TierPolicy, partner_ids: Collection[int] | None = None) -> int:
    """A policy with a rule that can no longer be asked moves nobody, and says so."""
    try:
        moved = evaluate_tiers(policy, partner_ids)
    except Invalid as refusal:
        TierPolicy.objects.filter(pk=policy.pk).update(problem=str(refusal)[:500])
        return 0
    if partner_ids is None or policy.problem:
        TierPolicy.objects.filter(pk=policy.pk).update(problem="", evaluated_at=timezone.now())
    return moved


def evaluate_tiers(policy: TierPolicy, partner_ids: Collection[int] | None = None) -> int:
    """Batch by batch, each its own transaction; safe to stop and to repeat. Returns how many partners moved."""
    rules, last, moved = rules_of(policy), 0, 0
    enrolments = enrolments_under(policy)
    if partner_ids is not None:
        enrolments = enrolments.filter(partner__in=partner_ids)
    while batch := list(enrolments.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        moved += _evaluate_batch(rules, batch)
        last = batch[-1]
    return moved


@transaction.atomic
def _evaluate_batch(rules: Rules, pks: list[int]) -> int:
    rows = enrolments_under(rules.policy).select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    enrolments = list(rows.select_related("partner", "programme"))
    met = holding(rules.criteria, {enrolment.partner_id for enrolment in enrolments})
    standings = TierStanding.objects.in_bulk([enrolment.pk for enrolment in enrolments])
    changed, moves = [], []
    for enrolment in enrolments:
        earned = rules.ladder.earned(met[enrolment.partner_id])
        standing = standings.get(enrolment.pk)
        decision = _decide(rules, enrolment, standing, earned)
        following = _standing(rules, enrolment, standing, earned, decision)
        if following:
            changed.append(following)
        if standing is None or standing.grace_until != decision.grace_until:
            _tell_grace(rules, enrolment, decision, earned, by_now=standing.grace_until if standing else None)
        if decision.tier != enrolment.tier_id:
            moves.append((enrolment, decision.tier))
    fields = ["policy", "earned", "earned_since", "grace_until", "fixed_until"]
    TierStanding.objects.bulk_create(changed, update_conflicts=True, unique_fields=["enrolment"], update_fields=fields)
    for enrolment, tier in moves:
        _move(rules, enrolment, tier)
    return len(moves)


def _decide(rules: Rules, enrolment: Enrolment, standing: TierStanding | None, earned: int | None) -> Decision:
    return decide(
        rules.ladder, held=enrolment.tier_id, earned=earned, today=timezone.localdate(), grace_days=rules.policy.grace_days,
        grace_until=standing.grace_until if standing else None, fixed_until=standing.fixed_until if standing else None,
    )  # fmt: skip


def _standing(
    rules: Rules, enrolment: Enrolment, before: TierStanding | None, earned: int | None, decision: Decision
) -> TierStanding | None:
    """The row as it has to be, or None where it is so already."""
    known = (rules.policy.pk, earned, decision.grace_until, decision.fixed_until)
    if before and (before.policy_id, before.earned_id, before.grace_until, before.fixed_until) == known:
        return None
    since = before.earned_since if before and before.earned_id == earned else timezone.now()
    return TierStanding(
        enrolment=enrolment, policy=rules.policy, earned_id=earned, earned_since=since, grace_until=decision.grace_until,
        fixed_until=decision.fixed_until,
    )  # fmt: skip


def _tell_grace(rules: Rules, enrolment: Enrolment, decision: Decision, earned: int | None, *, by_now: date | None) -> None:
    words = {"partner": enrolment.partner, "held": rules.tiers.get(enrolment.tier_id), "programme": enrolment.programme}
    if decision.grace_until:
        words |= {"earned": rules.tiers.get(earned) or _("no tier"), "day": decision.grace_until.isoformat()}
        sentence = _("%(partner)s no longer meets what %(held)s asks in %(programme)s; %(earned)s follows after %(day)s") % words
        record_activity("tier.grace_began", sentence, partner_id=enrolment.partner_id, subject=enrolment)
    elif by_now and decision.tier == enrolment.tier_id:
        sentence = _("%(partner)s meets again what %(held)s asks in %(programme)s") % words
        record_activity("tier.grace_ended", sentence, partner_id=enrolment.partner_id, subject=enrolment)


def _move(rules: Rules, enrolment: Enrolment, tier: int | None) -> None:
    """Up because of what the new tier asks and the partner meets, down because of what the old one asked and it does not."""
    is_up = rules.ladder.height(tier) > rules.ladder.height(enrolment.tier_id)
    outcomes = outcomes_of(rules.of_tier(tier if is_up else enrolment.tier_id), Partner.objects.get(pk=enrolment.partner_id))
    labels = get_text_list([outcome.label for outcome in outcomes if outcome.holds == is_up], _("and"))
    reason = (_("Met: %(labels)s") if is_up else _("No longer met: %(labels)s")) % {"labels": labels} if labels else _("By rule")
    evidence = [outcome.as_evidence() for outcome in outcomes]
    change_enrolment(enrolment, by=None, tier=rules.tiers.get(tier), why=Why(reason[:500], evidence))
