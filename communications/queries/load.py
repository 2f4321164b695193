"""Who gets how many in which week: of what is planned, scheduled and sent, each with the audience it has.

Announcements to the same audience are asked once. Each audience is a bit; one statement gives every partner the bits of the
audiences it is in, and counts the partners by them. There are few different sets of bits, so that everything else is arithmetic."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from activity.refusals import Refused
from communications.models import Announcement, AnnouncementVersion, Delivery
from communications.queries.calendar import PLANNED, TIMED, Chosen
from communications.queries.portfolio import EVERYONE, Portfolio
from context.rules import compile_rules
from partners.models import Partner

WEEKS = 8
BANDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 7), (8, None))
HEAVY = 5  # from so many a week on, partners are named as loaded
MOST_LOADED = 25
PARTNERS_A_PAGE = 50
BITS_OF_BIGINT = 62
COUNTED_BY = ("public_id", "title", "state", "planned_on", "send_at", "frozen_at", "approved_version", "segment_id")
_COUNT = """
    SELECT bits, count(*), (array_agg(partner_id ORDER BY partner_id))[1:{most}]
    FROM (SELECT partner_id, {gathers}(bit) AS bits FROM ({audiences}) AS audience {narrowed} GROUP BY partner_id) AS loaded
    GROUP BY bits
"""
_WHO = """
    SELECT partner_id, bits
    FROM (SELECT partner_id, {gathers}(bit) AS bits FROM ({audiences}) AS audience {narrowed} GROUP BY partner_id) AS loaded
    WHERE bits = ANY(%s::{kind}[]) ORDER BY partner_id LIMIT {limit} OFFSET {offset}
