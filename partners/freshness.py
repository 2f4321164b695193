"""After how many days a typed row asks to be confirmed.

The number is kept with the data points, in the app above; it registers in `AppConfig.ready`, and this app only asks."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils import timezone

from partners.models import Provenance

_readers: list[Callable[[], dict[str, int]]] = []


def register_freshness(read: Callable[[], dict[str, int]]) -> None:
    """`read()` gives days by kind of row, such as `sites`, for the kinds that age."""
    if read not in _readers:
        _readers.append(read)


def mark_freshness(rows: dict[str, Iterable[Provenance]]) -> None:
    """Give each row, by its kind, `row_kind` and `is_stale`; one query for all of them."""
    days = {kind: number for read in _readers for kind, number in read().items()}
    for kind, of_this_kind in rows.items():
        for row in of_this_kind:
            row.row_kind = kind
            row.is_stale = kind in days and row.observed_at < timezone.now() - timedelta(days=days[kind])
