"""What was sent for an objective, and what happened: counted from rows, before and in its period, of who was reached and who was
not, and against who was held out where somebody was."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Case, CharField, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import TruncWeek
from django.utils import timezone

from communications.models import (
    Acknowledgement,
    Action,
    Actor,
    Announcement,
    AudienceCount,
    Channel,
    Delivery,
    DeliveryCount,
    DeliveryState,
    Objective,
    State,
    Touch,
    TouchCount,
)
from communications.outcomes import Holdout, OutcomeKind, holdouts_of, outcome_named
from communications.queries.attention import zone_of
from communications.queries.portfolio import EVERYONE, Portfolio
from communications.rates import Mean, Rate, chance_of, difference_between, difference_of_means
from context.rules import compile_rules
from partners.models import Contact, Enrolment, Partner

ROWS_A_PAGE = 50
WEEKS_SHOWN = 53

Counts = dict[str, dict[int, int]]  # by figure, by announcement


@dataclass(frozen=True)
class ItemLine:
    """One announcement for the objective. `people` it was for, `mailed` and `shown` how many it reached by mail and in the
    portal; the others are people who did it."""

    announcement: Announcement
    people: int = 0
    mailed: int = 0
    shown: int = 0
    read: int = 0
    clicked: int = 0
    acknowledged: int = 0


@dataclass(frozen=True)
class Group:
    """Partners of the segments, and what they did: how often before the period and in it, and how many of them in it."""

    key: str
    partners: int = 0
    before: int = 0
    during: int = 0
    doers: int = 0

    @property
    def rate(self) -> Rate:
        return Rate(self.doers, self.partners)


@dataclass(frozen=True)
class Week:
    monday: date
    reached: int
    others: int
    so_far: int

    @property
    def total(self) -> int:
        return self.reached + self.others


@dataclass(frozen=True)
class Comparison:
    """With those held out. `chance` is how often equal rates would come out so far apart; None where they are too few to tell.
    Of an outcome that is a sum `means` tells how much it is at a partner written to and at one held out."""

    words: str
    written_to: Rate
    held_out: Rate
    means: tuple[Mean, Mean] | None = None

    @property
    def chance(self) -> float | None:
        return chance_of(self.written_to, self.held_out)

    @property
    def share(self) -> tuple[float, float] | None:
        """Where the true difference of the shares lies, 95 times in a hundred; None where they are too few to tell."""
        return difference_between(self.written_to, self.held_out) if self.chance is not None else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true difference of the means lies, 95 times in a hundred; None where they are too few to tell."""
        return difference_of_means(*self.means) if self.means else None


@dataclass(frozen=True)
class Effect:
    """`groups` are reached, not reached and all; the first two add up to the third. `before_from` is where the time before, as
    long as the period so far, begins; None where nothing can have been before."""

    kind: OutcomeKind
    counted: int
    target: int
    groups: tuple[Group, ...]
    weeks: tuple[Week, ...]
    comparisons: tuple[Comparison, ...]
    before_from: date | None
    until: date
    is_whole: bool = True

    @property
    def percent(self) -> int:
        return min(round(100 * self.counted / self.target), 100)


def period_of(objective: Objective) -> tuple[datetime, datetime]:
    """From the first moment of the first day up to, and without, the first after the last one, in the programme's zone."""
    zone = zone_of(objective.programme.time_zone)
    return _midnight(objective.starts_on, zone), _midnight(objective.ends_on + timedelta(days=1), zone)


def _midnight(day: date, zone) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def partners_meant(objective: Objective, portfolio: Portfolio = EVERYONE) -> QuerySet[Partner]:
    """Those of its segments; where it names none, all that take part in the programme."""
    condition = Q(pk__in=())
    segments = list(objective.segments.all())
    for segment in segments:
        condition |= Q(pk__in=compile_rules(segment.rule, segment.contact_rule).partners().values("pk"))
    partners = Partner.objects.unmerged().order_by()
    if segments:
        partners = partners.filter(condition)
    else:
        places = Enrolment.objects.current().filter(programme=objective.programme)
        partners = partners.filter(pk__in=places.values("partner_id"))
    return partners if portfolio.is_whole else partners.filter(pk__in=portfolio.partner_ids)


def partners_reached(objective: Objective) -> QuerySet[Delivery]:
    """The ids of partners of whose people at least one got something for it."""
    items = Announcement.objects.filter(objective=objective, frozen_at__isnull=False)
    rows = Delivery.objects.filter(announcement_id__in=list(items.values_list("pk", flat=True)), state=DeliveryState.DELIVERED)
    return rows.values("partner_id")


