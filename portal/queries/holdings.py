"""What is held about an organisation, as its own people may see it: every value, its source and purpose, and who used it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, OuterRef, QuerySet
from django.utils import timezone

from activity.models import Access
from communications.models import Announcement, Delivery
from context.models import ROWS, DataPoint, Fact, Side
from context.queries.facts import ranked
from context.queries.words import Names, value_in_words
from partners.confidence import Confidence, confidence_in
from partners.models import Contact, Partner, Provenance
from partners.visibility import FOR_PARTNER_ADMINS
from portal.queries.held_rows import held_rows

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


def holdings_of(contact: Contact, *, reader, is_whole: bool = False) -> Holdings:
    """About their organisation, as this contact may read it: `reader` is who is signed in, perhaps a manager who views as them. A
    fixed number of queries, whatever is held. For a page, of each kind of rows the latest unless it shall be `is_whole`."""
    naming = DataPoint.segments.through.objects.filter(datapoint=OuterRef("pk")).values("segment")
    seen = _seen(contact, reader).annotate(of_segments=ArraySubquery(naming))
    partner, points = contact.partner, {point.key: point for point in seen}
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


def _seen(contact: Contact, reader) -> QuerySet[DataPoint]:
    points = DataPoint.objects.seen_by(reader, in_portal=True)
    return points if contact.is_partner_admin else points.exclude(key__in=FOR_PARTNER_ADMINS)


def find_holding(contact: Contact, public_id, *, reader) -> tuple[Fact | Provenance, Holding] | None:
    """The row behind a value that this reader may see, else None."""
    partner, points = contact.partner, {point.key: point for point in _seen(contact, reader)}
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
    now = timezone.now()
    for row in held_rows(partner, points, most=most, **which):
        point, words = points[row.kind], row.words
        stale = point.stale_after_days is not None and row.observed_at < now - timedelta(days=point.stale_after_days)
        sure = confidence_in(row.standing, is_stale=stale, method=row.method, has_proof=row.has_proof)
        yield Holding(
            row.public_id, point, words, row.source, row.method_name, row.observed_at, row.recorded_at,
            row.standing, stale, row.evidence, sure, words,
        )  # fmt: skip


def _uses(partner: Partner, points: list[DataPoint]) -> dict[int, tuple[list[Announcement], int]]:
    """For each data point, the announcements sent here that it helped to choose recipients for, and how many segments name it."""
    segments = {segment for point in points for segment in point.of_segments}
    reached = Delivery.objects.filter(contact_id__in=partner.contacts.values("pk"))
    sent = Announcement.objects.filter(segment__in=segments, pk__in=reached.values("announcement_id"))
    by_segment: dict[int, list[Announcement]] = defaultdict(list)
    for announcement in sent.order_by("-send_at", "-pk") if segments else ():
        by_segment[announcement.segment_id].append(announcement)
    return {
        point.pk: (
            [announcement for pk in sorted(point.of_segments) for announcement in by_segment[pk]],
            len(point.of_segments),
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
