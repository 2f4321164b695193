"""Letting the past have happened then: whatever an action records is dated now, and moved to its day afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

_MARKS = """
    SELECT (SELECT coalesce(max(id), 0) FROM activity_activity),
           (SELECT coalesce(max(id), 0) FROM communications_announcementtransition)
"""
_MOVE = """
    WITH moved AS (UPDATE activity_activity SET occurred_at = %(moment)s WHERE id > %(activity)s)
    UPDATE communications_announcementtransition SET at = %(moment)s WHERE id > %(transition)s
"""


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """What the actions inside write into the logs happened at `moment`."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        activity, transition = cursor.fetchone()
    yield
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"moment": moment, "activity": activity, "transition": transition})
