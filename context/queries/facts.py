"""The current value of what is known, and what was known before.

The rule: the newest verified value stands while it is fresh. When there is none, the newest of all others does: a stale
verified value until a newer claim comes, which then takes over and is shown as a claim. A disputed value stands only when
there is nothing else; a withdrawn one never."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from context.models import DataPoint, Fact, Verdict
from context.models.facts import SAID_BY_PEOPLE
from context.queries.ledger_rule import MAY_STAND, first_by, ledger, rank
from partners.confidence import Judged, standing_of
from partners.models import Evidence, Partner

_CLAIMED = ""
_RANKS = [Verdict.Kind.VERIFIED.value, _CLAIMED, Verdict.Kind.DISPUTED.value, Verdict.Kind.WITHDRAWN.value]  # from 1 on
STANDS, _CLAIM, _WITHDRAWN = 1, 2, 4
LOOKED_AT = 20  # so many of the latest about each thing, however long its history
_DAY = Value(timedelta(days=1), output_field=DurationField())


@dataclass(frozen=True)
class Rival:
    """What someone else has said, or has said since, and nobody has decided about yet."""

    fact_id: int
    data_point: DataPoint
    value: Any
    source: str
    observed_at: datetime
    public_id: UUID | None = None

    @property
    def shown(self) -> Any:
        return self.data_point.words_for(self.value)


@dataclass(frozen=True)
class CurrentFact(Judged):
    """The value that stands for one data point, with where it comes from. `programme_id` is set where the value belongs
    to the partner's place in one programme. `rivals` say something else, the newest first, each value once."""

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
    decided_by: str = ""
    decided_at: datetime | None = None
    rivals: list[Rival] = field(default_factory=list)
    public_id: UUID | None = None
    evidence_file: Evidence | None = None

    @property
    def shown(self) -> Any:
        """The value with renamed choices as people read them."""
        return self.data_point.words_for(self.value)

    @property
    def is_claim(self) -> bool:
        return not self.is_verified

    @property
    def standing(self) -> str:
        return standing_of(self)


