"""What is held about an organisation, as its own people may see it: every value, its source and purpose, and who used it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.formats import number_format

from activity.models import Access
from communications.models import Announcement, Delivery
from context.models import ROWS, DataPoint, Fact, Segment, Side
from context.periods import period_in_words
from context.queries.facts import ranked
from context.queries.metrics import labels_of_metrics, said
from context.queries.words import Names, value_in_words
from partners.confidence import Confidence, confidence_in, standing_of
from partners.models import Partner, PerformanceRecord, Provenance

ACCESSES_TOLD_FOR = timedelta(days=365)
ROWS_OF_A_KIND = 200


@dataclass(frozen=True)
class Holding:
    """One value. `standing` is verified, disputed or claim; `public_id` names it when its partner disputes it."""

    public_id: Any
    point: DataPoint
    value: Any
    source: str
    method: str
    observed_at: datetime
    recorded_at: datetime
    standing: str
    is_stale: bool
    evidence: str
    confidence: Confidence
    words: str

    @property
    def data_point(self) -> DataPoint:
        return self.point


@dataclass(frozen=True)
class Held:
    """The values of one data point, and the announcements whose recipients were chosen by it. There is `more` than a page shows."""

    point: DataPoint
    holdings: list[Holding]
    announcements: list[Announcement]
    segments: int
    more: bool = False


@dataclass(frozen=True)
class Looked:
    """`purposes` are those of what was looked at, as they are written down now."""

    who: str
    days: int
    last: date
    ways: list[str]
    purposes: list[str]


@dataclass(frozen=True)
class Holdings:
    held: list[Held]
    looked: list[Looked]

    @property
    def values(self) -> int:
        return sum(len(each.holdings) for each in self.held)


def holdings_of(partner: Partner, *, reader, is_whole: bool = False) -> Holdings:
    """A fixed number of queries, whatever is held. For a page, of each kind of rows the latest unless it shall be `is_whole`."""
    points = {point.key: point for point in DataPoint.objects.seen_by(reader, in_portal=True)}
    by_point: dict[str, list[Holding]] = defaultdict(list)
    most = None if is_whole else ROWS_OF_A_KIND
    for holding in (*_facts(partner, points), *_rows(partner, points, most=most and most + 1)):
        by_point[holding.point.key].append(holding)
    cut = {key for key, rows in by_point.items() if most and points[key].type == DataPoint.Type.ROWS and len(rows) > most}
    uses = _uses(partner, [points[key] for key in by_point])
    held = [
        Held(points[key], rows[:most] if key in cut else rows, *uses[points[key].pk], more=key in cut)
        for key, rows in by_point.items()
    ]
    return Holdings(sorted(held, key=lambda each: each.point.label), _looked(partner, [points[key] for key in by_point]))


def find_holding(partner: Partner, public_id, *, reader) -> tuple[Fact | Provenance, Holding] | None:
    """The row behind a value that this reader may see, else None."""
    points = {point.key: point for point in DataPoint.objects.seen_by(reader, in_portal=True)}
    for holding in (*_facts(partner, points, public_id=public_id), *_rows(partner, points, public_id=public_id)):
        model = ROWS.get(holding.point.key) if holding.point.type == DataPoint.Type.ROWS else Fact
        return model._default_manager.get(public_id=public_id), holding
    return None


def _facts(partner: Partner, points: dict[str, DataPoint], **which) -> Iterator[Holding]:
    """What is said of the organisation; what is said of one of its people is that person's."""
    names = Names()
    facts = Fact.objects.filter(partner=partner, contact=None, data_point__in=[point.pk for point in points.values()], **which)
    for fact in ranked(facts).select_related("data_point").order_by("data_point__label", "-observed_at", "-pk"):
        standing = fact.standing or "claim"
        proof = bool(fact.evidence or fact.evidence_file_id)
        sure = confidence_in(standing, is_stale=fact.is_stale, method=fact.method, has_proof=proof)
        yield Holding(
            fact.public_id, fact.data_point, fact.value, fact.source, fact.get_method_display(), fact.observed_at, fact.recorded_at,
            standing, fact.is_stale, fact.evidence, sure, value_in_words(fact.data_point, fact.value, names),
        )  # fmt: skip


