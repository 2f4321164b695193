"""A partner's scorecard: each line's figure of a period, what was verified apart from what is claimed, its trend and its target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from context.models import Metric, Scorecard, ScorecardLine
from context.periods import Period, latest_period, period_named, periods_up_to
from context.trends import HEIGHT, WIDTH, Bar, draw_bars
from partners.models import Enrolment, PerformanceRecord

SHOWN_RECORDS = 200
TRENDS = {Scorecard.Period.MONTH: 12, Scorecard.Period.QUARTER: 8, Scorecard.Period.ROLLING_YEAR: 12}


@dataclass(frozen=True)
class Amount:
    """One figure and how many records it was made of."""

    value: Decimal | None
    records: int


@dataclass(frozen=True)
class Row:
    """`previous` is the verified figure of the period before; `meets` is None without a target or without a figure."""

    line: ScorecardLine
    verified: Amount
    claimed: Amount
    previous: Decimal | None
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def metric(self) -> Metric:
        return self.line.metric

    @property
    def meets(self) -> bool | None:
        value, target = self.verified.value, self.line.target
        if value is None or target is None:
            return None
        return value >= target if self.metric.is_more_better else value <= target

    @property
    def change(self) -> Decimal | None:
        """Of what is verified; None while claims of this period are open, since it would look like a fall."""
        value = self.verified.value
        return None if value is None or self.previous is None or self.claimed.records else value - self.previous

    @property
    def change_size(self) -> Decimal:
        return abs(self.change or Decimal(0))

    @property
    def is_better(self) -> bool | None:
        """Whether the change is to the good; None where there is none."""
        return None if not self.change else (self.change > 0) == self.metric.is_more_better


@dataclass(frozen=True)
class FilledScorecard:
    """`periods` are those of the trends, old to new; `period` is the one that the figures are of."""

    scorecard: Scorecard
    enrolment: Enrolment
    period: Period
    periods: tuple[Period, ...]
    rows: tuple[Row, ...]

    @property
    def with_targets(self) -> int:
        return sum(row.line.target is not None for row in self.rows)

    @property
    def met(self) -> int:
        return sum(row.meets is True for row in self.rows)

    @property
    def following(self) -> Period | None:
        later = [period for period in self.choices if period.end > self.period.end]
        return min(later, key=lambda period: period.end, default=None)

    @property
    def choices(self) -> list[Period]:
        """The periods one may look at: the latest that is over, and those before."""
        latest = latest_period(self.scorecard.period, timezone.localdate())
        return periods_up_to(latest, TRENDS[self.scorecard.period])


def scorecards_seen_by(user, enrolments: list[Enrolment]) -> list[FilledScorecard]:
    """Those of all these enrolments that this reader may see, each for its latest period."""
    return _of_each(Scorecard.objects.visible_to(user), enrolments)


def scorecards_of(enrolment: Enrolment, *, user, key: str = "") -> list[FilledScorecard]:
    """Those this reader may see, each for the period of that name where it has such periods, else for its latest: the records
    of all are one query."""
    cards = Scorecard.objects.visible_to(user).of_enrolment(enrolment).order_by("name")
    return _fill([(card, _period(card, key)) for card in cards.prefetch_related(_lines())], enrolment)


def shared_scorecards(enrolments: list[Enrolment]) -> list[FilledScorecard]:
    """Those that partners see, of all their enrolments; without any, one query."""
    return _of_each(Scorecard.objects.filter(is_shared=True), enrolments)


def _of_each(cards: QuerySet[Scorecard], enrolments: list[Enrolment]) -> list[FilledScorecard]:
    cards = cards.filter(programme__in={row.programme_id for row in enrolments})
    cards = list(cards.order_by("name").prefetch_related(_lines()))
    filled = []
    for enrolment in enrolments:
        own = [card for card in cards if card.programme_id == enrolment.programme_id and card.kind_id in (None, enrolment.kind_id)]
        filled += _fill([(card, _period(card, "")) for card in own], enrolment) if own else []
    return filled


def scorecard_of(scorecard: Scorecard, enrolment: Enrolment, key: str = "") -> FilledScorecard:
    """`key` names a period, such as 2026-Q3; without one, or with one that is none, it is the latest that is over."""
    card = Scorecard.objects.prefetch_related(_lines()).get(pk=scorecard.pk)
    return _fill([(card, _period(card, key))], enrolment)[0]


def period_asked(scorecard: Scorecard, key: str) -> Period | None:
    """The latest where nothing is asked for; None where the key is none of its periods."""
    return period_named(scorecard.period, key) if key else latest_period(scorecard.period, timezone.localdate())


def records_counted(
    line: ScorecardLine, enrolment: Enrolment, period: Period, *, verified: bool | None = None
) -> QuerySet[PerformanceRecord]:
    """The records behind one figure, or behind its verified or its claimed part."""
    records = _records(enrolment, period, [line.metric.key])
    exact = {"product": line.product_id, "industry": line.industry, "region": line.region_id, "activity": line.activity}
    records = records.filter(**{name: value for name, value in exact.items() if value})
    if verified is not None:
        records = records.filter(_IS_VERIFIED) if verified else records.exclude(_IS_VERIFIED)
    return records.select_related("product", "region", "verified_by").order_by("-period_end", "pk")


_IS_VERIFIED = Q(verified_at__isnull=False, disputed_at=None)


def _lines() -> Prefetch:
    return Prefetch("lines", ScorecardLine.objects.select_related("metric", "product", "region"))


def _period(card: Scorecard, key: str) -> Period:
    return period_named(card.period, key) or latest_period(card.period, timezone.localdate())


def _records(enrolment: Enrolment, over: Period, metrics: Iterable[str]) -> QuerySet[PerformanceRecord]:
    """Of the enrolment's programme or of none; what another programme records is not counted here."""
    here = Q(programme=None) | Q(programme=enrolment.programme_id)
    dates = {"period_start__gte": over.start, "period_end__lte": over.end}
    return PerformanceRecord.objects.filter(here, partner=enrolment.partner_id, metric__in=metrics, **dates)


