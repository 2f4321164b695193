"""What a partner is asked to confirm or to correct: only what has gone stale, is disputed, or is required and missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product
from operator import or_
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from context.models import ROWS, Abstention, DataPoint, Fact, Side, Verdict
from context.models.data_points import VALUES
from context.queries.data_points import required_of
from context.queries.facts import standing_values, standing_values_at
from partners.models import Enrolment, Partner, Provenance
from partners.unions import numbered_rows

SHOWN = 7
# Figures are not a partner's to confirm one by one: a review is where they are agreed.
ROWS_ASKED = {key: model for key, model in ROWS.items() if key != "performance"}
_NAMED_BY = ("region", "specialty", "certification", "contact")
STALE, DISPUTED, MISSING = "stale", "disputed", "missing"
WHY = {
    STALE: _("Not confirmed for a while"),
    DISPUTED: _("Somebody disputes this"),
    MISSING: _("Required, and not known yet"),
}


@dataclass(frozen=True)
class Asked:
    """One thing to confirm or correct: a value (`fact`, None while it is missing) or a typed row (`row_id`, None while there is
    none of them)."""

    data_point: DataPoint
    why: str
    fact: Fact | None = None
    row_id: int | None = None
    observed_at: datetime | None = None
    used_by: int = 0
    is_required: bool = False

    @property
    def reason(self) -> str:
        return WHY[self.why]

    @property
    def seen(self) -> int | str:
        """Names the value that was shown; a newer one is not overwritten unseen."""
        return self.fact.pk if self.fact else ""

    @property
    def worth(self) -> tuple:
        """Most valuable first: what most segments read, what is required, what is oldest."""
        age = self.observed_at or datetime.min.replace(tzinfo=timezone.get_default_timezone())
        return (-self.used_by, not self.is_required, age, self.data_point.label)


def asked_of(partner: Partner, places: Iterable[Enrolment] | None = None) -> list[Asked]:
    """Everything the partner is asked now, most valuable first. Three queries; one more where `places`, its current
    enrolments, are not at hand."""
    return asked_of_each({partner.pk: list(partner.enrolments.current() if places is None else places)})[partner.pk]


def asked_of_each(places: Mapping[int, list[Enrolment]]) -> dict[int, list[Asked]]:
    """The same for several partners, by their keys, with the current enrolments of each. Three queries, however many they are."""
    points = list(askable_points(places))
    values = [point for point in points if point.type in VALUES and not point.is_builtin]
    facts = {(fact.partner_id, fact.data_point_id): fact for fact in standing_values_at([*places], values)}
    asked: dict[int, list[Asked]] = {partner: [] for partner in places}
    for partner, point in product(places, values):
        if partner not in point.abstained:
            asked[partner] += _about_value(point, facts.get((partner, point.pk)), places[partner])
    for partner, one in _about_rows({point.key: point for point in points if point.key in ROWS_ASKED}, places):
        asked[partner].append(one)
    return {partner: sorted(found, key=lambda one: one.worth) for partner, found in asked.items()}


def askable_points(partners: Iterable[int] = ()) -> QuerySet[DataPoint]:
    """Data points whose values a partner may see and set, with how many segments read them, of which kinds they are required
    and which of `partners` have said that they have nothing to say."""
    theirs = (Side.PARTNER, Side.BOTH)
    points = DataPoint.objects.filter(seen_by__in=theirs, edited_by__in=theirs, retired_at=None)
    points = points.filter(Q(is_builtin=False, type__in=VALUES) | Q(key__in=ROWS_ASKED)).order_by("label", "pk")
    segments = DataPoint.segments.through.objects.filter(datapoint=OuterRef("pk")).order_by().values("datapoint")
    abstained = _abstentions(partners).filter(row_id=None, data_point=OuterRef("pk")).values("partner")
    return points.annotate(
        used_by=Subquery(segments.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        kinds=ArrayAgg("required_kinds", filter=Q(required_kinds__isnull=False), default=Value([])),
        abstained=ArraySubquery(abstained),
    )


def partners_to_remind() -> QuerySet[Partner]:
    """Partners for whom a value or a typed row that they are asked about has gone stale or, where it is required, is missing;
    `asked_of` says what exactly."""
    points = list(askable_points())
    keys = [point.key for point in points if point.type in VALUES]
    now = timezone.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    stale = Q(pk__in=RawSQL(_STALE, [keys, now]))  # noqa: S611 - words of ours
    for point in points:
        if point.key in ROWS_ASKED and point.stale_after_days is not None:
            limit = timezone.now() - timedelta(days=point.stale_after_days)
            stale |= Exists(ROWS_ASKED[point.key].objects.counting().filter(partner=OuterRef("pk"), observed_at__lt=limit))
    required = [_is_missing(point) for point in points if point.kinds or point.required_stages]
    return Partner.objects.unmerged().filter(reduce(or_, required, stale)).order_by()


def _is_missing(point: DataPoint) -> Q:
    """Required, not there, and nobody has said lately that there is nothing to say."""
    said = Abstention.objects.filter(partner=OuterRef("pk"), data_point=point, row_id=None, until__gt=timezone.now())
    missing = Q(required_of(point)) & ~Exists(said)
    if point.key in ROWS_ASKED:
        return missing & ~Exists(ROWS_ASKED[point.key].objects.counting().filter(partner=OuterRef("pk")))
    return missing & (Q(profile=None) | ~Q(profile__facts__has_key=point.key))


_STALE = """SELECT partner_id FROM partners_partnerprofile AS profile WHERE EXISTS (
    SELECT FROM jsonb_each_text(profile.stale_at) AS each (key, moment) WHERE each.key = ANY(%s) AND each.moment < %s)"""


def current_value(partner: Partner, point: DataPoint) -> Fact | None:
    """The fact that stands, with `standing` and `is_stale`."""
    return next(iter(standing_values(partner, [point])), None)


def needs_confirmation(fact: Fact) -> bool:
    return fact.is_stale or fact.standing == Verdict.Kind.DISPUTED


def row_needs_confirmation(row: Provenance, point: DataPoint) -> bool:
    return row.is_disputed or bool(
        point.stale_after_days is not None and row.observed_at < timezone.now() - timedelta(days=point.stale_after_days)
    )


def rows_of(asked: Iterable[Asked]) -> dict[int, Provenance]:
    """The typed rows that are asked about, by their place in the list; one query for each kind."""
    asked = list(asked)
    found: dict[int, Provenance] = {}
    for key, model in ROWS_ASKED.items():
        places = {one.row_id: at for at, one in enumerate(asked) if one.row_id and one.data_point.key == key}
        if places:
            named = [field.name for field in model._meta.fields if field.name in _NAMED_BY]
            found |= {places[row.pk]: row for row in model.objects.filter(pk__in=places).select_related(*named)}
    return found


def row_of(partner: Partner, kind: str, public_id: UUID) -> Provenance | None:
    """A typed row of this partner that holds, and that partners may confirm."""
    if kind not in ROWS_ASKED or not askable_points().filter(key=kind).exists():
        return None
    return ROWS_ASKED[kind].objects.counting().filter(partner=partner, public_id=public_id).first()


def _abstentions(partners: Iterable[int]) -> QuerySet[Abstention]:
    return Abstention.objects.filter(partner__in=partners, until__gt=timezone.now()).order_by()


def _about_value(point: DataPoint, fact: Fact | None, places: list[Enrolment]) -> Iterator[Asked]:
    required = _is_required(point, places)
    about = {"data_point": point, "used_by": point.used_by or 0, "is_required": required}
    if fact is None and required:
        yield Asked(why=MISSING, **about)
    if fact is not None and needs_confirmation(fact):
        disputed = fact.standing == Verdict.Kind.DISPUTED
        yield Asked(why=DISPUTED if disputed else STALE, fact=fact, observed_at=fact.observed_at, **about)


def _is_required(point: DataPoint, places: list[Enrolment]) -> bool:
    """With neither kinds nor stages chosen it is required of nobody."""
    if not point.kinds and not point.required_stages:
        return False
    return any(
        (not point.kinds or place.kind_id in point.kinds) and (not point.required_stages or place.stage in point.required_stages)
        for place in places
    )


def _about_rows(points: dict[str, DataPoint], places: Mapping[int, list[Enrolment]]) -> Iterator[tuple[int, Asked]]:
    """With its partner. One query for all kinds of rows: those to look at again, and the kinds that are required and of which there
    is none."""
    required = {key: [each for each in places if _is_required(point, places[each])] for key, point in points.items()}
    wanted = [(point.pk, _rows_to_ask(places, point)) for point in points.values()]
    for key, point in points.items():
        if of := set(required[key]) - set(point.abstained):
            wanted.append((point.pk, _none_of(of, point)))
    keys = {point.pk: key for key, point in points.items()}
    for of_point, partner, row_id, observed_at, disputed_at in numbered_rows(wanted):
        key = keys[of_point]
        yield (
            partner,
            Asked(
                data_point=points[key],
                why=DISPUTED if disputed_at else STALE if row_id else MISSING,
                row_id=row_id,
                observed_at=observed_at,
                used_by=points[key].used_by or 0,
                is_required=partner in required[key],
            ),
        )


def _none_of(partners: Iterable[int], point: DataPoint) -> QuerySet:
    """One line without a row for each of these partners that has no row of this kind."""
    none = Partner.objects.filter(pk__in=partners).exclude(
        Exists(ROWS_ASKED[point.key].objects.counting().filter(partner=OuterRef("pk")))
    )
    columns = {
        "row": Cast(None, BigIntegerField()), "seen": Cast(None, DateTimeField()), "disputed": Cast(None, DateTimeField()),
    }  # fmt: skip
    return none.order_by().annotate(**columns).values_list("pk", *columns)


def _rows_to_ask(partners: Iterable[int], point: DataPoint) -> QuerySet:
    old = Q(disputed_at__isnull=False)
    if point.stale_after_days is not None:
        old |= Q(observed_at__lt=timezone.now() - timedelta(days=point.stale_after_days))
    passed_over = _abstentions(partners).filter(data_point=point).exclude(row_id=None)
    rows = ROWS_ASKED[point.key].objects.counting().filter(old, partner__in=partners)
    rows = rows.exclude(pk__in=passed_over.values("row_id")).order_by()
    return rows.values_list("partner", "pk", "observed_at", "disputed_at")
