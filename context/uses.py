"""Where data points and metrics are used: segments, scorecards, tiers, surveys, pages. What nothing uses need not be asked of
anyone.

Whoever uses them registers in `AppConfig.ready`; this app only asks."""

from collections.abc import Callable, Iterable

from activity.uses import Use
from context.models import DataPoint, Metric

_readers: list[Callable[[list[DataPoint]], Iterable[tuple[int, Use]]]] = []
_of_metrics: list[Callable[[Metric], Iterable[Use]]] = []


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


def register_metric_uses(read: Callable[[Metric], Iterable[Use]]) -> None:
    """`read(metric)` gives what counts by it."""
    if read not in _of_metrics:
        _of_metrics.append(read)


def registered_uses_of_metric(metric: Metric) -> list[Use]:
    return [use for read in _of_metrics for use in read(metric)]
