"""What is planned, scheduled and sent, day by day, with whatever else stands on the calendar."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import CharField, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from accounts.models import User
from communications.calendar_sources import CalendarEntry, calendar_sources
from communications.models import Announcement, Holiday, Objective, State, Theme
from context.models import Segment
from partners.models import Programme

PLANNED = (State.DRAFT, State.SUBMITTED, State.APPROVED)
TIMED = (State.SCHEDULED, State.PAUSED, State.SENDING, State.SENT)
WITHOUT_A_DAY = 20
ITEMS_AT_MOST = 5_000
SHOWN = ("public_id", "title", "state", "planned_on", "send_at", "segment_id", "author_id")


@dataclass(frozen=True)
class Chosen:
    """What the calendar is narrowed to; each an id or nothing."""

    programme: int | None = None
    theme: int | None = None
    segment: int | None = None
    objective: int | None = None
    author: int | None = None
    channel: str = ""

    def narrowed(self, rows: QuerySet[Announcement]) -> QuerySet[Announcement]:
        for name in ("programme", "theme", "segment", "objective", "author"):
            if getattr(self, name):
                rows = rows.filter(**{f"{name}_id": getattr(self, name)})
        return rows.filter(channels__contains=[self.channel]) if self.channel else rows

    @property
    def is_of_announcements(self) -> bool:
        """Whether something is asked that only announcements have."""
        return bool(self.theme or self.segment or self.objective or self.author or self.channel)


def offered_to(user) -> list[tuple[str, int, UUID, str]]:
    """What it can be narrowed to, as (of what, id, public id, name), by name; one query for all of them."""
    named = {"programme": Programme, "theme": Theme, "objective": Objective, "segment": Segment}
    lists = [
        _offered(name, model.objects.visible_to(user).annotate(words=Cast("name", CharField()))) for name, model in named.items()
    ]
    authors = User.objects.filter(is_staff=True, pk__in=Announcement.objects.exclude(author=None).values("author"))
    lists.append(_offered("author", authors.annotate(words=Cast(Coalesce(NullIf("name", Value("")), "email"), CharField()))))
    return list(lists[0].union(*lists[1:], all=True).order_by("words"))


def _offered(name: str, rows: QuerySet) -> QuerySet:
    return rows.order_by().annotate(of=Value(name, output_field=CharField())).values_list("of", "pk", "public_id", "words")


@dataclass(frozen=True)
class Item:
    """An announcement on its day. `at` is when it goes out, where that is said; `clashes` are others to the same segment."""

    announcement: Announcement
    day: date
    at: datetime | None = None
    clashes: int = 0

    @property
    def may_move(self) -> bool:
        return self.announcement.state in PLANNED


@dataclass(frozen=True)
class Day:
    day: date
    items: tuple[Item, ...] = ()
    entries: tuple[tuple[str, CalendarEntry], ...] = ()
    holidays: tuple[Holiday, ...] = ()
    load: int = 0  # 0 to 4, beside the fullest day shown

    @property
    def count(self) -> int:
        return len(self.items) + len(self.entries)

    @property
    def feasts(self) -> list[tuple[str, str]]:
        """The names of its holidays, each with the countries that call it so."""
        countries: dict[str, list[str]] = defaultdict(list)
        for holiday in self.holidays:
            countries[holiday.name].append(holiday.country)
        return [(name, " ".join(some)) for name, some in countries.items()]


@dataclass(frozen=True)
class Calendar:
    first: date
    last: date
    days: tuple[Day, ...]
    without_a_day: tuple[Announcement, ...] = field(default=())

    @property
    def weeks(self) -> list[tuple[Day, ...]]:
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def count(self) -> int:
        return sum(len(day.items) for day in self.days)


def calendar_of(user, first: date, last: date, chosen: Chosen) -> Calendar:
    """These days, both included, in the reader's own time. As many queries, and those of the sources, whatever there is."""
    planned, without = _announcements(user, first, last, chosen)
    by_day: dict[date, list[Item]] = defaultdict(list)
    for item in _with_clashes(planned):
        by_day[item.day].append(item)
    entries = _entries(user, first, last, chosen)
    holidays: dict[date, list[Holiday]] = defaultdict(list)
    for holiday in Holiday.objects.filter(day__range=(first, last)):
        holidays[holiday.day].append(holiday)
    fullest = max((len(items) for items in by_day.values()), default=0)
    days = tuple(
        Day(day, tuple(by_day[day]), tuple(entries[day]), tuple(holidays[day]), _share(len(by_day[day]), fullest))
        for day in _days(first, last)
    )
    return Calendar(first, last, days, tuple(without))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _share(count: int, fullest: int) -> int:
    """Of five steps; one or two a day are no load."""
    return 0 if count < 2 else min(4, max(1, round(4 * count / fullest)))


def _announcements(user, first: date, last: date, chosen: Chosen) -> tuple[list[Item], list[Announcement]]:
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    planned = Q(state__in=PLANNED, planned_on__range=(first, last))
    timed = Q(state__in=TIMED, send_at__gte=begin, send_at__lt=end)
    # A thousand a month share few segments and authors: each is read once, and of an announcement what a calendar shows.
    rows = chosen.narrowed(Announcement.objects.visible_to(user)).only(*SHOWN)
    rows = rows.prefetch_related(Prefetch("segment", Segment.objects.only("public_id", "name")), "author")
    items = [_item(row) for row in rows.filter(planned | timed).order_by("send_at", "title", "pk")[:ITEMS_AT_MOST]]
    # What a journey sends goes on the day on which a partner comes to it.
    without = rows.filter(state__in=PLANNED, planned_on=None, by_journey=False).order_by("-updated_at", "-pk")[:WITHOUT_A_DAY]
    return sorted(items, key=lambda item: (item.at is None, item.at or begin, str(item.announcement))), list(without)


def _item(row: Announcement) -> Item:
    if row.state in PLANNED:
        return Item(row, row.planned_on)
    return Item(row, timezone.localtime(row.send_at).date(), row.send_at)


def _with_clashes(items: list[Item]) -> list[Item]:
    """The same segment twice on one day, where the day is still to come."""
    today = timezone.localdate()
    counts = Counter((item.day, item.announcement.segment_id) for item in items)
    return [
        Item(item.announcement, item.day, item.at, counts[item.day, item.announcement.segment_id] - 1 if item.day >= today else 0)
        for item in items
    ]


def _entries(user, first: date, last: date, chosen: Chosen) -> dict[date, list[tuple[str, CalendarEntry]]]:
    """Of the other sources; where it is narrowed to what only announcements have, none."""
    found: dict[date, list[tuple[str, CalendarEntry]]] = defaultdict(list)
    if chosen.is_of_announcements:
        return found
    for source in calendar_sources():
        for entry in source.for_manager(user, first, last):
            if chosen.programme and entry.programme_id not in (None, chosen.programme):
                continue
            for day in _days(max(entry.day, first), min(entry.last_day or entry.day, last)):
                found[day].append((source.key, entry))
    return found


def same_day(announcement: Announcement, day: date) -> QuerySet[Announcement]:
    """The others that are planned or scheduled for that day, of whatever programme: people are the same."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(day, time.min, tzinfo=zone)
    planned = Q(state__in=PLANNED, planned_on=day)
    timed = Q(state__in=TIMED, send_at__gte=begin, send_at__lt=begin + timedelta(days=1))
    return (
        Announcement.objects.filter(planned | timed).exclude(pk=announcement.pk).select_related("segment").order_by("send_at", "pk")
    )
