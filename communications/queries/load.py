"""Who gets how many in which week: of what is planned, scheduled and sent, each with the audience it has.

Announcements to the same audience are asked once. Each audience is a bit; one statement looks at every partner once, asks it once
what several audiences ask, counts the partners by what they answered, and tells each answer its audiences' bits. There are few
different sets of bits, so that everything else is arithmetic."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, Case, F, Func, Q, QuerySet, Value, When
from django.utils import timezone

from activity.refusals import Refused
from communications.models import Announcement, AnnouncementVersion, Delivery
from communications.queries.calendar import PLANNED, TIMED, Chosen
from communications.queries.portfolio import EVERYONE, Portfolio
from context.models import Segment
from context.queries.planning import cursor_for_everybody
from context.rules import CompiledSegment, compile_rules
from context.rules.columns import EVERYONE as WHOEVER
from partners.models import Contact, Partner

WEEKS = 8
BANDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 7), (8, None))
HEAVY = 5  # from so many a week on, partners are named as loaded
MOST_LOADED = 25
PARTNERS_A_PAGE = 50
BITS_OF_BIGINT = 62
COUNTED_BY = ("pk", "state", "planned_on", "send_at", "frozen_at", "approved_version", "segment_id")
# Partners with the same answers have the same bits, which are told of each answer once.
_COUNT = f"""
    SELECT {{bits}} AS bits, partners, named FROM (
        SELECT {{answers}}, count(*) AS partners, (array_agg(pk))[1:{MOST_LOADED}] AS named
        FROM ({{asked}}) AS asked GROUP BY {{answers}}
    ) AS alike
"""  # noqa: S608 - words of ours
_PAGE = f"""
    SELECT partner_id, bits FROM (SELECT pk AS partner_id, {{bits}} AS bits FROM ({{asked}}) AS asked) AS loaded
    WHERE bits = ANY(%s) ORDER BY partner_id OFFSET %s LIMIT {PARTNERS_A_PAGE + 1}
