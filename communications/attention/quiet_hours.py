"""Quiet hours in a person's zone, by what the clock on their wall shows.

On the day clocks go forward an end that the clock skips moves forward with it; on the day they go back an hour is shown twice
and what waited for its end goes at the first."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """From `start` until `end`, over midnight where the end is the earlier of the two."""

    start: time
    end: time

    def hold_at(self, shown: time) -> bool:
        if self.start <= self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end


def end_of_quiet(now: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime | None:
    """When the quiet hours that hold at `now` are over; None where none hold."""
    if quiet is None or not quiet.hold_at(_shown(now, zone)):
        return None
    today = now.astimezone(zone).date()
    ends = [
        datetime.combine(today + timedelta(days=days), quiet.end, zone).replace(fold=fold).astimezone(UTC)
        for days in range(3)
        for fold in (0, 1)
    ]
    return min(end for end in ends if end > now and not quiet.hold_at(_shown(end, zone)))


def _shown(instant: datetime, zone: ZoneInfo) -> time:
    return instant.astimezone(zone).time()
