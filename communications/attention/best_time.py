"""The hour of the day at which a person is most likely to look, and the instants at which it comes."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ENOUGH = 10
WHERE_NOTHING_IS_KNOWN = 9
MONDAY = 0


def best_hour(seen_at: Iterable[datetime], zone: ZoneInfo) -> int | None:
    """The hour at which they were seen most often, the earlier one of two; None where they were seen too seldom to say."""
    hours = Counter(instant.astimezone(zone).hour for instant in seen_at)
    if hours.total() < ENOUGH:
        return None
    return min(hours, key=lambda hour: (-hours[hour], hour))


def next_time(after: datetime, hour: int, zone: ZoneInfo, *, weekday: int | None = None) -> datetime:
    """The first instant at or after `after` when clocks in `zone` show that full hour, on that day of the week if one is given.
    Where the clock skips the hour it moves forward; where it comes twice the first is meant."""
    first = after.astimezone(zone).date()
    days = (first + timedelta(days=n) for n in range(10))
    instants = (_at(day, hour, zone) for day in days if weekday is None or day.weekday() == weekday)
    return next(instant for instant in instants if instant >= after)


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
