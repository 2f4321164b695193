"""How partners stand under the tier policy of a programme, and what a draft of it would move."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, Window, prefetch_related_objects
from django.db.models.functions import JSONObject, RowNumber
from django.utils import timezone

from context.models import TierChange, TierCriterion, TierPolicy, TierStanding
from context.queries.criteria import Outcome, holding, outcomes_of
from context.tiering import Ladder, Rung, decide
from partners.models import Enrolment, Tier

SHOWN_CHANGES = 5
SHOWN_MOVERS = 50
BATCH = 2_000


@dataclass(frozen=True)
class Rules:
    """A policy as it is asked: its tiers by id, its criteria, and the ladder made of both."""

    policy: TierPolicy
    tiers: dict[int, Tier]
    criteria: tuple[TierCriterion, ...]
    ladder: Ladder

    def of_tier(self, tier_id: int | None) -> list[TierCriterion]:
        return [criterion for criterion in self.criteria if criterion.tier_id == tier_id]


@dataclass(frozen=True)
class Standing:
    """`next_tier` is the next that can be earned, `outcomes` how its criteria came out; `at_risk` those of the tier that is
    held and no longer earned, which is kept until `grace_until`."""

    enrolment: Enrolment
    policy: TierPolicy | None
    earned: Tier | None = None
    next_tier: Tier | None = None
    outcomes: tuple[Outcome, ...] = ()
    at_risk: tuple[Outcome, ...] = ()
    grace_until: date | None = None
    fixed_until: date | None = None
    changes: tuple[TierChange, ...] = ()

    @property
    def held(self) -> Tier | None:
        return self.enrolment.tier

    @property
    def missing(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.holds]

    @property
    def met(self) -> int:
        return len(self.outcomes) - len(self.missing)

    @property
    def more_missing(self) -> int:
        """Beside the first."""
        return max(len(self.missing) - 1, 0)


def rules_of(policy: TierPolicy) -> Rules:
    tiers = Tier.objects.filter(programme=policy.programme_id).order_by("rank", "pk")
    return _rules(policy, tiers, policy.criteria.order_by("position", "pk"))


def _rules(policy: TierPolicy, tiers: Iterable[Tier], criteria: Iterable[TierCriterion]) -> Rules:
    """`tiers` are those of the programme from the lowest to the highest."""
    tiers, criteria = list(tiers), tuple(criteria)
    rungs = (Rung(tier.pk, tuple(row.pk for row in criteria if row.tier_id == tier.pk)) for tier in tiers)
    return Rules(policy, {tier.pk: tier for tier in tiers}, criteria, Ladder(tuple(rungs)))


def enrolments_under(policy: TierPolicy):
    """Those that the rules are about: current and active."""
    return Enrolment.objects.current().filter(programme=policy.programme_id, status=Enrolment.Status.ACTIVE)


@dataclass(frozen=True)
class Unanswered:
    """What it takes to tell how an enrolment stands, before its criteria are asked: first those of the next tier, then those of
    the tier that it is about to lose."""

    enrolment: Enrolment
    rules: Rules | None
    standing: TierStanding | None
    changes: tuple[TierChange, ...]

    @property
    def following(self) -> Rung | None:
        return self.rules.ladder.next_above(self.enrolment.tier_id) if self.rules else None

    @property
    def of_next(self) -> list[TierCriterion]:
        return self.rules.of_tier(self.following.tier) if self.rules and self.following else []

    @property
    def criteria(self) -> list[TierCriterion]:
        is_in_grace = self.rules and self.standing and self.standing.grace_until
        return [*self.of_next, *(self.rules.of_tier(self.enrolment.tier_id) if self.rules and is_in_grace else [])]

    def told(self, outcomes: list[Outcome]) -> Standing:
        """`outcomes` are those of `criteria`."""
        if self.rules is None:
            return Standing(self.enrolment, None, changes=self.changes)
        row, following, asked = self.standing, self.following, len(self.of_next)
        return Standing(
            self.enrolment,
            self.rules.policy,
            earned=self.rules.tiers.get(row.earned_id) if row else None,
            next_tier=self.rules.tiers[following.tier] if following else None,
            outcomes=tuple(outcomes[:asked]),
            at_risk=tuple(one for one in outcomes[asked:] if not one.holds),
            grace_until=row.grace_until if row else None,
            fixed_until=row.fixed_until if row and row.fixed_until and row.fixed_until >= timezone.localdate() else None,
            changes=self.changes,
        )


def unanswered_of(enrolments: list[Enrolment]) -> list[Unanswered]:
    """Five queries for any number of them."""
    rows = TierStanding.objects.in_bulk([enrolment.pk for enrolment in enrolments])
    changes = latest_of_each(TierChange.objects.select_related("from_tier", "to_tier", "by", "policy"), enrolments, SHOWN_CHANGES)
    programmes = {row.programme_id for row in enrolments}
    policies = {row.programme_id: row for row in TierPolicy.objects.published().filter(programme__in=programmes)}
    tiers = list(Tier.objects.filter(programme__in=policies).order_by("rank", "pk")) if policies else []
    prefetch_related_objects(list(policies.values()), "criteria")
    rules = {
        programme: _rules(policy, [tier for tier in tiers if tier.programme_id == programme], policy.criteria.all())
        for programme, policy in policies.items()
    }
    return [
        Unanswered(enrolment, rules.get(enrolment.programme_id), rows.get(enrolment.pk), changes[enrolment.pk])
        for enrolment in enrolments
    ]


def latest_of_each(changes: QuerySet, enrolments: Iterable[Enrolment], count: int) -> dict[int, tuple]:
    """The latest few changes of tier or stage by enrolment; one query."""
    found: dict[int, list] = {enrolment.pk: [] for enrolment in enrolments}
    nth = Window(RowNumber(), partition_by="enrolment", order_by=[F("at").desc(), F("pk").desc()])
    for change in changes.filter(enrolment__in=found).annotate(nth=nth).filter(nth__lte=count).order_by("-at", "-pk"):
        found[change.enrolment_id].append(change)
    return {pk: tuple(rows) for pk, rows in found.items()}


def standing_of(enrolment: Enrolment, *, is_managers: bool = True) -> Standing:
    """With values; a dozen queries or so, for the page of one partner."""
    [unanswered] = unanswered_of([enrolment])
    return unanswered.told(outcomes_of(unanswered.criteria, enrolment.partner, is_managers=is_managers))


def standings_in_portal(enrolments: list[Enrolment]) -> list[Standing]:
    """As the partner's people see them; of programmes that give their tiers by rule."""
    policies = TierPolicy.objects.published().filter(programme__in={row.programme_id for row in enrolments})
    ruled = set(policies.values_list("programme", flat=True))
    return [standing_of(row, is_managers=False) for row in enrolments if row.programme_id in ruled]


