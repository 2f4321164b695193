"""How promises of cadence stand: in sum, with each partner, and of one partner. Read from what was last looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.contact_kinds import contact_kind_named
from communications.models import Cadence, CadenceStanding
from communications.queries.attention import zone_of
from communications.queries.portfolio import EVERYONE, Portfolio
from partners.models import Programme
from partners.panels import PartnerPage

SHOWN_PERIODS = 8
PARTNERS_A_PAGE = 50
_SUMS = """
    SELECT standing.cadence_id, shown.period, count(*), count(*) FILTER (WHERE shown.period = ANY(standing.periods))
    FROM communications_cadencestanding AS standing
    JOIN unnest(%s::bigint[], %s::int[]) AS shown (cadence_id, period) ON shown.cadence_id = standing.cadence_id
    WHERE shown.period >= standing.first_period AND (%s OR standing.partner_id = ANY(%s::bigint[]))
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Cell:
    """A period with one partner: kept, missed, open (it runs, and nothing yet), or early (the partner was not expected yet)."""

    first_day: date
    last_day: date
    state: str

    @property
    def words(self) -> str:
        return {"kept": _("kept"), "missed": _("missed"), "open": _("still open"), "early": _("not promised yet")}[self.state]


@dataclass(frozen=True)
class StandingLine:
    standing: CadenceStanding
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PeriodSum:
    """With how many of the partners expected in it the promise was kept in a period."""

    first_day: date
    last_day: date
    expected: int
    kept: int
    is_running: bool

    @property
    def percent(self) -> int:
        return round(100 * self.kept / self.expected) if self.expected else 0


@dataclass(frozen=True)
class Summary:
    """`kind` in words, or the key where nobody counts it any more."""

    cadence: Cadence
    kind: str
    partners: int
    broken: int
    next_due: date | None
    last_at: datetime | None
    periods: tuple[PeriodSum, ...]

    @property
    def finished(self) -> tuple[PeriodSum, ...]:
        return tuple(period for period in self.periods if not period.is_running)


def today_of(cadence: Cadence) -> date:
    return timezone.localdate(timezone=zone_of(cadence.programme.time_zone))


def periods_of(cadence: Cadence) -> range:
    """The current one and those before it that are shown; none before it was promised."""
    current = cadence.period_of(today_of(cadence))
    return range(max(current - SHOWN_PERIODS + 1, 0), current + 1)


def standings_of(cadences: Iterable[Cadence], portfolio: Portfolio = EVERYONE) -> QuerySet[CadenceStanding]:
    rows = CadenceStanding.objects.filter(cadence__in=list(cadences))
    return rows if portfolio.is_whole else rows.filter(partner_id__in=portfolio.partner_ids)


def summaries_of(cadences: Iterable[Cadence], portfolio: Portfolio = EVERYONE) -> list[Summary]:
    """Two queries for any number of promises."""
    cadences = list(cadences)
    told = standings_of(cadences, portfolio).order_by().values("cadence").annotate(
        partners=Count("pk"), broken=Count("pk", filter=Q(broken_since__isnull=False)), next_due=Min("due_on"),
        last_at=Max("last_at"),
    )  # fmt: skip
    rows, sums = {row["cadence"]: row for row in told}, _sums(cadences, portfolio)
    return [_summary(cadence, rows.get(cadence.pk, {}), sums) for cadence in cadences]


def _sums(cadences: list[Cadence], portfolio: Portfolio) -> dict[tuple[int, int], tuple[int, int]]:
    shown = [(cadence.pk, period) for cadence in cadences for period in periods_of(cadence)]
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS,
            [[pk for pk, _n in shown], [n for _pk, n in shown], portfolio.is_whole, list(portfolio.partner_ids or ())],
        )
        return {(pk, period): (expected, kept) for pk, period, expected, kept in cursor.fetchall()}


def _summary(cadence: Cadence, row: dict, sums: dict) -> Summary:
    kind, current = contact_kind_named(cadence.kind), cadence.period_of(today_of(cadence))
    return Summary(
        cadence=cadence, kind=str(kind.label) if kind else cadence.kind, partners=row.get("partners", 0),
        broken=row.get("broken", 0), next_due=row.get("next_due"), last_at=row.get("last_at"),
        periods=tuple(
            PeriodSum(cadence.first_day_of(n), cadence.last_day_of(n), *sums.get((cadence.pk, n), (0, 0)), is_running=n == current)
            for n in periods_of(cadence)
        ),
    )  # fmt: skip


def lines_of(
    cadence: Cadence, portfolio: Portfolio, *, only: str = "", search: str = "", page: int = 1
) -> tuple[list[StandingLine], bool]:
    """Partners, the longest due first, and whether there are more. `only` is broken, due (within its days of grace) or empty."""
    rows = standings_of([cadence], portfolio).select_related("partner", "responsible")
    if only == "broken":
        rows = rows.broken()
    if search.strip():
        rows = rows.filter(partner__name__icontains=search.strip())
    first = (page - 1) * PARTNERS_A_PAGE
    found = list(rows.order_by("due_on", "partner__name", "pk")[first : first + PARTNERS_A_PAGE + 1])
    return [StandingLine(row, _cells(cadence, row)) for row in found[:PARTNERS_A_PAGE]], len(found) > PARTNERS_A_PAGE


def _cells(cadence: Cadence, standing: CadenceStanding) -> tuple[Cell, ...]:
    current = cadence.period_of(today_of(cadence))

    def state(period: int) -> str:
        if period in standing.periods:
            return "kept"
        if period < standing.first_period:
            return "early"
        return "open" if period == current else "missed"

    return tuple(Cell(cadence.first_day_of(n), cadence.last_day_of(n), state(n)) for n in periods_of(cadence))


# --- On other pages ------------------------------------------------------------------------------------------------------


def cadences_panel(page: PartnerPage) -> dict:
    """What this partner was promised, and how it was kept."""
    rows = CadenceStanding.objects.filter(partner=page.partner, cadence__in=Cadence.objects.visible_to(page.reader))
    rows = rows.select_related("cadence__programme", "responsible").order_by("due_on", "pk")
    kinds = {row.pk: contact_kind_named(row.cadence.kind) for row in rows}
    return {"lines": [(StandingLine(row, _cells(row.cadence, row)), kinds[row.pk]) for row in rows]}


def shortest_promises(programme: Programme) -> dict[int, int]:
    """Of each segment that was promised something, how many weeks may pass at most."""
    rows = Cadence.objects.active().filter(programme=programme).order_by()
    return dict(rows.values_list("segment").annotate(least=Min("weeks")))


def broken_cadences() -> list[Cadence]:
    """Promises in force that are broken now, each with the number of partners as `broken`. Answered from the index of what is
    broken."""
    counts = dict(CadenceStanding.objects.broken().order_by().values_list("cadence").annotate(Count("pk")))
    rows = Cadence.objects.active().filter(pk__in=counts).order_by("pk")
    for row in rows:
        row.broken = counts[row.pk]
    return list(rows)
