"""When certificates run out, on a strip of the next eighteen months. Functions of values; what has expired stands before today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.utils.formats import date_format

WIDTH, LANE, RADIUS = 720, 18, 6
MONTHS, PAST = 18, timedelta(days=45)  # what expired longer ago stands at the edge
SOON = timedelta(days=90)
LANES = 6


class Certificate(Protocol):
    name: str
    holder: str
    expires_on: date | None


@dataclass(frozen=True)
class Mark:
    """`state` is expired, soon or later."""

    certificate: Certificate
    state: str
    x: float
    y: float


@dataclass(frozen=True)
class Tick:
    label: str
    x: float


@dataclass(frozen=True)
class ExpiryStrip:
    """`others` count the marks that are neither expired nor soon; `later` and `never` those that run out after the strip, and
    those that never do; `crowded` those that stand behind
    others."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    today: float
    height: int
    expired: int
    soon: int
    others: int
    later: int
    never: int
    crowded: int
    width: int = WIDTH
    radius: int = RADIUS


def draw_expiries(certificates: Iterable[Certificate], today: date) -> ExpiryStrip:
    certificates = list(certificates)
    first, last = today - PAST, _month_after(today, MONTHS)
    dated = sorted(((row.expires_on, row) for row in certificates if row.expires_on), key=lambda pair: pair[0])
    shown = [(day, row) for day, row in dated if day <= last]
    places, crowded = _in_lanes([_x(max(day, first), first, last) for day, _row in shown])
    lanes = max((lane for _x_, lane in places), default=0) + 1
    height = lanes * LANE + 2 * RADIUS
    states = [_state(day, today) for day, _row in shown]
    marks = [
        Mark(row, state, x, height - RADIUS - 2 - lane * LANE)
        for (_day, row), state, (x, lane) in zip(shown, states, places, strict=True)
    ]
    return ExpiryStrip(
        marks=tuple(marks),
        ticks=tuple(_ticks(today, first, last)),
        today=_x(today, first, last),
        height=height,
        expired=states.count("expired"),
        soon=states.count("soon"),
        others=states.count("later"),
        later=len(dated) - len(shown),
        never=len(certificates) - len(dated),
        crowded=crowded,
    )


def _in_lanes(xs: list[float]) -> tuple[list[tuple[float, int]], int]:
    """The lowest lane in which a mark touches none before it; where all are full, the top one. And how many found no lane."""
    ends: list[float] = []
    places, crowded = [], 0
    for x in xs:
        lane = next((nth for nth, end in enumerate(ends) if x - end >= 2 * RADIUS + 2), len(ends))
        crowded += lane >= LANES
        lane = min(lane, LANES - 1)
        ends[lane : lane + 1] = [x]
        places.append((x, lane))
    return places, crowded


def _state(expires_on: date, today: date) -> str:
    if expires_on < today:
        return "expired"
    return "soon" if expires_on <= today + SOON else "later"


def _x(day: date, first: date, last: date) -> float:
    return round(RADIUS + 2 + (day - first).days / (last - first).days * (WIDTH - 2 * RADIUS - 4), 1)


def _ticks(today: date, first: date, last: date) -> Iterable[Tick]:
    """Every third month."""
    for months in range(3, MONTHS + 1, 3):
        day = _month_after(today.replace(day=1), months)
        yield Tick(date_format(day, "M Y"), _x(day, first, last))


def _month_after(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))
