"""How much of what is required of a partner is known, fresh and verified: one figure, and what it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q, QuerySet, Value
from django.utils import timezone

from context.models import ROWS, DataPoint
from partners.models import Enrolment, Partner
from partners.queries.typed_rows import KINDS, TypedRows

_STEPS = 3  # known, fresh, verified


@dataclass(frozen=True)
class Standing:
    """How one required data point stands."""

    data_point: DataPoint
    is_known: bool
    is_fresh: bool
    is_verified: bool

    @property
    def steps(self) -> int:
        return self.is_known + self.is_fresh + self.is_verified


@dataclass(frozen=True)
class Completeness:
    """`percent` counts three steps for each data point that is required: it is known, it is fresh, it is verified."""

    points: tuple[Standing, ...]

    @property
    def percent(self) -> int:
        return round(100 * sum(point.steps for point in self.points) / (_STEPS * len(self.points))) if self.points else 0

    @property
    def known(self) -> int:
        return sum(point.is_known for point in self.points)

    @property
    def fresh(self) -> int:
        return sum(point.is_fresh for point in self.points)

    @property
    def verified(self) -> int:
        return sum(point.is_verified for point in self.points)

    @property
    def open_points(self) -> list[Standing]:
        return sorted((point for point in self.points if point.steps < _STEPS), key=lambda point: point.steps)


def completeness_of(
    partner: Partner, places: list[Enrolment], *, among: Iterable[DataPoint], rows: TypedRows | None = None
) -> Completeness:
    """`places` are its current enrolments; `among` came through `with_kinds`; `rows` are its typed rows where these are at hand.
    Read from the profile row and, where other rows are required, from these: two queries more at most, whatever is on record."""
    points = [point for point in among if not point.retired_at and _is_required(point, places)]
    counted = _count(partner, [point for point in points if point.type == DataPoint.Type.ROWS], rows)
    profile = getattr(partner, "profile", None) if points else None
    return Completeness(tuple(_standing(point, partner, profile, counted) for point in points))


def with_kinds(points: QuerySet[DataPoint]) -> QuerySet[DataPoint]:
    """Each with `kinds`, the ids of those that it is required of; one query."""
    kinds = ArrayAgg("required_kinds", filter=Q(required_kinds__isnull=False), default=Value([]))
    return points.annotate(kinds=kinds).order_by("label")


def _is_required(point: DataPoint, places: list[Enrolment]) -> bool:
    """With neither kinds nor stages chosen it is required of nobody."""
    if not point.kinds and not point.required_stages:
        return False
    return any(
        (not point.kinds or place.kind_id in point.kinds) and (not point.required_stages or place.stage in point.required_stages)
        for place in places
    )


def _count(partner: Partner, points: list[DataPoint], rows: TypedRows | None) -> dict[str, tuple]:
    """By kind: how many hold, how many of them are verified, when the newest was seen."""
    at_hand = {point.key: rows.of_kind(point.key) for point in points if rows and point.key in KINDS}
    counted = _count_in_database(partner, [point for point in points if point.key not in at_hand])
    for key, found in at_hand.items():
        newest = max((row.observed_at for row in found), default=None)
        counted[key] = (len(found), sum(row.is_verified for row in found), newest)
    return counted


def _count_in_database(partner: Partner, points: list[DataPoint]) -> dict[str, tuple]:
    counted = [
        ROWS[point.key]
        .objects.filter(partner=partner)
        .order_by()
        .values(of=Value(point.key))
        .annotate(n=Count("pk"), verified=Count("verified_at"), newest=Max("observed_at"))
        .values_list("of", "n", "verified", "newest")
        for point in points
    ]
    return {row[0]: row[1:] for row in counted[0].union(*counted[1:], all=True)} if counted else {}


def _standing(point: DataPoint, partner: Partner, profile, rows: dict[str, tuple]) -> Standing:
    if point.type == DataPoint.Type.ROWS:
        count, verified, newest = rows.get(point.key, (0, 0, None))
        age = (timezone.now() - newest).days if newest else 0
        is_fresh = bool(count) and (point.stale_after_days is None or age <= point.stale_after_days)
        return Standing(point, bool(count), is_fresh, bool(count) and verified == count)
    facts = profile.facts if profile else {}
    if facts.get(point.key) is None:
        is_known = point.is_builtin and bool(getattr(partner, point.key, ""))
        return Standing(point, is_known, is_known, is_verified=False)
    stale_at = profile.stale_at.get(point.key)
    is_fresh = stale_at is None or stale_at > timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    return Standing(point, True, is_fresh, point.key in profile.verified)