def _rows(partner: Partner, points: dict[str, DataPoint], *, most: int | None = None, **which) -> Iterator[Holding]:
    for key, model in ROWS.items():
        if key not in points:
            continue
        point = points[key]
        metrics = labels_of_metrics() if model is PerformanceRecord else {}
        oldest = timezone.now() - timedelta(days=point.stale_after_days) if point.stale_after_days else None
        for row in model.objects.filter(partner=partner, **which).select_related(*_named_by(model))[:most]:
            standing, said_of = standing_of(row), _said(row, metrics)
            stale, proof = oldest is not None and row.observed_at < oldest, bool(row.evidence or row.evidence_file_id)
            sure = confidence_in(standing, is_stale=stale, method=row.method, has_proof=proof)
            yield Holding(
                row.public_id, point, said_of, row.source, row.get_method_display(), row.observed_at, row.recorded_at,
                standing, stale, row.evidence, sure, said_of,
            )  # fmt: skip


def _named_by(model: type[Provenance]) -> list[str]:
    own = {field.name for field in model._meta.fields}
    return [name for name in ("region", "specialty", "certification", "product", "contact") if name in own] or ["partner"]


def _said(row: Provenance, metrics: dict[str, str]) -> str:
    if isinstance(row, PerformanceRecord):
        about = " · ".join(str(each) for each in (row.product, row.region, row.industry) if each)
        words = {"metric": said(row.metric, metrics), "period": period_in_words(row.period_start, row.period_end)}
        value = number_format(row.value.normalize(), use_l10n=True, force_grouping=True)
        return f"{words['metric']}, {words['period']}: {value} {row.unit} {about}".strip()
    return str(row)


def _uses(partner: Partner, points: list[DataPoint]) -> dict[int, tuple[list[Announcement], int]]:
    """For each data point, the announcements sent here that it helped to choose recipients for, and how many segments name it."""
    links = list(Segment.data_points.through.objects.filter(datapoint__in=points).values_list("datapoint_id", "segment_id"))
    reached = Delivery.objects.filter(contact_id__in=partner.contacts.values("pk"))
    sent = Announcement.objects.filter(segment__in={segment for _point, segment in links}, pk__in=reached.values("announcement_id"))
    by_segment: dict[int, list[Announcement]] = defaultdict(list)
    for announcement in sent.order_by("-send_at", "-pk") if links else ():
        by_segment[announcement.segment_id].append(announcement)
    segments: dict[int, set[int]] = defaultdict(set)
    for point_id, segment_id in links:
        segments[point_id].add(segment_id)
    return {
        point.pk: (
            [announcement for pk in sorted(segments[point.pk]) for announcement in by_segment[pk]],
            len(segments[point.pk]),
        )
        for point in points
    }


def _looked(partner: Partner, held: list[DataPoint]) -> list[Looked]:
    rows = Access.objects.filter(partner_id=partner.pk, day__gte=timezone.localdate() - ACCESSES_TOLD_FOR)
    people = rows.values("user__name", "user__email").annotate(
        days=Count("day", distinct=True),
        last=Max("day"),
        ways=ArrayAgg("way", distinct=True),
        about=ArrayAgg("about", distinct=True),
    )
    return [
        Looked(
            row["user__name"] or row["user__email"],
            row["days"],
            row["last"],
            _in_order(row["ways"]),
            _purposes(held, set(row["about"])),
        )  # fmt: skip
        for row in people.order_by("-last", "user__name")
    ]


def _purposes(held: list[DataPoint], about: set[str]) -> list[str]:
    """Each once. Who looked at all that is known looked at what managers may see of it."""
    asked = (point for point in held if point.seen_by != Side.PARTNER and about & {"", point.key})
    return sorted({point.purpose for point in asked if point.purpose})


def _in_order(ways: list[str]) -> list[str]:
    """As people read them, the usual first."""
    return [str(way.label) for way in Access.Way if way in ways]