def effect_of(objective: Objective, portfolio: Portfolio = EVERYONE) -> Effect | None:
    """None where what it counts is not known any more."""
    kind = outcome_named(objective.outcome)
    if kind is None:
        return None
    begin, end = period_of(objective)
    now = timezone.now()
    until = min(max(now, begin), end)
    before = begin if kind.of_items else begin - (until - begin)
    meant, reached = partners_meant(objective, portfolio), partners_reached(objective)
    rows = kind.rows(objective).filter(by_partner__in=meant.values("pk"), done_at__gte=before, done_at__lt=until)
    groups = _groups(rows, meant, reached, begin)
    return Effect(
        kind=kind, counted=groups[-1].during, target=objective.target, groups=groups,
        weeks=_weeks(rows.filter(done_at__gte=begin), reached, begin, until),
        comparisons=tuple(_compared(kind, objective, holdout, begin, until) for holdout in holdouts_of(objective)),
        before_from=None if kind.of_items else before.date(), until=(until - timedelta(microseconds=1)).date(),
        is_whole=portfolio.is_whole,
    )  # fmt: skip


def _is(**condition) -> Case:
    return Case(When(**condition, then=1), default=0, output_field=IntegerField())


def _groups(rows: QuerySet, meant: QuerySet[Partner], reached: QuerySet[Delivery], begin: datetime) -> tuple[Group, ...]:
    """Two queries: who they are, what they did."""
    sizes = meant.aggregate(all=Count("pk", distinct=True), reached=Count("pk", distinct=True, filter=Q(pk__in=reached)))
    told = rows.annotate(is_reached=_is(by_partner__in=reached), is_during=_is(done_at__gte=begin)).values(
        "is_reached", "is_during"
    )
    counts = {
        (row["is_reached"], row["is_during"]): (round(row["times"]), row["doers"])
        for row in told.annotate(times=Sum("done_n"), doers=Count("by_partner", distinct=True))
    }

    def group(key: str, partners: int, is_reached: int) -> Group:
        times, doers = counts.get((is_reached, 1), (0, 0))
        return Group(key, partners, before=counts.get((is_reached, 0), (0, 0))[0], during=times, doers=doers)

    one, other = group("reached", sizes["reached"], 1), group("others", sizes["all"] - sizes["reached"], 0)
    both = Group("all", sizes["all"], one.before + other.before, one.during + other.during, one.doers + other.doers)
    return one, other, both


