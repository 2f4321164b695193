"""A tier policy is drafted, filled with criteria, tried on everybody, and published; then it stays as it is until the next one."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.models import TierCriterion, TierPolicy
from context.rules import check_rule
from partners.actions.changes import Checks, check_fields, write_changes
from partners.actions.checks import check_line
from partners.models import Programme, Tier

MOST_CRITERIA = 60


@transaction.atomic
def draft_policy(programme: Programme, *, by) -> TierPolicy:
    """The next version, with the criteria of the one that is published now."""
    published = TierPolicy.objects.published().filter(programme=programme).first()
    latest = TierPolicy.objects.filter(programme=programme).aggregate(Max("number"))["number__max"] or 0
    grace = {"grace_days": published.grace_days} if published else {}
    try:
        with transaction.atomic():
            policy = TierPolicy.objects.create(programme=programme, number=latest + 1, created_by=by, **grace)
    except IntegrityError:
        raise Refused(_("%(name)s has a draft already; go on with that one.") % {"name": programme}, code="duplicate") from None
    TierCriterion.objects.bulk_create(
        TierCriterion(policy=policy, tier_id=row.tier_id, label=row.label, rule=row.rule, position=row.position)
        for row in (published.criteria.all() if published else ())
    )
    _record("tier_policy.drafted", _("“%(policy)s” was drafted"), policy, by=by)
    return policy


@transaction.atomic
def change_policy(policy: TierPolicy, *, by, **fields) -> TierPolicy:
    _lock_draft(policy)
    changed = write_changes(policy, check_fields(_POLICY, fields))
    if changed:
        _touch(policy)
        _record("tier_policy.changed", _("“%(policy)s” was changed"), policy, by=by, data=changed)
    return policy


@transaction.atomic
def add_tier_criterion(policy: TierPolicy, tier: Tier, *, by, label: str, rule) -> TierCriterion:
    _lock_draft(policy)
    if tier.programme_id != policy.programme_id:
        raise Invalid(_("%(tier)s is a tier of another programme.") % {"tier": tier}, field="tier")
    if policy.criteria.count() >= MOST_CRITERIA:
        raise Refused(_("A policy has at most %(most)d criteria.") % {"most": MOST_CRITERIA})
    values = check_fields(CRITERION, {"label": label, "rule": rule})
    last = policy.criteria.filter(tier=tier).aggregate(Max("position"))["position__max"] or 0
    criterion = TierCriterion.objects.create(policy=policy, tier=tier, position=last + 1, **values)
    _touch(policy)
    return criterion


@transaction.atomic
def change_tier_criterion(criterion: TierCriterion, *, by, **fields) -> TierCriterion:
    _lock_draft(criterion.policy)
    write_changes(criterion, check_fields(CRITERION, fields))
    _touch(criterion.policy)
    return criterion


@transaction.atomic
def remove_tier_criterion(criterion: TierCriterion, *, by) -> None:
    _lock_draft(criterion.policy)
    criterion.delete()
    _touch(criterion.policy)


@transaction.atomic
def publish_policy(policy: TierPolicy, *, by, seen: str = "") -> TierPolicy:
    """From now on it moves tiers; the one before is kept. With `seen` (the `edited_at` of the draft whose movers were looked
    at, as ISO text) it is refused where somebody changed the draft since."""
    _lock_draft(policy)
    if seen and seen != policy.edited_at.isoformat():
        raise Refused(_("The draft was changed meanwhile. Look once more at whom it would move."), code="changed")
    if not policy.criteria.exists():
        raise Refused(_("Add a criterion first: without one, everybody would fall to the lowest tier."))
    TierPolicy.objects.published().filter(programme=policy.programme_id).update(status=TierPolicy.Status.RETIRED)
    values = {"status": TierPolicy.Status.PUBLISHED, "published_by": by, "published_at": timezone.now()}
    write_changes(policy, values)
    _record("tier_policy.published", _("“%(policy)s” was published"), policy, by=by)
    return policy


@transaction.atomic
def discard_policy(policy: TierPolicy, *, by) -> None:
    _lock_draft(policy)
    _record("tier_policy.discarded", _("The draft “%(policy)s” was discarded"), policy, by=by)
    policy.delete()


def _lock_draft(policy: TierPolicy) -> None:
    found = TierPolicy.objects.select_for_update().filter(pk=policy.pk).first()
    if found is None or not found.is_draft:
        raise Refused(_("Only a draft can be changed. Draft the next version instead."), code="not_a_draft")
    policy.refresh_from_db()


def _touch(policy: TierPolicy) -> None:
    policy.edited_at = timezone.now()
    policy.save(update_fields=["edited_at"])


def _record(verb: str, sentence: str, policy: TierPolicy, *, by, data: dict | None = None) -> None:
    record_activity(verb, sentence % {"policy": policy}, by=by, subject=policy, data=data)


def _checked_rule(rule):
    """Empty is refused: it would hold for everybody."""
    check_rule(rule)
    if rule in (None, {}, {"all": []}):
        raise Invalid(_("Add a condition: without one it would hold for everybody."), field="rule")
    return rule


def _days(value) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000:
        return value
    raise Invalid(_("The days of grace are a number from 0 to 1,000."), field="grace_days")


_POLICY: Checks = {"grace_days": _days}
CRITERION: Checks = {
    "label": partial(check_line, field="label", required=True, longest=120),
    "rule": _checked_rule,
}
