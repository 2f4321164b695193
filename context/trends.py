"""Small trends drawn on the server: figures in, bars of an SVG out. What is claimed stands on what is verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 240, 48


@dataclass(frozen=True)
class Bar:
    """`claimed_y` and `claimed_height` are those of the outlined part; a height of 0 is not drawn."""

    label: str
    verified: Decimal | None
    claimed: Decimal | None
    x: float
    width: float
    y: float
    height: float
    claimed_y: float
    claimed_height: float
    is_last: bool


def draw_bars(
    points: Sequence[tuple[str, Decimal | None, Decimal | None]],
    *,
    stacked: bool,
    width: int = WIDTH,
    height: int = HEIGHT,
    widest: int = 24,
) -> tuple[Bar, ...]:
    """`points` are (label, verified, claimed) from old to new. Bars begin at zero. Where figures cannot be added up, a claim is
    drawn only where nothing is verified."""
    shown = [_shown(verified, claimed, stacked) for _label, verified, claimed in points]
    highest = max((solid + outlined for solid, outlined in shown), default=Decimal(0)) or Decimal(1)
    step = width / max(len(points), 1)
    bar = min(step * 0.7, widest)
    bars = []
    for at, ((label, verified, claimed), (solid, outlined)) in enumerate(zip(points, shown, strict=True)):
        low, high = (round(float(part / highest) * (height - 4), 1) for part in (solid, outlined))
        bars.append(
            Bar(label, verified, claimed, round(step * (at + 0.5) - bar / 2, 1), round(bar, 1), round(height - low, 1), low,
                round(height - low - high, 1), high, at == len(points) - 1)
        )  # fmt: skip
    return tuple(bars)


def _shown(verified: Decimal | None, claimed: Decimal | None, stacked: bool) -> tuple[Decimal, Decimal]:
    solid, outlined = max(verified or Decimal(0), Decimal(0)), max(claimed or Decimal(0), Decimal(0))
    return (solid, outlined) if stacked or verified is None else (solid, Decimal(0))
