"""What waits for a decision, and whether what is kept of it is what the ledger says."""

from django.db import connection

from context.models import DataPoint
from context.queries.profiles import partner_batches

KEPT = "fact_id, partner_id, data_point_id, kind"
# Parameters: the partners, the data points, the partners. The rule itself is a function of the database
# (context/migrations/0005_what_waits.py).
WAITS = """
SELECT fact_id, partner_id, data_point_id, kind FROM context_what_waits(%s, %s)
UNION ALL
SELECT fact.id, fact.partner_id, fact.data_point_id, 'dispute'
FROM context_verdict AS said JOIN context_fact AS fact ON fact.id = said.fact_id
WHERE said.kind = 'disputed' AND fact.partner_id = ANY(%s) AND fact.contact_id IS NULL
  AND said.id = (SELECT id FROM context_verdict WHERE fact_id = fact.id ORDER BY at DESC, id DESC LIMIT 1)
"""
_DIFFERING = f"""
WITH waits AS ({WAITS}), kept AS (SELECT {KEPT} FROM context_waiting WHERE partner_id = ANY(%s))
SELECT DISTINCT partner_id FROM ((TABLE waits EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE waits)) AS differing
"""  # noqa: S608 - words of ours


def waiting_wrongly(partner_ids: list[int]) -> list[int]:
    """Those of these partners of whom something else is kept than what waits."""
    points = [*DataPoint.objects.values_list("pk", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, [partner_ids, points, partner_ids, partner_ids])
        return [pk for (pk,) in cursor.fetchall()]


def partners_waiting_wrongly() -> int:
    """How many there are among all partners."""
    return sum(len(waiting_wrongly(batch)) for batch in partner_batches())
