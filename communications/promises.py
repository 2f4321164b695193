"""When an answer is promised by: so many hours after somebody asked, counted by the clock or in business hours only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FRIDAY = 4


def _none(_since: date) -> frozenset[date]:
    return frozenset()


@dataclass(frozen=True)
class Promise:
    """`opens` and `closes` are those of Monday to Friday; without them every hour counts. `days_off` gives the holidays from a day
    on."""

    hours: int
    opens: time | None = None
    closes: time | None = None
    days_off: Callable[[date], frozenset[date]] = _none

    def kept_by(self, asked: datetime, zone: ZoneInfo) -> datetime:
        if self.opens is None or self.closes is None:
            return asked + timedelta(hours=self.hours)
        left = timedelta(hours=self.hours)
        day = asked.astimezone(zone).date()
        days_off = self.days_off(day)
        while True:
            if day.weekday() <= FRIDAY and day not in days_off:
                begins = max(datetime.combine(day, self.opens, zone).astimezone(asked.tzinfo), asked)
                ends = datetime.combine(day, self.closes, zone).astimezone(asked.tzinfo)
                if ends - begins >= left:
                    return begins + left
                left -= max(ends - begins, timedelta())
            day += timedelta(days=1)