def current_facts(
    partner: Partner,
    *,
    among: Iterable[DataPoint] | None = None,
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[CurrentFact]:
    """The partner's current facts, by label. `among` are the data points to tell of: for a person, `seen_by` them.
    `true_at` asks what was true then, `known_at` what we knew then. Three queries at most: the facts, their evidence, and who
    decided about them."""
    facts = facts_with_ends(partner, among=among, true_at=true_at, known_at=known_at)
    return [fact for fact in facts if fact.value is not None]  # what has ended is no fact of now


def facts_with_ends(
    partner: Partner,
    *,
    among: Iterable[DataPoint] | None = None,
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[CurrentFact]:
    """The same with those that say that something has ended; their value is None."""
    facts, others = _standing_and_newer([partner.pk], among, true_at=true_at, known_at=known_at)
    prefetch_related_objects([fact for fact in facts if fact.evidence_file_id], "evidence_file")
    verdicts = _deciding_verdicts(facts, known_at)
    rows = [_current(fact, verdicts.get(fact.pk), _rivals(fact, others.get(_place(fact), []))) for fact in facts]
    return sorted(rows, key=lambda fact: (fact.data_point.label, fact.programme_id or 0))


def standing_facts(facts: QuerySet[Fact], **when) -> QuerySet[Fact]:
    """One fact for each partner, data point and programme. What is said about a person is not the partner's."""
    place = ("partner_id", "data_point_id", "programme_id")
    return ranked(facts.filter(contact=None), **when).order_by(*place, "rank", "-observed_at", "-pk").distinct(*place)


def ranked(facts: QuerySet[Fact], *, true_at: datetime | None = None, known_at: datetime | None = None) -> QuerySet[Fact]:
    """Facts that have not been withdrawn, with `standing` (the latest verdict), `is_stale` and `rank`: what is stale is at best
    a claim. The verdict is looked up anew wherever it is named, so it is named as seldom as can be."""
    now = Value(true_at or known_at or timezone.now())
    if true_at:
        facts = facts.filter(observed_at__lte=true_at)
    if known_at:
        facts = facts.filter(recorded_at__lte=known_at)
    verdicts = Verdict.objects.filter(fact=OuterRef("pk"), **({"at__lte": known_at} if known_at else {}))
    is_stale = Q(data_point__stale_after_days__isnull=False) & Q(observed_at__lt=now - freshness())
    verdict = Coalesce("standing", Value(_CLAIMED), output_field=CharField())
    ranks = Value(_RANKS, output_field=ArrayField(CharField()))
    rank = Func(ranks, verdict, function="array_position", output_field=IntegerField())
    return (
        facts.annotate(standing=Subquery(verdicts.order_by("-at", "-pk").values("kind")[:1]))
        .annotate(is_stale=Case(When(is_stale, then=Value(True)), default=Value(False)))
        .annotate(rank=Greatest(rank, Case(When(is_stale, then=_CLAIM), default=STANDS)))
        .filter(rank__lt=_WITHDRAWN)
    )


def freshness() -> ExpressionWrapper:
    """How long a value of the data point stays fresh; null where it does not age."""
    return ExpressionWrapper(F("data_point__stale_after_days") * _DAY, output_field=DurationField())


def freshness_of(point: DataPoint) -> timedelta:
    """The same for a data point at hand that ages."""
    return timedelta(days=point.stale_after_days or 0)


_LATEST = f"""
SELECT * FROM (
    SELECT fact.*, verdict.kind AS standing, coalesce(stale_at < %(now)s, false) AS is_stale, {rank("%(now)s")} AS rank,
        row_number() OVER (PARTITION BY fact.partner_id, fact.data_point_id, fact.programme_id
            ORDER BY {first_by(rank("%(now)s"))}) AS place
    FROM {ledger("at <= %(known_at)s")}
    WHERE {MAY_STAND} AND fact.partner_id = ANY(%(partners)s) AND fact.data_point_id = ANY(%(points)s)
        AND fact.observed_at <= %(true_at)s AND fact.recorded_at <= %(known_at)s
) AS said WHERE place <= %(places)s ORDER BY place
"""  # noqa: S608 - words of ours
_ANY_TIME = "infinity"


def rivals_at(partners: Sequence[int], among: Iterable[DataPoint]) -> dict[int, list[Rival]]:
    """What others say instead, by the primary key of the fact that stands, of several partners by their keys; one query."""
    facts, others = _standing_and_newer(partners, among)
    return {fact.pk: rivals for fact in facts if (rivals := _rivals(fact, others.get(_place(fact), [])))}


_Place = tuple[int, int, int | None]


def _standing_and_newer(
    partners: Sequence[int], among: Iterable[DataPoint] | None, **when: datetime | None
) -> tuple[list[Fact], dict[_Place, list[Fact]]]:
    """The fact that stands in each place, and by place what comes after it, the newest first."""
    rows = _latest(partners, among, LOOKED_AT, **when)
    standing: dict[_Place, Fact] = {}
    others: dict[_Place, list[Fact]] = {}
    for fact in rows:
        if standing.setdefault(_place(fact), fact) is not fact:
            others.setdefault(_place(fact), []).append(fact)
    return list(standing.values()), others


def standing_values(partner: Partner, among: Iterable[DataPoint]) -> list[Fact]:
    """The fact that stands for each of these data points, also one that says that something has ended, with `standing` and
    `is_stale`; one query."""
    return standing_values_at([partner.pk], among)


def standing_values_at(partners: Sequence[int], among: Iterable[DataPoint]) -> list[Fact]:
    """The same for several partners, by their keys; one query, too."""
    return [fact for fact in _latest(partners, among, 1) if fact.programme_id is None]


def _latest(
    partners: Sequence[int],
    among: Iterable[DataPoint] | None,
    places: int,
    *,
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[Fact]:
    points = {point.pk: point for point in (DataPoint.objects.all() if among is None else among)}
    when = {"now": true_at or known_at or timezone.now(), "true_at": true_at or _ANY_TIME, "known_at": known_at or _ANY_TIME}
    rows = list(Fact.objects.raw(_LATEST, {"partners": [*partners], "points": [*points], "places": places, **when}))
    for fact in rows:
        fact.data_point = points[fact.data_point_id]
    return rows


def _rivals(standing: Fact, others: list[Fact]) -> list[Rival]:
    """Each value that says something else, once. Beside what is verified and fresh it is what was claimed since; beside a claim,
    the latest of each other source that people speak for."""
    if standing.rank == STANDS:
        claims = [fact for fact in others if _is_newer_claim(fact, standing)]
    else:
        latest: dict[str, Fact] = {standing.source: standing}
        for fact in others:
            if fact.standing is None and fact.method in SAID_BY_PEOPLE:
                latest.setdefault(fact.source, fact)
        claims = [fact for fact in latest.values() if fact.value != standing.value]
    return [
        Rival(claim.pk, claim.data_point, claim.value, claim.source, claim.observed_at, claim.public_id)
        for claim in _each_value_once(claims)
    ]


def _is_newer_claim(fact: Fact, standing: Fact) -> bool:
    return fact.standing is None and fact.observed_at > standing.observed_at and fact.value != standing.value


def _each_value_once(facts: list[Fact]) -> list[Fact]:
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(str(fact.value), fact)
    return list(first.values())


def _place(fact: Fact) -> _Place:
    return fact.partner_id, fact.data_point_id, fact.programme_id


def _deciding_verdicts(facts: list[Fact], known_at: datetime | None) -> dict[int, Verdict]:
    """The verdict that counts, for each of these facts that has one."""
    decided = [fact.pk for fact in facts if fact.standing]
    if not decided:
        return {}
    verdicts = Verdict.objects.filter(fact__in=decided, **({"at__lte": known_at} if known_at else {}))
    return {verdict.fact_id: verdict for verdict in verdicts.select_related("by").order_by("at", "pk")}


def _current(fact: Fact, verdict: Verdict | None, rivals: list[Rival]) -> CurrentFact:
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
        decided_by=str(verdict.by) if verdict and verdict.by else "",
        decided_at=verdict.at if verdict else None,
        rivals=rivals,
        public_id=fact.public_id,
        evidence_file=fact.evidence_file,
    )
