"""What is known of the people whose hits are judged: what they did shortly before, and when the mail had been handed over."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from activity.columns import column
from communications.rendering.machines import TRAPPED_WITHIN
from partners.personal_data import ERASED

Recipient = tuple[int, int]  # announcement and contact

_COLUMNS = "id, announcement_id, contact_id, action, link, method, purpose, agent, network, occurred_at, signal"
PAIRS = "unnest(%s::bigint[], %s::bigint[]) AS pair (announcement_id, contact_id)"
# Each person's are looked up by an index: a plan that reads all of the last minute once would read it for every batch of a storm.
_KEPT = f"""
    SELECT {_COLUMNS} FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[]) AS pair (announcement_id, contact_id, has_followed)
    CROSS JOIN LATERAL (
        SELECT id, action, link, method, purpose, agent, network, occurred_at, signal FROM communications_engagementevent AS event
        WHERE (event.announcement_id, event.contact_id) = (pair.announcement_id, pair.contact_id)
          AND occurred_at >= %s AND NOT action = 'opened'
        UNION ALL
        SELECT id, action, link, method, purpose, agent, network, occurred_at, signal FROM communications_engagementevent AS event
        WHERE (event.announcement_id, event.contact_id) = (pair.announcement_id, pair.contact_id)
          AND occurred_at >= %s AND action = 'opened' AND has_followed
    ) AS kept
    ORDER BY occurred_at, id
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


def pairs_of(recipients: Collection[Recipient]) -> list[str]:
    """The parameters of `PAIRS`."""
    return [column(announcement for announcement, _contact in recipients), column(contact for _announcement, contact in recipients)]


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


def kept_around(has_followed: dict[Recipient, bool], since: datetime | None) -> dict[Recipient, list[KeptHit]]:
    """Hits that are near enough to matter to others made since then, in their order; or to which those matter. An opened mail
    says nothing of other hits, so what was opened before is left out of those who have followed nothing now."""
    if not has_followed or since is None:
        return {}
    with connection.cursor() as cursor:
        since -= TRAPPED_WITHIN
        cursor.execute(_KEPT, [*pairs_of(has_followed), column(has_followed.values()), since, since])
        return _by_recipient(cursor)


def kept_of(announcement_id: int, people: list[int] | None) -> dict[Recipient, list[KeptHit]]:
    """Every hit of these people on an announcement, or every one that names nobody."""
    with connection.cursor() as cursor:
        if people is None:
            cursor.execute(_OF_NOBODY, [announcement_id])
        else:
            cursor.execute(_OF_PEOPLE, [announcement_id, people])
        return _by_recipient(cursor)


def _by_recipient(rows: Iterable[tuple]) -> dict[Recipient, list[KeptHit]]:
    kept: dict[Recipient, list[KeptHit]] = {}
    for row in map(KeptHit._make, rows):
        kept.setdefault((row.announcement_id, row.contact_id), []).append(row)
    return kept


def people_after(announcement_id: int, contact_id: int) -> list[int]:
    """Who did anything with an announcement, some at a time, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [announcement_id, contact_id])
        return [found for (found,) in cursor.fetchall()]


def handed_over_at(recipients: Iterable[Recipient]) -> dict[Recipient, datetime]:
    """Absent where no mail server has taken a mail."""
    pairs = list(recipients)
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_HANDED_OVER, pairs_of(pairs))
        return {(announcement, contact): at for announcement, contact, at in cursor}
