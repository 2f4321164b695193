"""The periods of a scorecard: months, quarters, and twelve months that end with a month. Functions of dates."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.refusals import Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2200  # what rules can ask for
MONTH, QUARTER, ROLLING_YEAR = "month", "quarter", "rolling_year"
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_KEY = re.compile(r"(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))")


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included. `key` is 2026-10, or 2026-Q3."""

    kind: str
    start: date
    end: date

    @property
    def key(self) -> str:
        return f"{self.end.year}-Q{(self.end.month + 2) // 3}" if self.kind == QUARTER else f"{self.end:%Y-%m}"

    @property
    def label(self) -> str:
        if self.kind == QUARTER:
            return f"Q{(self.end.month + 2) // 3} {self.end.year}"
        month = date_format(self.end, "M Y")
        return _("12 months to %(month)s") % {"month": month} if self.kind == ROLLING_YEAR else month

    @property
    def short_label(self) -> str:
        return self.label if self.kind == QUARTER else date_format(self.end, "M Y")

    def covers(self, start: date, end: date) -> bool:
        return self.start <= start and end <= self.end

    def before(self) -> "Period":
        """The one that ended where this one's last month, or quarter, began."""
        months = 3 if self.kind == QUARTER else 1
        return _ending(self.kind, _first_of(self.end, months - 1) - timedelta(days=1))


def latest_period(kind: str, today: date) -> Period:
    """The latest one that is over."""
    month = today.replace(day=1)
    first = _first_of(month, (month.month - 1) % 3) if kind == QUARTER else month
    return _ending(kind, first - timedelta(days=1))


def periods_up_to(last: Period, count: int) -> list[Period]:
    """Old to new, `last` included."""
    found = [last]
    while len(found) < count:
        found.insert(0, found[0].before())
    return found


def period_named(kind: str, key: str) -> Period | None:
    """The period of this kind with that key; None where it is no key of it."""
    match = _KEY.fullmatch(key)
    if match is None or bool(match[2]) != (kind == QUARTER) or not 1900 < int(match[1]) < 2200:
        return None
    month = int(match[2]) * 3 if match[2] else int(match[3])
    return _ending(kind, _last_of(date(int(match[1]), month, 1)))


def period_meant(word: str) -> Period | None:
    """2026, 2026-Q3 or 2026-07, however it is written; None where it is none of these."""
    key = word.strip().upper()
    if _YEAR.fullmatch(key):
        return period_named(ROLLING_YEAR, f"{key}-12")
    return period_named(QUARTER, key) or period_named(MONTH, key)


def check_days(start: date, end: date, *, start_field: str, end_field: str) -> None:
    """Of a figure that was: `Invalid` where no period can be so, about the one field or the other."""
    if end < start:
        raise Invalid(_("A period cannot end before it begins."), field=end_field)
    if start > timezone.localdate():
        raise Invalid(_("The period begins in the future. A figure tells what was."), field=start_field)
    if start.year < FIRST_YEAR or end.year > LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        field = start_field if start.year < FIRST_YEAR else end_field
        raise Invalid(_("A period lies between %(first)s and %(last)s.") % words, field=field)


def period_in_words(start: date, end: date) -> str:
    """“Nov 2026”, “Q3 2026”, “2026”, else the days."""
    days = (end - start).days + 1
    if days <= 31 and start.month == end.month:
        return date_format(end, "M Y")
    if 89 <= days <= 92 and start.day == 1:
        return f"Q{(end.month - 1) // 3 + 1} {end.year}"
    if days in (365, 366):
        return str(end.year)
    return f"{date_format(start, _('j M'))} – {date_format(end, _('j M Y'))}"


def period_after(start: date, end: date) -> tuple[date, date]:
    """The days that follow: whole months are followed by as many, other days by as many days."""
    following = end + timedelta(days=1)
    if start.day == following.day == 1:
        months = (following.year - start.year) * 12 + following.month - start.month
        return following, _first_of(following, -months) - timedelta(days=1)
    return following, following + (end - start)


def _ending(kind: str, end: date) -> Period:
    return Period(kind, _first_of(end, {MONTH: 0, QUARTER: 2, ROLLING_YEAR: 11}[kind]), end)


def _first_of(day: date, months_before: int) -> date:
    """The first day of the month that lies so many months before that of `day`."""
    months = day.year * 12 + day.month - 1 - months_before
    return date(months // 12, months % 12 + 1, 1)


def _last_of(day: date) -> date:
    return _first_of(day, -1) - timedelta(days=1)