def standing_in_short(enrolment: Enrolment, *, towards: Tier | None = None) -> Standing:
    """The same without values and history: one query for the rules and one for which of them hold. Where no policy is published
    it is the next tier up. With `towards` that tier is the next, however far up it is."""
    tiers = list(_tiers_with_rules(enrolment))
    if not tiers or tiers[0].policy is None:
        rank = enrolment.tier.rank if enrolment.tier else -1
        return Standing(enrolment, None, next_tier=towards or next((tier for tier in tiers if tier.rank > rank), None))
    policy = TierPolicy(pk=tiers[0].policy, programme_id=enrolment.programme_id, status=TierPolicy.Status.PUBLISHED)
    by_tier = {tier.pk: [TierCriterion(tier=tier, policy=policy, **criterion) for criterion in tier.asked] for tier in tiers}
    ladder = Ladder(tuple(Rung(pk, tuple(one.pk for one in criteria)) for pk, criteria in by_tier.items()))
    following = ladder.rungs[ladder.height(towards.pk)] if towards else ladder.next_above(enrolment.tier_id)
    asked = by_tier[following.tier] if following else []
    held = holding(asked, [enrolment.partner_id])[enrolment.partner_id]
    return Standing(
        enrolment,
        policy,
        next_tier=next((tier for tier in tiers if following and tier.pk == following.tier), None),
        outcomes=tuple(Outcome(criterion, criterion.pk in held) for criterion in asked),
        grace_until=tiers[0].grace_until,
    )


