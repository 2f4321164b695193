"""Trends drawn on the server: values in, coordinates of an SVG out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 640, 160
TOP, BOTTOM = 8, 1


@dataclass(frozen=True)
class Bar:
    label: str
    value: Decimal
    x: float
    y: float
    width: float
    height: float
    is_last: bool


@dataclass(frozen=True)
class Trend:
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: float = HEIGHT - BOTTOM


def draw_trend(points: Sequence[tuple[str, Decimal]]) -> Trend:
    """`points` are (label, value) from old to new. Bars begin at zero: a cut axis would exaggerate."""
    highest = max((value for _label, value in points), default=Decimal(0)) or Decimal(1)
    room = HEIGHT - TOP - BOTTOM
    step = WIDTH / max(len(points), 1)
    width = min(step * 0.68, 56)
    return Trend(
        tuple(
            _bar(label, value, x=step * (at + 0.5) - width / 2, width=width, height=float(max(value, 0) / highest) * room,
                 is_last=at == len(points) - 1)
            for at, (label, value) in enumerate(points)
        )
    )  # fmt: skip


def _bar(label: str, value: Decimal, *, x: float, width: float, height: float, is_last: bool) -> Bar:
    shown = round(max(height, 1.0), 1)
    return Bar(label, value, round(x, 1), round(HEIGHT - BOTTOM - shown, 1), round(width, 1), shown, is_last)
