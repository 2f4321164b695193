"""One budget for each person: at most so many interruptions in any 24 hours and in any seven days.

This is the rule in words a test can read; `communications/actions/attention.py` keeps it in one statement of SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Budget:
    per_day: int
    per_week: int


@dataclass(frozen=True)
class Used:
    """How many interruptions there were in the last 24 hours and in the last seven days."""

    in_day: int
    in_week: int

    def is_full(self, budget: Budget) -> bool:
        return self.in_day >= budget.per_day or self.in_week >= budget.per_week


def used_at(now: datetime, taken: Iterable[datetime]) -> Used:
    taken = list(taken)
    return Used(sum(now - DAY < at <= now for at in taken), sum(now - WEEK < at <= now for at in taken))


def has_room(now: datetime, taken: Iterable[datetime], budget: Budget, *, held_back: int = 0) -> bool:
    """Whether one more fits, when room for `held_back` more important ones must be left."""
    used = used_at(now, taken)
    return not Used(used.in_day + held_back, used.in_week + held_back).is_full(budget)
