"""What points are worth today, and which level that is. Functions of values, no database."""

from collections.abc import Iterable
from datetime import date

LEVELS = (0, 25, 75, 150, 300, 600)  # the points from which each level begins; the first is level 1


def worth_today(earned: Iterable[tuple[date, int]], half_life_days: int, today: date) -> float:
    """(day, points) of a person: after each half-life half of it is left. What is dated ahead counts as of today."""
    return sum(points * 0.5 ** (max((today - day).days, 0) / half_life_days) for day, points in earned)


def level_of(points: float) -> int:
    return sum(points >= begins for begins in LEVELS)


def missing_for_next(points: float) -> int | None:
    """Whole points up to the next level; None on the last one."""
    ahead = next((begins for begins in LEVELS if begins > points), None)
    return None if ahead is None else int(-(-(ahead - points) // 1))