"""


@dataclass(frozen=True)
class Audience:
    """A statement that gives the ids of partners, and how many announcements to them each week has."""

    sql: str
    parameters: tuple
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class Loaded:
    """So many partners with the same load, and the ids of some of them. `weeks` says how many each of them gets."""

    weeks: tuple[int, ...]
    partners: int
    some: tuple[int, ...]
    bits: int

    @property
    def most(self) -> int:
        return max(self.weeks, default=0)


@dataclass(frozen=True)
class Cell:
    week: date
    band: int
    partners: int
    share: int  # of five steps


@dataclass(frozen=True)
class Band:
    """`least` to `most` announcements in a week; no `most` where it has no end."""

    number: int
    least: int
    most: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PartnerLoad:
    partner: Partner
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class LoadMap:
    """`unasked` are announcements whose rules cannot be asked any more."""

    weeks: tuple[date, ...]
    partners: int
    announcements: int
    bands: tuple[Band, ...]
    loaded: tuple[PartnerLoad, ...]
    unasked: tuple[Announcement, ...]

    @property
    def heavy(self) -> int:
        """Partners with a heavy week; counted by their heaviest."""
        loaded = [band for band in self.bands if band.least >= HEAVY]
        return max((sum(band.cells[at].partners for band in loaded) for at in range(len(self.weeks))), default=0)


@dataclass(frozen=True)
class _Plan:
    audiences: tuple[Audience, ...]
    announcements: int
    unasked: tuple[Announcement, ...]


def mondays(first: date, weeks: int = WEEKS) -> tuple[date, ...]:
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + timedelta(weeks=n) for n in range(weeks))


def load_map(
    first: date, *, weeks: int = WEEKS, chosen: Chosen | None = None, portfolio: Portfolio = EVERYONE,
    draft: Announcement | None = None,
) -> LoadMap:  # fmt: skip
    """From the week of that day on. A `draft` counts as it is on the form, not as it was saved."""
    starts = mondays(first, weeks)
    plan = _plan_of(starts, chosen or Chosen(), draft)
    groups = _loaded(plan, portfolio)
    everybody = _partners_in(portfolio).count()
    return LoadMap(
        starts, everybody, plan.announcements, _bands(starts, groups, everybody), _most_loaded(groups, starts), plan.unasked
    )


def loads_of_audience(draft: Announcement) -> Counter[int]:
    """How many partners of its audience get how many announcements in its week, this one counted."""
    starts = mondays(draft.planned_on, 1)
    plan = _plan_of(starts, Chosen(), draft)
    own = next((at for at, each in enumerate(plan.audiences) if each.sql == _audience_of_draft(draft)[0]), None)
    found: Counter[int] = Counter()
    for group in _loaded(plan, EVERYONE):
        if own is not None and group.bits >> own & 1:
            found[group.weeks[0]] += group.partners
    return found


def partners_in(
    first: date, week: date, band: int, *, weeks: int = WEEKS, chosen: Chosen | None = None, portfolio: Portfolio, page: int = 1
) -> tuple[list[PartnerLoad], bool]:
    """A page of the partners behind a cell, and whether there are more."""
    starts = mondays(first, weeks)
    plan, at = _plan_of(starts, chosen or Chosen(), None), starts.index(week)
    least, most = BANDS[band]
    start = (page - 1) * PARTNERS_A_PAGE
    groups = _loaded(plan, portfolio)
    if least == 0:
        return _without(plan, at, starts, portfolio, start)
    wanted = {g.bits: g.weeks for g in groups if least <= g.weeks[at] and (most is None or g.weeks[at] <= most)}
    if not wanted:
        return [], False
    sql, parameters = _statement(_WHO, plan, portfolio, limit=PARTNERS_A_PAGE + 1, offset=start)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, list(wanted)])
        rows = [(pk, wanted[int(bits)]) for pk, bits in cursor.fetchall()]
    return _named(rows[:PARTNERS_A_PAGE]), len(rows) > PARTNERS_A_PAGE


def _without(plan: _Plan, at: int, starts: tuple[date, ...], portfolio: Portfolio, start: int) -> tuple[list[PartnerLoad], bool]:
    """Those who get nothing in that week: everybody but those who get something."""
    getting = [each for each in plan.audiences if each.weeks[at]]
    partners = _partners_in(portfolio)
    if getting:
        parameters = [value for each in getting for value in each.parameters]
        partners = partners.exclude(pk__in=RawSQL(" UNION ".join(each.sql for each in getting), parameters))  # noqa: S611
    rows = list(partners.order_by("pk")[start : start + PARTNERS_A_PAGE + 1])
    nothing = tuple(0 for _week in starts)
    return [PartnerLoad(each, nothing) for each in rows[:PARTNERS_A_PAGE]], len(rows) > PARTNERS_A_PAGE


def _partners_in(portfolio: Portfolio) -> QuerySet[Partner]:
    partners = Partner.objects.unmerged().order_by()
    return partners if portfolio.is_whole else partners.filter(pk__in=portfolio.partner_ids)


# --- From announcements to audiences -----------------------------------------------------------------------------------


def _plan_of(starts: tuple[date, ...], chosen: Chosen, draft: Announcement | None) -> _Plan:
    items = _items(starts, chosen, draft)
    versions = _versions([row.pk for row in items if row.approved_version])
    weeks: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(starts))
    statements: dict[tuple, tuple[str, tuple] | None] = {}  # each audience is compiled once, however many are sent to it
    unasked = []
    for row in items:
        asked = _asked(row, versions)
        if asked not in statements:
            statements[asked] = _sql_or_none(asked)
        if statements[asked] is None:
            unasked.append(row)
        else:
            weeks[asked][_week_of(row, starts)] += 1
    kept = [Audience(*found, tuple(weeks[asked])) for asked, found in statements.items() if found is not None]
    return _Plan(tuple(kept), len(items) - len(unasked), tuple(unasked))


def _items(starts: tuple[date, ...], chosen: Chosen, draft: Announcement | None) -> list[Announcement]:
    zone, first = timezone.get_current_timezone(), starts[0]
    after = starts[-1] + timedelta(weeks=1)
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, after))
    planned = Q(state__in=PLANNED, planned_on__gte=first, planned_on__lt=after)
    timed = Q(state__in=TIMED, send_at__gte=begin, send_at__lt=end)
    rows = chosen.narrowed(Announcement.objects.filter(planned | timed)).only(*COUNTED_BY).prefetch_related("segment")
    found = list(rows.order_by("pk"))
    if draft is None:
        return found
    return [row for row in found if row.pk != draft.pk] + ([draft] if draft.planned_on and draft.segment.pk else [])


def _versions(ids: list[int]) -> dict[int, tuple]:
    rows = AnnouncementVersion.objects.filter(announcement__in=ids, number=F("announcement__approved_version"))
    return {pk: (rule, contact_rule) for pk, rule, contact_rule in rows.values_list("announcement_id", "rule", "contact_rule")}


def _asked(row: Announcement, versions: dict[int, tuple]) -> tuple:
    """What its audience is known by: its own deliveries once it is frozen, else its rules, as approved where they were."""
    if row.frozen_at:
        return ("sent", row.pk)
    rule, contact_rule = versions.get(row.pk) or (row.segment.rule, row.segment.contact_rule)
    return ("rules", json.dumps(rule, sort_keys=True), json.dumps(contact_rule, sort_keys=True))


def _audience_of_draft(draft: Announcement) -> tuple[str, tuple]:
    return _sql_of(_asked(draft, _versions([draft.pk] if draft.approved_version and draft.pk else [])))


def _sql_or_none(asked: tuple) -> tuple[str, tuple] | None:
    """Nothing where its rules cannot be asked any more."""
    try:
        return _sql_of(asked)
    except Refused:
        return None


def _sql_of(asked: tuple) -> tuple[str, tuple]:
    if asked[0] == "sent":
        rows = Delivery.objects.filter(announcement_id=asked[1]).order_by().values("partner_id").distinct()
        return rows.query.sql_with_params()
    compiled = compile_rules(json.loads(asked[1]), json.loads(asked[2]))
    partners = compiled.partners()
    headcounts = compiled.headcounts()
    if headcounts is not None:
        people = headcounts.filter(people__gt=0).order_by().values("partner_id")
    else:
        people = compiled.contacts().values("partner_id")
    return partners.filter(pk__in=people).values("pk").query.sql_with_params()


def _week_of(row: Announcement, starts: tuple[date, ...]) -> int:
    day = row.planned_on if row.state in PLANNED else timezone.localtime(row.send_at).date()
    return (day - starts[0]).days // 7


# --- From audiences to loads -------------------------------------------------------------------------------------------


def _statement(template: str, plan: _Plan, portfolio: Portfolio, **named) -> tuple[str, list]:
    kind = "bigint" if len(plan.audiences) <= BITS_OF_BIGINT else "numeric"
    parts, parameters = [], []
    for at, audience in enumerate(plan.audiences):
        parts.append(f"SELECT asked.id, {1 << at}::{kind} FROM ({audience.sql}) AS asked (id)")  # noqa: S608 - see below
        parameters += audience.parameters
    narrowed = ""
    if not portfolio.is_whole:
        narrowed = "WHERE partner_id = ANY(%s)"
        parameters.append(list(portfolio.partner_ids))
    # The statements come from the compiler of rules, with parameters; only numbers of our own are written into them.
    union = (
        " UNION ALL ".join(parts)
        .replace("SELECT asked.id,", "SELECT asked.id AS partner_id,", 1)
        .replace(f"1::{kind} FROM", f"1::{kind} AS bit FROM", 1)
    )
    gathers = "bit_or" if kind == "bigint" else "sum"
    return template.format(audiences=union, narrowed=narrowed, gathers=gathers, kind=kind, **named), parameters


def _loaded(plan: _Plan, portfolio: Portfolio) -> list[Loaded]:
    if not plan.audiences:
        return []
    sql, parameters = _statement(_COUNT, plan, portfolio, most=MOST_LOADED)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Loaded(_weeks_of(plan, int(bits)), count, tuple(some), int(bits)) for bits, count, some in cursor.fetchall()]


def _weeks_of(plan: _Plan, bits: int) -> tuple[int, ...]:
    held = [audience.weeks for at, audience in enumerate(plan.audiences) if bits >> at & 1]
    return tuple(sum(counts) for counts in zip(*held, strict=True))


def _bands(starts: tuple[date, ...], groups: list[Loaded], everybody: int) -> tuple[Band, ...]:
    bands = []
    for number, (least, most) in enumerate(BANDS):
        cells = []
        for at, week in enumerate(starts):
            count = sum(g.partners for g in groups if least <= g.weeks[at] and (most is None or g.weeks[at] <= most))
            if least == 0:  # and those who are in no audience at all
                count += max(everybody - sum(g.partners for g in groups), 0)
            cells.append(Cell(week, number, count, _share(count, everybody)))
        bands.append(Band(number, least, most, tuple(cells)))
    return tuple(bands)


def _share(count: int, of: int) -> int:
    return 0 if not count else max(1, min(4, round(4 * count / of))) if of else 0


def _most_loaded(groups: list[Loaded], starts: tuple[date, ...]) -> tuple[PartnerLoad, ...]:
    rows: list[tuple[int, tuple[int, ...]]] = []
    for group in sorted(groups, key=lambda group: (-group.most, -sum(group.weeks), group.bits)):
        rows += [(pk, group.weeks) for pk in group.some]
        if len(rows) >= MOST_LOADED:
            break
    return tuple(_named(rows[:MOST_LOADED]))


def _named(rows: list[tuple[int, tuple[int, ...]]]) -> list[PartnerLoad]:
    partners = Partner.objects.in_bulk([pk for pk, _weeks in rows])
    return [PartnerLoad(partners[pk], weeks) for pk, weeks in rows if pk in partners]
