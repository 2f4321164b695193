"""The current value of what is known, and what was known before.

The rule: the newest verified value stands while it is fresh. When there is none, the newest of all others does: a stale
verified value until a newer claim comes, which then takes over and is shown as a claim. A disputed value stands only when
there is nothing else; a withdrawn one never."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DurationField, ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from context.models import DataPoint, Fact, Verdict
from partners.models import Partner

_STANDS, _CLAIM, _DISPUTED = 0, 1, 2
_DAY = Value(timedelta(days=1), output_field=DurationField())


@dataclass(frozen=True)
class CurrentFact:
    """The value that stands for one data point, with where it comes from. `programme_id` is set where the value belongs
    to the partner's place in one programme."""

    fact_id: int
    data_point: DataPoint
    value: Any
    source: str
    method: str
    observed_at: datetime
    recorded_at: datetime
    evidence: str
    programme_id: int | None
    is_verified: bool
    is_disputed: bool
    is_stale: bool

    @property
    def is_claim(self) -> bool:
        return not self.is_verified


def current_facts(partner: Partner, *, true_at: datetime | None = None, known_at: datetime | None = None) -> list[CurrentFact]:
    """The partner's current facts, by label. `true_at` asks what was true then, `known_at` what we knew then."""
    facts = _standing(Fact.objects.filter(partner=partner), true_at=true_at, known_at=known_at)
    rows = [_current(fact) for fact in facts.select_related("data_point")]
    return sorted(rows, key=lambda fact: (fact.data_point.label, fact.programme_id or 0))


def profile_facts(partner_ids: Iterable[int]) -> tuple[str, tuple]:
    """What the profile rows hold, as a query and its parameters: (partner_id, facts, verified, stale_at), one row for each
    partner, also for one without facts. Keys are `website` or, of one programme, `tier@PROGRAMME`."""
    ids = list(partner_ids)
    ages = Case(When(data_point__stale_after_days__isnull=False, then=F("observed_at") + _freshness()))
    place = ("data_point__key", "programme__key")
    standing, parameters = (
        _standing(Fact.objects.filter(partner__in=ids))
        .annotate(stale_at=ages)
        .values_list("partner_id", *place, "value", "standing", "stale_at")
        .query.sql_with_params()
    )
    return _PROFILES.format(standing=standing), (*parameters, ids)


_PROFILES = """
WITH standing (partner_id, key, programme, value, verdict, stale_at) AS ({standing}),
named AS (SELECT *, key || coalesce('@' || programme, '') AS name FROM standing)
SELECT asked.partner_id,
    coalesce(jsonb_object_agg(name, value) FILTER (WHERE name IS NOT NULL), '{{}}') AS facts,
    coalesce(array_agg(name ORDER BY name) FILTER (WHERE verdict = 'verified'), '{{}}')::varchar[] AS verified,
    coalesce(jsonb_object_agg(name, to_char(stale_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))
             FILTER (WHERE stale_at IS NOT NULL), '{{}}') AS stale_at
FROM unnest(%s::bigint[]) AS asked (partner_id) LEFT JOIN named ON named.partner_id = asked.partner_id
GROUP BY asked.partner_id
"""


def conflicting_claims(partner: Partner) -> dict[DataPoint, list[Fact]]:
    """Data points for which several values are claimed and none is verified and fresh: to be shown side by side."""
    open_claims: dict[DataPoint, dict[str, Fact]] = {}
    settled = set()
    for fact in ranked(Fact.objects.filter(partner=partner, contact=None, programme=None)).select_related("data_point"):
        if fact.rank == _STANDS:
            settled.add(fact.data_point)
        open_claims.setdefault(fact.data_point, {}).setdefault(str(fact.value), fact)
    return {point: list(facts.values()) for point, facts in open_claims.items() if len(facts) > 1 and point not in settled}


def ranked(facts: QuerySet[Fact], *, true_at: datetime | None = None, known_at: datetime | None = None) -> QuerySet[Fact]:
    """Facts that have not been withdrawn, with `standing` (the latest verdict), `is_stale` and `rank`."""
    now = true_at or known_at or timezone.now()
    if true_at:
        facts = facts.filter(observed_at__lte=true_at)
    if known_at:
        facts = facts.filter(recorded_at__lte=known_at)
    verdicts = Verdict.objects.filter(fact=OuterRef("pk"), **({"at__lte": known_at} if known_at else {}))
    is_stale = Q(data_point__stale_after_days__isnull=False) & Q(observed_at__lt=Value(now) - _freshness())
    return (
        facts.annotate(standing=Subquery(verdicts.order_by("-at", "-pk").values("kind")[:1]))
        .filter(Q(standing=None) | ~Q(standing=Verdict.Kind.WITHDRAWN))
        .annotate(is_stale=Case(When(is_stale, then=Value(True)), default=Value(False)))
        .annotate(
            rank=Case(
                When(standing=Verdict.Kind.VERIFIED, is_stale=False, then=Value(_STANDS)),
                When(standing=Verdict.Kind.DISPUTED, then=Value(_DISPUTED)),
                default=Value(_CLAIM),
                output_field=IntegerField(),
            )
        )
    )


def _freshness():
    return ExpressionWrapper(F("data_point__stale_after_days") * _DAY, output_field=DurationField())


def _standing(facts: QuerySet[Fact], **when) -> QuerySet[Fact]:
    """One fact for each partner, data point and programme. What is said about a person is not the partner's."""
    place = ("partner_id", "data_point_id", "programme_id")
    return ranked(facts.filter(contact=None), **when).order_by(*place, "rank", "-observed_at", "-pk").distinct(*place)


def _current(fact: Fact) -> CurrentFact:
    return CurrentFact(
        fact_id=fact.pk,
        data_point=fact.data_point,
        value=fact.value,
        source=fact.source,
        method=fact.method,
        observed_at=fact.observed_at,
        recorded_at=fact.recorded_at,
        evidence=fact.evidence,
        programme_id=fact.programme_id,
        is_verified=fact.standing == Verdict.Kind.VERIFIED,
        is_disputed=fact.standing == Verdict.Kind.DISPUTED,
        is_stale=fact.is_stale,
    )