"""  # noqa: S608 - words of ours


@dataclass(frozen=True)
class Audience:
    """`asked` is what it is known by, `condition` holds of the partners that have somebody to reach. `weeks` says how many
    announcements to it each week has."""

    asked: tuple
    condition: Q
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
    weeks: int
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
    everybody = sum(group.partners for group in groups)
    return LoadMap(starts, everybody, plan.announcements, _bands(starts, groups, everybody), _most_loaded(groups), plan.unasked)


def loads_of_audience(draft: Announcement) -> Counter[int]:
    """How many partners of its audience get how many announcements in its week, this one counted."""
    starts = mondays(draft.planned_on, 1)
    plan = _plan_of(starts, Chosen(), draft)
    asked = _asked(draft, _rules_of([draft]))
    own = next((at for at, each in enumerate(plan.audiences) if each.asked == asked), None)
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
    wanted = {g.bits: g.weeks for g in groups if least <= g.weeks[at] and (most is None or g.weeks[at] <= most)}
    if not wanted:
        return [], False
    loads = _loads(plan, portfolio)
    with cursor_for_everybody() as cursor:
        cursor.execute(loads.said(_PAGE), [*loads.parameters, [*wanted], start])
        found = [(pk, wanted[int(bits)]) for pk, bits in cursor.fetchall()]
    return _named(found[:PARTNERS_A_PAGE]), len(found) > PARTNERS_A_PAGE


def _partners_in(portfolio: Portfolio) -> QuerySet[Partner]:
    partners = Partner.objects.unmerged().order_by()
    return partners if portfolio.is_whole else partners.filter(pk__in=portfolio.partner_ids)


# --- From announcements to audiences -----------------------------------------------------------------------------------


def _plan_of(starts: tuple[date, ...], chosen: Chosen, draft: Announcement | None) -> _Plan:
    items = _items(starts, chosen, draft)
    rules = _rules_of(items)
    weeks: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(starts))
    conditions: dict[tuple, Q | None] = {}  # each audience is compiled once, however many are sent to it
    unasked = []
    for row in items:
        asked = _asked(row, rules)
        if asked not in conditions:
            conditions[asked] = _condition_or_none(asked)
        if conditions[asked] is None:
            unasked.append(row)
        else:
            weeks[asked][_week_of(row, starts)] += 1
    kept = [Audience(asked, found, tuple(weeks[asked])) for asked, found in conditions.items() if found is not None]
    return _Plan(len(starts), tuple(kept), len(items) - len(unasked), _announcements(unasked))


def _items(starts: tuple[date, ...], chosen: Chosen, draft: Announcement | None) -> list:
    """Rows with the columns of `COUNTED_BY`, for there are a thousand a month; the draft last."""
    zone, first = timezone.get_current_timezone(), starts[0]
    after = starts[-1] + timedelta(weeks=1)
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, after))
    planned = Q(state__in=PLANNED, planned_on__gte=first, planned_on__lt=after)
    timed = Q(state__in=TIMED, send_at__gte=begin, send_at__lt=end)
    rows = chosen.narrowed(Announcement.objects.filter(planned | timed)).order_by("pk").values_list(*COUNTED_BY, named=True)
    if draft is None:
        return list(rows)
    return [row for row in rows if row.pk != draft.pk] + ([draft] if draft.planned_on and draft.segment.pk else [])


def _announcements(rows: list) -> tuple[Announcement, ...]:
    found = Announcement.objects.only("public_id", "title").in_bulk([row.pk for row in rows if row.pk])
    return tuple(found.get(row.pk, row) for row in rows)


def _rules_of(items: list) -> dict[tuple, tuple]:
    """What audiences of rules are known by: of those approved by announcement, of the others by segment."""
    approved = AnnouncementVersion.objects.filter(
        announcement__in=[row.pk for row in items if row.pk and row.approved_version], number=F("announcement__approved_version")
    ).values_list("announcement", "rule", "contact_rule")
    ours = Segment.objects.filter(pk__in={row.segment_id for row in items}).values_list("pk", "rule", "contact_rule")
    return {
        (kind, pk): ("rules", json.dumps(rule, sort_keys=True), json.dumps(contact_rule, sort_keys=True))
        for kind, rows in (("approved", approved), ("segment", ours))
        for pk, rule, contact_rule in rows
    }


def _asked(row, rules: dict[tuple, tuple]) -> tuple:
    """What its audience is known by: its own deliveries once it is frozen, else its rules, as approved where they were."""
    if row.frozen_at:
        return ("sent", row.pk)
    return rules.get(("approved", row.pk)) or rules["segment", row.segment_id]


def _condition_or_none(asked: tuple) -> Q | None:
    """Nothing where its rules cannot be asked any more."""
    if asked[0] == "sent":
        sent = Delivery.objects.filter(announcement_id=asked[1]).order_by()
        return Q(pk__in=sent.values("partner_id"))
    try:
        compiled = compile_rules(json.loads(asked[1]), json.loads(asked[2]))
    except Refused:
        return None
    return compiled.partner_condition & Q(pk__in=_with_people(compiled))


def _with_people(compiled: CompiledSegment) -> QuerySet:
    headcounts = compiled.headcounts()
    if headcounts is not None:
        return headcounts.filter(people__gt=0).order_by().values("partner_id")
    return Contact.objects.current().filter(compiled.contact_condition).order_by().values("partner_id")


def _week_of(row: Announcement, starts: tuple[date, ...]) -> int:
    day = row.planned_on if row.state in PLANNED else timezone.localtime(row.send_at).date()
    return (day - starts[0]).days // 7


# --- From audiences to loads -------------------------------------------------------------------------------------------


def _loaded(plan: _Plan, portfolio: Portfolio) -> list[Loaded]:
    """Every partner is in one of these, those who get nothing in the one without bits."""
    loads = _loads(plan, portfolio)
    with cursor_for_everybody() as cursor:
        cursor.execute(loads.said(_COUNT), loads.parameters)
        alike = [(int(bits), count, named) for bits, count, named in cursor.fetchall()]
    partners: Counter[int] = Counter()
    some: dict[int, list[int]] = defaultdict(list)
    for bits, count, named in alike:
        partners[bits] += count
        some[bits] += named
    return [Loaded(_weeks_of(plan, bits), count, tuple(some[bits][:MOST_LOADED]), bits) for bits, count in partners.items()]


@dataclass(frozen=True)
class _Loads:
    """`asked` is a statement of each partner's id and `answers`, `bits` what follows from them."""

    asked: str
    parameters: tuple
    answers: str
    bits: str

    def said(self, statement: str) -> str:
        return statement.format(asked=self.asked, answers=self.answers, bits=self.bits)


