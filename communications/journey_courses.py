"""Courses that a step of a journey may assign. The app that has courses registers them in `AppConfig.ready`; while nobody has, the
step is not offered."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Courses:
    """`choices()` are the courses as (key, name); `assign(key, partner_ids)` gives one to partners and returns those who got it,
    harmless to repeat."""

    choices: Callable[[], Iterable[tuple[str, str]]]
    assign: Callable[[str, Collection[int]], Collection[int]]


_registered: list[Courses] = []


def register_courses(courses: Courses) -> None:
    _registered[:] = [courses]


def courses() -> Courses | None:
    return _registered[0] if _registered else None


def course_choices() -> list[tuple[str, str]]:
    return list(_registered[0].choices()) if _registered else []
