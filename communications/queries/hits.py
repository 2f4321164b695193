"""What is known of the people whose hits are judged: what they did shortly before, and when the mail had been handed over."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from communications.rendering.machines import TRAPPED_WITHIN
from partners.personal_data import ERASED

Recipient = tuple[int, int]  # announcement and contact

_COLUMNS = "id, announcement_id, contact_id, action, link, method, purpose, agent, network, occurred_at, signal"
PAIRS = "unnest(%s::bigint[], %s::bigint[]) AS pair (announcement_id, contact_id)"
_KEPT = f"""
    SELECT {_COLUMNS} FROM {PAIRS} JOIN communications_engagementevent AS event USING (announcement_id, contact_id)
    WHERE occurred_at >= %s ORDER BY occurred_at, id
"""  # noqa: S608 - words of ours
_HANDED_OVER = f"""
    SELECT delivery.announcement_id, delivery.contact_id, settled_at
    FROM {PAIRS} JOIN communications_delivery AS delivery USING (announcement_id, contact_id)
    WHERE channel = 'email' AND state = 'delivered' AND settled_at IS NOT NULL
"""  # noqa: S608 - words of ours


_OF_PEOPLE = f"""
    SELECT {_COLUMNS} FROM communications_engagementevent AS event
    WHERE announcement_id = %s AND contact_id = ANY (%s) ORDER BY occurred_at, id
"""  # noqa: S608 - words of ours
_OF_NOBODY = f"""
    SELECT {_COLUMNS} FROM communications_engagementevent AS event WHERE announcement_id = %s AND contact_id IS NULL
"""  # noqa: S608 - words of ours
_PEOPLE = """
    SELECT DISTINCT contact_id FROM communications_engagementevent
    WHERE announcement_id = %s AND contact_id > %s ORDER BY contact_id LIMIT 2000
"""


class KeptHit(NamedTuple):
    id: int
    announcement_id: int
    contact_id: int | None
    action: str
    link: int | None
    method: str
    purpose: str
    agent: str
    network: str
    occurred_at: datetime
    signal: str

    @property
    def is_erased(self) -> bool:
        """The person was forgotten, and with them what this hit was judged by."""
        return self.agent == ERASED


def kept_around(recipients: Iterable[Recipient], since: datetime) -> dict[Recipient, list[KeptHit]]:
    """Hits that are near enough to matter to others made since then, in their order."""
    kept: dict[Recipient, list[KeptHit]] = {}
    for row in map(KeptHit._make, _rows(_KEPT, recipients, since - TRAPPED_WITHIN)):
        kept.setdefault((row.announcement_id, row.contact_id), []).append(row)
    return kept


def kept_of(announcement_id: int, people: list[int] | None) -> dict[Recipient, list[KeptHit]]:
    """Every hit of these people on an announcement, or every one that names nobody."""
    with connection.cursor() as cursor:
        if people is None:
            cursor.execute(_OF_NOBODY, [announcement_id])
        else:
            cursor.execute(_OF_PEOPLE, [announcement_id, people])
        kept: dict[Recipient, list[KeptHit]] = {}
        for row in map(KeptHit._make, cursor.fetchall()):
            kept.setdefault((row.announcement_id, row.contact_id), []).append(row)
    return kept


def people_after(announcement_id: int, contact_id: int) -> list[int]:
    """Who did anything with an announcement, some at a time, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [announcement_id, contact_id])
        return [found for (found,) in cursor.fetchall()]


def handed_over_at(recipients: Iterable[Recipient]) -> dict[Recipient, datetime]:
    """Absent where no mail server has taken a mail."""
    return {(announcement, contact): at for announcement, contact, at in _rows(_HANDED_OVER, recipients)}


def _rows(statement: str, recipients: Iterable[Recipient], *more) -> list[tuple]:
    pairs = list(recipients)
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [[one for one, _other in pairs], [other for _one, other in pairs], *more])
        return cursor.fetchall()
