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
_ROW_HISTORY = """
    UPDATE partners_partnerevent AS event SET pgh_created_at = row.created_at
    FROM partners_partner AS row WHERE row.id = event.pgh_obj_id;
    UPDATE partners_contactevent AS event SET pgh_created_at = row.created_at
    FROM partners_contact AS row WHERE row.id = event.pgh_obj_id;
    UPDATE partners_enrolmentevent AS event SET pgh_created_at = row.starts_on
    FROM partners_enrolment AS row WHERE row.id = event.pgh_obj_id;
    UPDATE context_tierchange AS change SET at = row.starts_on
    FROM partners_enrolment AS row WHERE row.id = change.enrolment_id AND change.from_tier_id IS NULL
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


def date_row_history() -> None:
    """The history that triggers keep of each row begins when the row did."""
    with connection.cursor() as cursor:
        cursor.execute(_ROW_HISTORY)
