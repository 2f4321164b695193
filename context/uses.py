"""Where data points are used: segments, scorecards, tiers, surveys, pages. What nothing uses need not be asked of anyone.

Whoever uses data points registers in `AppConfig.ready`; this app only asks."""

from collections.abc import Callable, Iterable

from activity.uses import Use
from context.models import DataPoint

_readers: list[Callable[[list[DataPoint]], Iterable[tuple[int, Use]]]] = []


def register_uses(read: Callable[[list[DataPoint]], Iterable[tuple[int, Use]]]) -> None:
    """`read(points)` gives (primary key of a data point, use), for all of them in one query or so."""
    if read not in _readers:
        _readers.append(read)


def all_uses(points: list[DataPoint]) -> dict[int, list[Use]]:
    """By the data point's primary key; each of `points` has a list."""
    found: dict[int, list[Use]] = {point.pk: [] for point in points}
    for read in _readers:
        for pk, use in read(points):
            found[pk].append(use)
    return found


def uses_of(point: DataPoint) -> list[Use]:
    return all_uses([point])[point.pk]