def _weeks(rows: QuerySet, reached: QuerySet[Delivery], begin: datetime, until: datetime) -> tuple[Week, ...]:
    """Every week from the first up to now, also those in which nothing happened. Amounts are rounded last, so that what there is so
    far is what the groups say."""
    zone = begin.tzinfo
    told = rows.annotate(week=TruncWeek("done_at", tzinfo=zone), is_reached=_is(by_partner__in=reached))
    counts = {
        (row["week"].date(), row["is_reached"]): row["times"]
        for row in told.values("week", "is_reached").annotate(times=Sum("done_n"))
    }
    monday, last = _monday(begin.date()), until.astimezone(zone).date()
    weeks, of_reached, of_others = [], Decimal(0), Decimal(0)
    while monday <= last and len(weeks) < WEEKS_SHOWN:
        reached_now, others_now = counts.get((monday, 1), Decimal(0)), counts.get((monday, 0), Decimal(0))
        of_reached, of_others = of_reached + reached_now, of_others + others_now
        weeks.append(Week(monday, round(reached_now), round(others_now), round(of_reached) + round(of_others)))
        monday += timedelta(days=7)
    return tuple(weeks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _compared(kind: OutcomeKind, objective: Objective, holdout: Holdout, begin: datetime, end: datetime) -> Comparison:
    rows = kind.rows(objective).filter(by_partner=OuterRef("pk"), done_at__gte=begin, done_at__lt=end)
    rates, means = [], []
    for partners in (holdout.written_to.order_by(), holdout.held_out.order_by()):
        theirs = rows.filter(done_at__gte=OuterRef("drawn_at")) if "drawn_at" in partners.query.annotations else rows
        counted = partners.annotate(has_done=Exists(theirs)).aggregate(of=Count("pk"), doers=Count("pk", filter=Q(has_done=True)))
        rates.append(Rate(counted["doers"], counted["of"]))
        if kind.is_sum:
            means.append(_mean(partners, theirs, counted["of"]))
    return Comparison(holdout.words, *rates, means=(means[0], means[1]) if means else None)


def _mean(partners: QuerySet[Partner], theirs: QuerySet, of: int) -> Mean:
    of_each = Subquery(theirs.values("by_partner").annotate(amount=Sum("done_n")).values("amount"))
    sums = partners.annotate(amount=of_each).aggregate(total=Sum("amount"), squares=Sum(F("amount") * F("amount")))
    return Mean(float(sums["total"] or 0), float(sums["squares"] or 0), of)


# --- The rows behind the figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutcomeRow:
    partner: Partner
    contact: Contact | None
    at: datetime
    what: str
    amount: Decimal


def outcome_rows(
    objective: Objective, portfolio: Portfolio, *, group: str = "all", when: str = "during", week: date | None = None, page: int = 1
) -> tuple[list[OutcomeRow], bool]:
    """A page of what a figure counts, newest first, and whether there is more."""
    kind = outcome_named(objective.outcome)
    if kind is None:
        return [], False
    begin, end = period_of(objective)
    end = min(max(timezone.now(), begin), end)
    if when == "before":
        begin, end = (begin if kind.of_items else begin - (end - begin)), begin
    if week is not None:
        monday = _midnight(week, begin.tzinfo)
        begin, end = max(begin, monday), min(end, monday + timedelta(days=7))
    meant, reached = partners_meant(objective, portfolio), partners_reached(objective)
    rows = kind.rows(objective).filter(by_partner__in=meant.values("pk"), done_at__gte=begin, done_at__lt=end)
    if group == "reached":
        rows = rows.filter(by_partner__in=reached)
    elif group == "others":
        rows = rows.exclude(by_partner__in=reached)
    first = (page - 1) * ROWS_A_PAGE
    told = list(
        rows.order_by("-done_at", "by_partner", "by_contact").values_list(
            "by_partner", "by_contact", "done_at", "done_what", "done_n"
        )[first : first + ROWS_A_PAGE + 1]
    )
    partners = Partner.objects.in_bulk({row[0] for row in told})
    contacts = Contact.objects.in_bulk({row[1] for row in told if row[1]})
    found = [OutcomeRow(partners[partner], contacts.get(contact), at, what, n) for partner, contact, at, what, n in told]
    return found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE


# --- What was sent -----------------------------------------------------------------------------------------------------


def items_of(objective: Objective, portfolio: Portfolio = EVERYONE) -> list[ItemLine]:
    """Newest first; of everyone from counters, else from the rows of the partners that the reader is responsible for."""
    rows = Announcement.objects.filter(objective=objective).exclude(state=State.CANCELLED, frozen_at=None)
    items = list(rows.select_related("segment", "theme").order_by("-send_at", "-created_at"))
    ids = [item.pk for item in items if item.frozen_at]
    counts = _counted(ids) if portfolio.is_whole else _counted_of(ids, portfolio)
    return [replace(ItemLine(item), **{name: of.get(item.pk, 0) for name, of in counts.items()}) for item in items]


def _counted(ids: list[int]) -> Counts:
    deliveries = DeliveryCount.objects.filter(announcement_id__in=ids, state=DeliveryState.DELIVERED)
    clicks = TouchCount.objects.filter(announcement_id__in=ids, action=Action.CLICKED, actor=Actor.HUMAN)
    return _together(
        _sums("people", AudienceCount.objects.filter(pk__in=ids), Sum("people")),
        _sums("mailed", deliveries.filter(channel=Channel.EMAIL), Sum("rows")),
        _sums("shown", deliveries.filter(channel=Channel.PORTAL), Sum("rows")),
        _sums("read", deliveries.filter(channel=Channel.PORTAL), Sum("read")),
        _sums("clicked", clicks, Sum("people")),
        _sums("acknowledged", Acknowledgement.objects.filter(announcement__in=ids), Count("contact_id")),
    )


def _counted_of(ids: list[int], portfolio: Portfolio) -> Counts:
    rows = Delivery.objects.filter(announcement_id__in=ids, partner_id__in=portfolio.partner_ids)
    mails, pages = (rows.filter(state=DeliveryState.DELIVERED, channel=each) for each in (Channel.EMAIL, Channel.PORTAL))
    clicks = Touch.objects.filter(announcement_id__in=ids, action=Action.CLICKED, actor=Actor.HUMAN)
    acknowledged = Acknowledgement.objects.filter(announcement__in=ids, partner__in=portfolio.partner_ids)
    return _together(
        _sums("people", rows, Count("contact_id", distinct=True)),
        _sums("mailed", mails, Count("contact_id")),
        _sums("shown", pages, Count("contact_id")),
        _sums("read", pages, Count("read_at")),
        _sums("clicked", clicks.filter(contact__partner__in=portfolio.partner_ids), Count("contact_id")),
        _sums("acknowledged", acknowledged, Count("contact_id")),
    )


def _sums(name: str, rows: QuerySet, sum_of) -> QuerySet:
    named = rows.order_by().annotate(of=Value(name, output_field=CharField()))
    return named.values("of", "announcement_id").annotate(n=sum_of).values_list("of", "announcement_id", "n")


def _together(first: QuerySet, *others: QuerySet) -> Counts:
    """One query for all of them."""
    found: Counts = {}
    for name, announcement_id, n in first.union(*others, all=True):
        found.setdefault(name, {})[announcement_id] = n
    return found


# --- The list ----------------------------------------------------------------------------------------------------------


def last_sent(rows: QuerySet[Announcement], by: str) -> dict:
    """Of each value of that column, when something of it went out last. Only what went out counts."""
    gone = rows.filter(frozen_at__isnull=False, send_at__lte=timezone.now()).exclude(**{by: None}).order_by()
    return dict(gone.values_list(by).annotate(at=Max("send_at")))


def with_uses(rows: QuerySet[Objective]) -> QuerySet[Objective]:
    """How many announcements serve it, and how many of them have gone out."""
    gone = Q(announcements__frozen_at__isnull=False)
    return rows.annotate(items=Count("announcements"), gone=Count("announcements", filter=gone))