def _tiers_with_rules(enrolment: Enrolment):
    """From the lowest to the highest, each with the published policy, what it asks for, and the grace that the enrolment has."""
    published = TierPolicy.objects.published().filter(programme=enrolment.programme_id).order_by()
    criteria = TierCriterion.objects.filter(policy__in=published.values("pk"), tier=OuterRef("pk")).order_by("position", "pk")
    return (
        Tier.objects.filter(programme=enrolment.programme_id)
        .annotate(
            policy=Subquery(published.values("pk")[:1]),
            asked=ArraySubquery(criteria.values(found=JSONObject(id="pk", label="label", rule="rule"))),
            grace_until=Subquery(TierStanding.objects.filter(enrolment=enrolment).values("grace_until")),
        )
        .order_by("rank", "pk")
    )


# --- What a draft would move -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mover:
    """`because` are the criteria that make the difference: met ones of the new tier, or missed ones of the old."""

    enrolment: Enrolment
    before: Tier | None
    after: Tier | None
    because: tuple[str, ...]
    is_up: bool
    grace_until: date | None


@dataclass(frozen=True)
class Simulation:
    up: int
    down: int
    unchanged: int
    fixed: int
    movers: tuple[Mover, ...]

    @property
    def total(self) -> int:
        return self.up + self.down + self.unchanged + self.fixed

    @property
    def not_shown(self) -> int:
        return self.up + self.down - len(self.movers)


def simulate_policy(policy: TierPolicy, *, user) -> Simulation:
    """Whom these rules would move, counted over all partners; names are of those the reader may see, downs first.
    Raises Invalid where a criterion cannot be asked."""
    rules, today = rules_of(policy), timezone.localdate()
    enrolments = enrolments_under(policy)
    fixed = dict(_fixed(enrolments, today))
    counts = {"up": 0, "down": 0, "unchanged": 0, "fixed": 0}
    moving: list[tuple[int, int | None, int | None, set[int]]] = []
    for pk, _partner, held, met in _each(rules, enrolments):
        earned = rules.ladder.earned(met)
        difference = rules.ladder.height(earned) - rules.ladder.height(held)
        kind = "fixed" if pk in fixed else "up" if difference > 0 else "down" if difference < 0 else "unchanged"
        counts[kind] += 1
        if kind in ("up", "down"):
            moving.append((pk, held, earned, met))
    return Simulation(**counts, movers=tuple(_movers(rules, moving, user=user, today=today)))


def _each(rules: Rules, enrolments) -> Iterable[tuple[int, int, int | None, set[int]]]:
    """(enrolment, partner, held tier, criteria that hold), batch by batch."""
    last = 0
    while rows := list(enrolments.filter(pk__gt=last).order_by("pk").values_list("pk", "partner_id", "tier_id")[:BATCH]):
        held = holding(rules.criteria, {partner for _pk, partner, _tier in rows})
        for pk, partner, tier in rows:
            yield pk, partner, tier, held[partner]
        last = rows[-1][0]


def _fixed(enrolments, today: date):
    return TierStanding.objects.filter(enrolment__in=enrolments, fixed_until__gte=today).values_list("enrolment", "fixed_until")


def _movers(rules: Rules, moving: list, *, user, today: date) -> Iterable[Mover]:
    moving.sort(key=lambda move: rules.ladder.height(move[2]) - rules.ladder.height(move[1]))
    found: list[Mover] = []
    for start in range(0, len(moving), 500):
        some = {pk: rest for pk, *rest in moving[start : start + 500]}
        seen = Enrolment.objects.visible_to(user).filter(pk__in=some).select_related("partner", "programme").in_bulk()
        found += [_mover(rules, seen[pk], *rest, today=today) for pk, rest in some.items() if pk in seen]
        if len(found) >= SHOWN_MOVERS:
            break
    return found[:SHOWN_MOVERS]


def _mover(rules: Rules, enrolment: Enrolment, held: int | None, earned: int | None, met: set[int], *, today: date) -> Mover:
    is_up = rules.ladder.height(earned) > rules.ladder.height(held)
    asked = rules.of_tier(earned if is_up else held)
    because = tuple(criterion.label for criterion in asked if (criterion.pk in met) == is_up)
    decision = decide(rules.ladder, held=held, earned=earned, today=today, grace_days=rules.policy.grace_days)
    return Mover(enrolment, rules.tiers.get(held), rules.tiers.get(earned), because, is_up, decision.grace_until)
