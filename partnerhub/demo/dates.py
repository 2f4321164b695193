"""Dates of the demo, counted from today: what was sent was sent on a working day, and texts name days as people do."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_FIELD = re.compile(r"\$(?:(month)|in_(\d+)_days|day_(\d+)|(\w+day)_in_(\d+)_weeks)\b")


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def days_ago(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """That day, or the Friday before where it is at a weekend."""
    day = today() - timedelta(days=days)
    return at(day - timedelta(days=max(day.weekday() - 4, 0)), hour, minute)


def days_after(start: date, days: int) -> date:
    """That day, or the Monday after where it is at a weekend."""
    day = start + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def first_tuesdays(count: int) -> list[date]:
    """The first Tuesdays of the latest months, old to new; the last one lies two days back at least."""
    found: list[date] = []
    month = today().replace(day=1)
    while len(found) < count:
        tuesday = month + timedelta(days=(1 - month.weekday()) % 7)
        if tuesday <= today() - timedelta(days=2):
            found.insert(0, tuesday)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def quarters(count: int) -> list[tuple[date, date]]:
    """First and last day of the latest complete quarters, old to new."""
    return _periods(count, months=3)


def weeks(count: int) -> list[tuple[date, date]]:
    """Monday and Sunday of the latest complete weeks, old to new."""
    monday = today() - timedelta(days=today().weekday())
    return [(start, start + timedelta(days=6)) for n in range(count, 0, -1) for start in [monday - timedelta(weeks=n)]]


def months(count: int) -> list[tuple[date, date]]:
    return _periods(count, months=1)


def fill_dates(text: str, start: date, in_words: Callable[[date], str] | None = None) -> str:
    """`$in_9_days`, `$tuesday_in_2_weeks` and `$month` count from `start`, `$day_45` from today."""

    write = in_words or in_english

    def said(match: re.Match) -> str:
        month, after_start, after_today, weekday, weeks = match.groups()
        if month:
            return f"{start:%B} {start.year}"
        if after_start:
            return write(days_after(start, int(after_start)))
        if after_today:
            return write(days_after(today(), int(after_today)))
        monday = start - timedelta(days=start.weekday()) + timedelta(weeks=int(weeks))
        return write(monday + timedelta(days=_DAYS.index(weekday)))

    return _FIELD.sub(said, text)


def in_english(day: date) -> str:
    return f"{day.day} {day:%B}" + ("" if day.year == today().year else f" {day.year}")


def _periods(count: int, months: int) -> list[tuple[date, date]]:
    first = today().replace(day=1)
    first = first.replace(month=(first.month - 1) // months * months + 1)
    found: list[tuple[date, date]] = []
    for _ in range(count):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        for _ in range(months - 1):
            first = (first - timedelta(days=1)).replace(day=1)
        found.insert(0, (first, last))
    return found
