"""The moment that rules speak from: now, or a day in the past while one is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def moment() -> datetime:
    return _moment.get() or timezone.now()


@contextmanager
def seen_from(then: datetime) -> Iterator[None]:
    """Inside, “within 90 days” and “fresh” are meant from then on."""
    token = _moment.set(then)
    try:
        yield
    finally:
        _moment.reset(token)
