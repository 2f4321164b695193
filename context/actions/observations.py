"""What the portal itself sees of partners, recorded as facts when it changes: who came, and how many can."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from context.actions.facts import Observation, record_observations
from context.queries.profiles import partner_batches
from partners.models import Method

SOURCE = "the portal"
# What is seen now and differs from the value that stands; of each at most one observation a day.
_CHANGED = """
WITH seen AS (
    SELECT p.id AS partner_id, count(u.id) AS members, max(u.last_seen_at AT TIME ZONE 'UTC')::date AS last_seen
    FROM partners_partner p
    LEFT JOIN partners_contact c ON c.partner_id = p.id AND c.left_on IS NULL
    LEFT JOIN accounts_user u ON u.id = c.user_id AND u.is_active
    WHERE p.id = ANY(%(ids)s) AND p.merged_into_id IS NULL GROUP BY p.id),
said (partner_id, key, value) AS (
    SELECT partner_id, 'portal_members', to_jsonb(members) FROM seen
    UNION ALL SELECT partner_id, 'last_sign_in', to_jsonb(last_seen::text) FROM seen WHERE last_seen IS NOT NULL)
SELECT said.partner_id, said.key, said.value::text
FROM said LEFT JOIN partners_partnerprofile kept ON kept.partner_id = said.partner_id
WHERE (kept.facts -> said.key) IS DISTINCT FROM said.value
    AND NOT (said.key = 'portal_members' AND said.value = '0'::jsonb AND NOT coalesce(kept.facts, '{}') ? said.key)
    AND NOT EXISTS (
        SELECT FROM context_fact f JOIN context_datapoint d ON d.id = f.data_point_id
        WHERE f.partner_id = said.partner_id AND d.key = said.key AND f.method = 'observed' AND f.recorded_at >= %(today)s)
ORDER BY said.partner_id, said.key
"""


def record_what_was_seen() -> int:
    """A transaction for each batch of partners; done again it finds nothing new. Returns how many facts were recorded."""
    return sum(_record(batch) for batch in partner_batches())


@transaction.atomic
def _record(partner_ids: list[int]) -> int:
    observations = list(_changed(partner_ids))
    if observations:
        record_observations(observations, source=SOURCE, method=Method.OBSERVED)
    return len(observations)


def _changed(partner_ids: list[int]) -> Iterator[Observation]:
    now = timezone.now()
    today = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"ids": partner_ids, "today": today})
        rows = cursor.fetchall()
    for partner_id, key, value in rows:
        yield Observation(partner_id, None, key, "", int(value) if key == "portal_members" else value.strip('"'), now)