def _loads(plan: _Plan, portfolio: Portfolio) -> _Loads:
    """`OFFSET 0` keeps the database from asking again wherever a column is named."""
    questions = _Questions()
    bits = [f"CASE WHEN {questions.said(each.condition)} THEN {1 << at} ELSE 0 END" for at, each in enumerate(plan.audiences)]
    answers = questions.answers()
    partners = _partners_in(portfolio).annotate(**answers).values_list("pk", *answers)
    statement, parameters = partners.query.sql_with_params()
    return _Loads(f"{statement} OFFSET 0", parameters, ", ".join(answers), " + ".join(bits) or "0")


class _Questions:
    """What conditions on partners ask, each question once. Its answer is a bit of a column: a statement has no more than 1,664
    columns, and what was sent is asked for one by one."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[int, Q]] = {}

    def said(self, condition) -> str:
        """The condition in SQL, over the answers."""
        if condition in WHOEVER.children:
            return "true"
        if not isinstance(condition, Q):
            column, bit = divmod(self._place_of(Q(condition)), BITS_OF_BIGINT)
            return f"answers_{column} & {1 << bit} <> 0"
        inside = f" {condition.connector} ".join(self.said(child) for child in condition.children) or "true"
        return f"NOT ({inside})" if condition.negated else f"({inside})"

    def answers(self) -> dict[str, Func]:
        """Columns by their names, at least one."""
        bits = [_bit(condition, at % BITS_OF_BIGINT) for at, condition in self._asked.values()] or [Value(0)]
        columns = [bits[start : start + BITS_OF_BIGINT] for start in range(0, len(bits), BITS_OF_BIGINT)]
        return {
            f"answers_{number}": Func(*column, template="(%(expressions)s)", arg_joiner=" + ", output_field=BigIntegerField())
            for number, column in enumerate(columns)
        }

    def _place_of(self, condition: Q) -> int:
        """Two are one where the database is told the same."""
        told = repr(Partner.objects.annotate(bit=_bit(condition, 0)).values_list("bit").query.sql_with_params())
        return self._asked.setdefault(told, (len(self._asked), condition))[0]


def _bit(condition: Q, at: int) -> Case:
    return Case(When(condition, then=Value(1 << at)), default=Value(0), output_field=BigIntegerField())


def _weeks_of(plan: _Plan, bits: int) -> tuple[int, ...]:
    held = [audience.weeks for at, audience in enumerate(plan.audiences) if bits >> at & 1]
    return tuple(sum(counts) for counts in zip(*held, strict=True)) or (0,) * plan.weeks


def _bands(starts: tuple[date, ...], groups: list[Loaded], everybody: int) -> tuple[Band, ...]:
    bands = []
    for number, (least, most) in enumerate(BANDS):
        cells = []
        for at, week in enumerate(starts):
            count = sum(g.partners for g in groups if least <= g.weeks[at] and (most is None or g.weeks[at] <= most))
            cells.append(Cell(week, number, count, _share(count, everybody)))
        bands.append(Band(number, least, most, tuple(cells)))
    return tuple(bands)


def _share(count: int, of: int) -> int:
    return 0 if not count else max(1, min(4, round(4 * count / of))) if of else 0


def _most_loaded(groups: list[Loaded]) -> tuple[PartnerLoad, ...]:
    rows: list[tuple[int, tuple[int, ...]]] = []
    for group in sorted((group for group in groups if group.bits), key=lambda group: (-group.most, -sum(group.weeks), group.bits)):
        rows += [(pk, group.weeks) for pk in sorted(group.some)]
        if len(rows) >= MOST_LOADED:
            break
    return tuple(_named(rows[:MOST_LOADED]))


def _named(rows: list[tuple[int, tuple[int, ...]]]) -> list[PartnerLoad]:
    partners = Partner.objects.in_bulk([pk for pk, _weeks in rows])
    return [PartnerLoad(partners[pk], weeks) for pk, weeks in rows if pk in partners]
