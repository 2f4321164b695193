"""When the meetings of a series are: every so many weeks, the third Thursday of a month, once a quarter.

What repeats is what the clock on the wall shows. The instant behind it moves when clocks are put forward or back."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count, takewhile
from zoneinfo import ZoneInfo

LAST = -1


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True)
class Plan:
    """The first day says which weekday is meant, and which one of its month; `every` counts weeks, months or quarters."""

    rhythm: Rhythm
    first: date
    wall_time: time
    zone: ZoneInfo
    every: int = 1

    def days(self) -> Iterator[date]:
        """Without an end, in order, from the first one on."""
        if self.rhythm == Rhythm.WEEKLY:
            yield from (self.first + timedelta(weeks=self.every * n) for n in count())
        months = self.every * (3 if self.rhythm == Rhythm.QUARTERLY else 1)
        nth = which_of_month(self.first)
        for n in count():
            month = self.first.year * 12 + self.first.month - 1 + n * months
            yield nth_weekday(month // 12, month % 12 + 1, self.first.weekday(), nth)

    def instants(self, until: date) -> Iterator[datetime]:
        """In UTC, up to that day."""
        for day in takewhile(lambda day: day <= until, self.days()):
            yield instant_of_wall(day, self.wall_time, self.zone)


def which_of_month(day: date) -> int:
    """1 to 4; the fifth one of a month is meant as the last one, since most months have none."""
    nth = (day.day - 1) // 7 + 1
    return LAST if nth == 5 else nth


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    days = [first + timedelta(days=n) for n in range(calendar.monthrange(year, month)[1])]
    own = [day for day in days if day.weekday() == weekday]
    return own[nth if nth == LAST else nth - 1]


def instant_of_wall(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """Of a time that comes twice the first is meant; one that is skipped is moved on by what clocks are put forward."""
    return datetime.combine(day, wall_time, tzinfo=zone).astimezone(UTC)
