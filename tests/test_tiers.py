"""Tiers by rule: Maria drafts a policy, looks at whom it would move, publishes it; from then on figures move partners."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.models import Activity
from activity.refusals import Invalid, Refused
from context.actions.facts import record_fact
from context.actions.tier_policies import (
    add_tier_criterion,
    change_policy,
    change_tier_criterion,
    discard_policy,
    draft_policy,
    publish_policy,
    remove_tier_criterion,
)
from context.actions.tiers import (
    change_tier,
    evaluate_all_tiers,
    evaluate_changed_tiers,
    evaluate_tiers,
    release_tier,
)
from context.models import DataPoint, TierChange, TierPolicy, TierStanding
from context.queries.criteria import holding, outcomes_of
from context.queries.standing_needs import standing_needs
from context.queries.tiers import simulate_policy, standing_in_short, standing_of
from context.tiering import Ladder, Rung, decide
from partners.actions.enrolments import change_enrolment, enrol_partner
from partners.models import Enrolment, PerformanceRecord, Tier
from tests import tier_story
from tests.factories import make_partner, make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(cast) -> TierPolicy:
    return tier_story.draft(cast)


def _tier(enrolment) -> str:
    enrolment.refresh_from_db()
    return enrolment.tier.key if enrolment.tier else ""


def _enrolment(partner) -> Enrolment:
    return Enrolment.objects.select_related("partner", "programme", "tier").get(partner=partner)


# --- Moving ----------------------------------------------------------------------------------------------------------


def test_a_draft_moves_nobody(cast, policy):
    tier_story.sells(cast.baltic, 500_000)

    evaluate_all_tiers()

    assert _tier(_enrolment(cast.baltic)) == "silver"
    assert not TierStanding.objects.exists()


def test_baltic_sells_enough_and_moves_up_with_evidence(cast, policy):
    publish_policy(policy, by=cast.maria)
    tier_story.sells(cast.baltic, 150_000)
    tier_story.certify(cast.baltic, "gate")

    assert evaluate_all_tiers() == 1

    enrolment = _enrolment(cast.baltic)
    change = TierChange.objects.get(enrolment=enrolment)
    assert _tier(enrolment) == "gold"
    assert (change.from_tier.key, change.to_tier.key, change.by, change.policy) == ("silver", "gold", None, policy)
    assert change.reason == "Met: Licence revenue of 100,000 in a year and Gate certificate"
    assert [(row["label"], row["holds"], row["actual"]) for row in change.evidence] == [
        ("Licence revenue of 100,000 in a year", True, "150,000"),
        ("Gate certificate", True, "gate"),
    ]
    told = Activity.objects.get(verb="enrolment.changed", partner_id=cast.baltic.pk)
    assert told.sentence == f"Baltic Cloud OÜ · Vendor: tier Silver → Gold ({change.reason})"


def test_who_falls_short_keeps_the_tier_for_the_days_of_grace(cast, policy):
    publish_policy(policy, by=cast.maria)
    enrolment = _enrolment(cast.alpenglow)

    evaluate_all_tiers()
    standing = TierStanding.objects.get(enrolment=enrolment)
    assert (_tier(enrolment), standing.earned.key) == ("gold", "silver")
    assert standing.grace_until == timezone.localdate() + timedelta(days=30)
    assert Activity.objects.filter(verb="tier.grace_began", partner_id=cast.alpenglow.pk).count() == 1

    TierStanding.objects.update(grace_until=timezone.localdate())
    evaluate_all_tiers()
    assert _tier(enrolment) == "gold"

    TierStanding.objects.update(grace_until=timezone.localdate() - timedelta(days=1))
    evaluate_all_tiers()
    assert _tier(enrolment) == "silver"
    assert TierChange.objects.get().reason.startswith("No longer met: Licence revenue")
    assert TierStanding.objects.get(enrolment=enrolment).grace_until is None


def test_grace_ends_when_the_figures_are_back(cast, policy):
    publish_policy(policy, by=cast.maria)
    evaluate_all_tiers()
    tier_story.sells(cast.alpenglow, 150_000)
    tier_story.certify(cast.alpenglow, "gate")

    evaluate_all_tiers()

    assert TierStanding.objects.get(enrolment__partner=cast.alpenglow).grace_until is None
    assert Activity.objects.filter(verb="tier.grace_ended", partner_id=cast.alpenglow.pk).exists()
    assert not TierChange.objects.exists()


def test_a_change_is_followed_within_the_minute(cast, policy):
    publish_policy(policy, by=cast.maria)
    DataPoint.objects.get_or_create(key="employees", defaults={"label": "Employees", "type": "number"})
    tier_story.sells(cast.baltic, 150_000)
    tier_story.certify(cast.baltic, "gate")
    Activity.objects.all().delete()
    assert evaluate_changed_tiers() == 0

    record_fact(cast.baltic, "employees", 40, source="a call", method="interview")

    assert evaluate_changed_tiers() == 1
    assert _tier(_enrolment(cast.baltic)) == "gold"


def test_evaluating_again_changes_nothing(cast, policy):
    publish_policy(policy, by=cast.maria)
    evaluate_all_tiers()
    before = Activity.objects.count(), TierChange.objects.count(), list(TierStanding.objects.order_by("pk").values())

    assert evaluate_all_tiers() == 0

    assert (Activity.objects.count(), TierChange.objects.count(), list(TierStanding.objects.order_by("pk").values())) == before


def test_who_is_not_active_is_left_alone(cast, policy):
    publish_policy(policy, by=cast.maria)
    Enrolment.objects.filter(partner=cast.alpenglow).update(status=Enrolment.Status.SUSPENDED)

    evaluate_all_tiers()

    assert not TierStanding.objects.filter(enrolment__partner=cast.alpenglow).exists()


def test_a_rule_that_can_no_longer_be_asked_stops_the_policy_and_says_so(cast, policy):
    point = DataPoint.objects.create(key="mood", label="Mood")
    gold = Tier.objects.get(key="gold")
    rule = {"field": "fact.mood", "op": "eq", "value": "good"}
    add_tier_criterion(policy, gold, by=cast.maria, label="Good mood", rule=rule)
    publish_policy(policy, by=cast.maria)
    point.delete()

    assert evaluate_all_tiers() == 0

    policy.refresh_from_db()
    assert policy.problem.startswith("“Good mood” can no longer be asked: There is no field “fact.mood”")
    assert not TierStanding.objects.exists()


def test_many_partners_cost_as_many_queries_as_few(cast, policy, django_assert_max_num_queries):
    publish_policy(policy, by=cast.maria)
    for number in range(30):
        make_partner(f"Extra {number}", programme=cast.programme, tier="silver")
    evaluate_all_tiers()

    with django_assert_max_num_queries(14):
        evaluate_tiers(policy)


# --- By hand ---------------------------------------------------------------------------------------------------------


def test_maria_gives_a_tier_by_hand_and_it_holds(cast, policy):
    publish_policy(policy, by=cast.maria)
    enrolment = _enrolment(cast.baltic)
    until = timezone.localdate() + timedelta(days=10)

    change_tier(enrolment, Tier.objects.get(key="gold"), by=cast.maria, reason="Won the launch customer", until=until)
    evaluate_all_tiers()

    change = TierChange.objects.get(enrolment=enrolment)
    assert _tier(enrolment) == "gold"
    assert (change.reason, change.by) == ("Won the launch customer", cast.maria)
    assert standing_of(_enrolment(cast.baltic)).fixed_until == until


def test_what_was_set_by_hand_can_be_given_back_to_the_rules(cast, policy):
    change_policy(policy, by=cast.maria, grace_days=0)
    publish_policy(policy, by=cast.maria)
    enrolment = _enrolment(cast.baltic)
    change_tier(enrolment, Tier.objects.get(key="gold"), by=cast.maria, reason="Won the launch customer")

    release_tier(enrolment, by=cast.maria)

    assert _tier(enrolment) == "silver"
    with pytest.raises(Refused, match="already"):
        release_tier(enrolment, by=cast.maria)


def test_a_tier_by_hand_needs_a_reason_and_a_day_to_come(cast):
    enrolment, gold = _enrolment(cast.baltic), Tier.objects.get(key="gold")
    yesterday = timezone.localdate() - timedelta(days=1)
    for to, reason, until in ((gold, " ", None), (gold, "Because", yesterday), (enrolment.tier, "Because", None)):
        with pytest.raises(Refused):
            change_tier(enrolment, to, by=cast.maria, reason=reason, until=until)
    assert not TierChange.objects.exists()
    assert _tier(enrolment) == "silver"


def test_a_change_in_a_form_is_recorded_and_holds_as_well(cast, policy):
    publish_policy(policy, by=cast.maria)
    enrolment = _enrolment(cast.baltic)

    change_enrolment(enrolment, by=cast.maria, tier="gold")
    evaluate_all_tiers()

    assert _tier(enrolment) == "gold"
    assert TierChange.objects.get().by == cast.maria
    assert TierStanding.objects.get(enrolment=enrolment).fixed_until == timezone.localdate() + timedelta(days=30)


# --- What is missing -------------------------------------------------------------------------------------------------


def test_what_is_missing_says_what_is_there(cast, policy):
    publish_policy(policy, by=cast.maria)
    tier_story.sells(cast.baltic, 84_000)
    tier_story.certify(cast.baltic, "gate")

    standing = standing_of(_enrolment(cast.baltic))

    assert (standing.next_tier.key, standing.met) == ("gold", 1)
    [missing] = standing.missing
    assert missing.label == "Licence revenue of 100,000 in a year"
    assert missing.actual == "84,000"
    assert [outcome.label for outcome in standing_in_short(_enrolment(cast.baltic)).missing] == [missing.label]


def test_partners_do_not_see_values_that_only_managers_see(cast, policy):
    DataPoint.objects.create(key="credit", label="Credit rating", seen_by="managers")
    gold = Tier.objects.get(key="gold")
    rule = {"field": "fact.credit", "op": "eq", "value": "A"}
    add_tier_criterion(policy, gold, by=cast.maria, label="In good standing", rule=rule)
    publish_policy(policy, by=cast.maria)
    record_fact(cast.baltic, "credit", "C", source="bureau", method="manual")
    enrolment = _enrolment(cast.baltic)

    [managers] = [row for row in standing_of(enrolment).missing if row.label == "In good standing"]
    [partners] = [row for row in standing_of(enrolment, is_managers=False).missing if row.label == "In good standing"]

    assert (managers.actual, partners.actual, partners.words) == ("C (a claim)", "", "")


def test_without_a_policy_nothing_is_missing(cast):
    standing = standing_of(_enrolment(cast.baltic))
    assert (standing.policy, standing.missing, standing.held.key) == (None, [], "silver")


# --- Versions and simulation -----------------------------------------------------------------------------------------


def test_a_simulation_names_who_would_move_and_moves_nobody(cast, policy):
    tier_story.sells(cast.baltic, 150_000)
    tier_story.certify(cast.baltic, "gate")
    make_partner("Quiet GmbH", programme=cast.programme, tier="silver")

    found = simulate_policy(policy, user=cast.maria)

    assert (found.up, found.down, found.unchanged, found.total) == (1, 1, 1, 3)
    down, up = found.movers
    assert (down.enrolment.partner, down.after.key, down.because[0]) == (
        cast.alpenglow,
        "silver",
        "Licence revenue of 100,000 in a year",
    )
    assert down.grace_until == timezone.localdate() + timedelta(days=30)
    assert (up.enrolment.partner, up.after.key, up.is_up) == (cast.baltic, "gold", True)
    assert not TierStanding.objects.exists()


def test_a_published_policy_stays_and_the_next_begins_with_its_criteria(cast, policy):
    publish_policy(policy, by=cast.maria)
    with pytest.raises(Refused, match="Only a draft"):
        change_policy(policy, by=cast.maria, grace_days=1)
    with pytest.raises(Refused, match="Only a draft"):
        remove_tier_criterion(policy.criteria.first(), by=cast.maria)

    following = draft_policy(cast.programme, by=cast.maria)
    assert (following.number, following.criteria.count(), following.grace_days) == (2, 2, 30)
    with pytest.raises(Refused, match="a draft already"):
        draft_policy(cast.programme, by=cast.maria)

    publish_policy(following, by=cast.maria)
    policy.refresh_from_db()
    assert policy.status == TierPolicy.Status.RETIRED
    assert (following.published_by, following.published_at is not None) == (cast.maria, True)


def test_a_draft_that_was_changed_since_is_not_published(cast, policy):
    seen = policy.edited_at.isoformat()
    change_tier_criterion(policy.criteria.first(), by=cast.maria, label="Another name")

    with pytest.raises(Refused, match="changed meanwhile"):
        publish_policy(policy, by=cast.maria, seen=seen)

    assert not TierPolicy.objects.published().exists()


def test_an_empty_draft_is_not_published_but_can_be_discarded(cast):
    empty = draft_policy(cast.programme, by=cast.maria)
    with pytest.raises(Refused, match="Add a criterion first"):
        publish_policy(empty, by=cast.maria)
    discard_policy(empty, by=cast.maria)
    assert not TierPolicy.objects.exists()


def test_bad_criteria_are_refused_with_a_sentence(cast, policy):
    gold = Tier.objects.get(key="gold")
    other = Tier.objects.create(programme=make_programme("makers"), key="gold", name="Gold")
    good = {"field": "partner.country", "op": "eq", "value": "DE"}
    for tier, label, rule in (
        (gold, "", good),
        (gold, "Everybody", {"all": []}),
        (gold, "Nonsense", {"field": "partner.size", "op": "eq", "value": 3}),
        (gold, "Too deep", {"not": {"field": "performance.license_revenue", "op": "gte", "value": "much"}}),
        (other, "Elsewhere", good),
    ):
        with pytest.raises(Invalid):
            add_tier_criterion(policy, tier, by=cast.maria, label=label, rule=rule)
    assert policy.criteria.count() == 2


# --- Held against a plain evaluation -----------------------------------------------------------------------------------


@given(
    criteria=st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=1, max_size=4),
    held=st.one_of(st.none(), st.integers(0, 3)),
    met=st.sets(st.integers(0, 5)),
    grace=st.integers(-3, 3),
    grace_days=st.sampled_from([0, 30]),
    in_grace=st.booleans(),
)
def test_a_decision_equals_what_one_would_say_in_words(criteria, held, met, grace, grace_days, in_grace):
    today = timezone.localdate()
    ladder = Ladder(tuple(Rung(tier, tuple(ids)) for tier, ids in enumerate(criteria)))
    held = held if held is not None and held < len(criteria) else None
    earned = ladder.earned(met)

    able = [tier for tier, ids in enumerate(criteria) if ids and all(one in met for one in ids)]
    base = [0] if not criteria[0] else []
    assert earned == max(able + base, default=None)

    until = today + timedelta(days=grace) if in_grace else None
    decision = decide(ladder, held=held, earned=earned, today=today, grace_days=grace_days, grace_until=until)
    has, gets = -1 if held is None else held, -1 if earned is None else earned
    if gets >= has or not grace_days or (until and until < today):
        assert decision.tier == earned
        assert decision.grace_until is None
    else:
        assert decision.tier == held
        assert decision.grace_until == (until or today + timedelta(days=grace_days))
    assert decide(ladder, held=held, earned=earned, today=today, grace_days=grace_days, fixed_until=today).tier == held


@pytest.mark.parametrize("seed", range(4))
def test_partners_together_come_out_as_each_alone(cast, policy, seed):
    partners = [cast.alpenglow, cast.baltic]
    for number in range(8):
        partner = make_partner(f"P{number}", programme=cast.programme, tier=("", "silver", "gold")[(number + seed) % 3])
        partners.append(partner)
        if (number + seed) % 2:
            tier_story.sells(partner, 40_000 * (number + seed))
        if (number * seed) % 3 == 1:
            tier_story.certify(partner, "gate")
    criteria = list(policy.criteria.all())

    together = holding(criteria, [partner.pk for partner in partners])

    revenue, certificate = criteria
    for partner in partners:
        total = sum((row.value for row in PerformanceRecord.objects.filter(partner=partner)), Decimal(0))
        plain = {revenue.pk} if total >= 100_000 else set()
        plain |= {certificate.pk} if partner.certifications.filter(certification__key="gate").exists() else set()
        assert together[partner.pk] == plain == holding(criteria, [partner.pk])[partner.pk]


def test_a_tier_that_is_about_to_be_lost_is_told_its_manager(cast, policy, client):
    publish_policy(policy, by=cast.maria)
    evaluate_all_tiers()
    [need] = standing_needs(cast.maria)
    assert need.sentence == "1 partner loses its tier within 30 days"
    assert need.detail.startswith("Alpenglow GmbH keeps Gold until")
    assert str(cast.alpenglow.public_id) in need.url
    corvid = make_partner("Corvid AG", programme=cast.programme, tier="gold")
    evaluate_all_tiers()
    [need] = standing_needs(cast.maria)
    assert need.sentence == "2 partners lose their tier within 30 days"
    client.force_login(cast.maria)
    [policy_row] = client.get(need.url).context["cl"].queryset
    page = client.get(reverse("admin:context_tierpolicy_page", args=[policy_row.public_id])).text
    assert "Alpenglow GmbH" in page
    assert "Corvid AG" in page
    TierStanding.objects.filter(enrolment__partner=corvid).delete()
    stranger = make_user("petra@vendor.example", roles=("Partner manager",))
    assert list(standing_needs(stranger)) == []
    TierStanding.objects.update(grace_until=timezone.localdate() + timedelta(days=31))
    assert list(standing_needs(cast.maria)) == []


def test_figures_of_one_programme_alone_give_its_tier(cast, policy):
    """What Alpenglow sold in another programme gives no tier here, what was recorded in none does."""
    tier_story.certify(cast.alpenglow, "gate")
    tier_story.certify(cast.baltic, "gate")
    revenue = policy.criteria.get(rule__field="performance.license_revenue")
    change_tier_criterion(revenue, by=cast.maria, rule={**tier_story.REVENUE, "programme": cast.programme.key})
    tier_story.sells(cast.alpenglow, 500_000, programme=make_programme("makers"))
    tier_story.sells(cast.baltic, 500_000)
    publish_policy(policy, by=cast.maria)
    evaluate_all_tiers()
    held = {partner: TierStanding.objects.get(enrolment__partner=partner).earned.key for partner in (cast.alpenglow, cast.baltic)}
    assert held == {cast.alpenglow: "silver", cast.baltic: "gold"}
    with pytest.raises(Invalid, match="There is no programme “makerz”"):
        change_tier_criterion(draft_policy(cast.programme, by=cast.maria).criteria.first(), by=cast.maria,
                              rule={**tier_story.REVENUE, "programme": "makerz"})  # fmt: skip


def test_what_a_criterion_says_of_a_place_is_said_of_the_place_whose_tier_it_is(cast, policy):
    """Alpenglow is an integrator elsewhere and a reseller here; unless the rule names a programme, here counts."""
    makers = make_programme("makers")
    enrol_partner(cast.alpenglow, makers, by=cast.maria, kind="integrator")
    gold = Tier.objects.get(programme=cast.programme, key="gold")
    for criterion in policy.criteria.all():
        remove_tier_criterion(criterion, by=cast.maria)
    integrator = {"field": "enrolment.kind", "op": "eq", "value": "integrator"}
    criterion = add_tier_criterion(policy, gold, by=cast.maria, label="Integrator", rule=integrator)
    publish_policy(policy, by=cast.maria)
    here = Enrolment.objects.select_related("partner", "programme", "tier").get(partner=cast.alpenglow, programme=cast.programme)

    evaluate_all_tiers()

    assert TierStanding.objects.get(enrolment=here).earned.key == "silver"
    [outcome] = outcomes_of([criterion], cast.alpenglow)
    assert (outcome.holds, outcome.actual) == (False, "Reseller")
    [outcome] = standing_of(here).at_risk
    assert (outcome.holds, outcome.actual) == (False, "Reseller")

    following = draft_policy(cast.programme, by=cast.maria)
    there = {"all": [{"field": "enrolment.programme", "op": "eq", "value": "makers"}, integrator]}
    change_tier_criterion(following.criteria.get(), by=cast.maria, rule=there)
    publish_policy(following, by=cast.maria)
    evaluate_all_tiers()
    assert TierStanding.objects.get(enrolment=here).earned.key == "gold"
    assert outcomes_of([following.criteria.get()], cast.alpenglow)[0].holds