def _fill(cards: Sequence[tuple[Scorecard, Period]], enrolment: Enrolment) -> list[FilledScorecard]:
    """Every record is read once, from the first period of the trends to the last, and put where it belongs."""
    spans = [tuple(periods_up_to(period, TRENDS[card.period])) for card, period in cards]
    metrics = {line.metric.key for card, _period in cards for line in card.lines.all()}
    if not metrics:
        return [FilledScorecard(card, enrolment, period, span, ()) for (card, period), span in zip(cards, spans, strict=True)]
    whole = Period("span", min(span[0].start for span in spans), max(span[-1].end for span in spans))
    records = list(_records(enrolment, whole, metrics).order_by("period_end", "observed_at", "pk"))
    return [
        FilledScorecard(card, enrolment, period, span, tuple(_row(line, records, span) for line in card.lines.all()))
        for (card, period), span in zip(cards, spans, strict=True)
    ]


def _row(line: ScorecardLine, records: list[PerformanceRecord], span: tuple[Period, ...]) -> Row:
    own = [record for record in records if line.counts(record)]
    amounts = [_amounts(line.metric, own, period) for period in span]
    points = [(period.label, verified.value, claimed.value) for period, (verified, claimed) in zip(span, amounts, strict=True)]
    bars = draw_bars(points, stacked=line.metric.summing == Metric.Summing.SUM)
    return Row(line, *amounts[-1], previous=amounts[-2][0].value, bars=bars)


def _amounts(metric: Metric, records: list[PerformanceRecord], period: Period) -> tuple[Amount, Amount]:
    inside = [record for record in records if period.covers(record.period_start, record.period_end)]
    verified = [record for record in inside if record.is_verified and not record.is_disputed]
    claimed = [record for record in inside if not record.is_verified or record.is_disputed]
    return _amount(metric, verified), _amount(metric, claimed)


def _amount(metric: Metric, records: list[PerformanceRecord]) -> Amount:
    """`records` are in the order of their periods."""
    values = [record.value for record in records]
    if not values:
        return Amount(None, 0)
    if metric.summing == Metric.Summing.LAST:
        return Amount(values[-1], len(values))
    total = sum(values, Decimal(0))
    return Amount(total / len(values) if metric.summing == Metric.Summing.AVERAGE else total, len(values))


@dataclass(frozen=True)
class RecordsPage:
    """The records behind a figure; the first of them where they are very many. `proof` is verified, claimed or empty."""

    line: ScorecardLine
    proof: str
    records: tuple[PerformanceRecord, ...]
    total: int

    @property
    def not_shown(self) -> int:
        return self.total - len(self.records)


def records_page(line: ScorecardLine, enrolment: Enrolment, period: Period, proof: str = "") -> RecordsPage:
    proof = proof if proof in ("verified", "claimed") else ""
    found = records_counted(line, enrolment, period, verified={"verified": True, "claimed": False}.get(proof))
    return RecordsPage(line, proof, tuple(found[:SHOWN_RECORDS]), found.count())
