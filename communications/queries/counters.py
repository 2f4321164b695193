"""What the rows themselves say, beside what the counters say: one statement each, so that both are of the same moment."""

from dataclasses import dataclass

from django.db import connection

COLUMNS = {
    "communications_deliverycount": "announcement_id, channel, chunk, state, reason, rows, read",
    "communications_touchcount": "announcement_id, action, actor, people",
    "communications_hitcount": "announcement_id, action, signal, link, hits",
    "communications_linkcount": "announcement_id, link, actor, people",
    "communications_audiencecount": "announcement_id, people, partners",
}
COUNTED = {
    "communications_deliverycount": """
        SELECT announcement_id, channel, chunk, state, CASE WHEN state = 'suppressed' THEN reason ELSE '' END AS reason,
               count(*)::int AS rows, count(read_at)::int AS read
        FROM communications_delivery WHERE announcement_id = %(announcement)s GROUP BY 1, 2, 3, 4, 5
    """,
    "communications_touchcount": """
        SELECT announcement_id, action, actor, count(*)::int AS people
        FROM (SELECT announcement_id, action, contact_id,
                     CASE WHEN bool_or(actor = 'human') THEN 'human' ELSE 'machine' END AS actor
              FROM communications_touch WHERE announcement_id = %(announcement)s GROUP BY 1, 2, 3) AS person
        GROUP BY 1, 2, 3
    """,
    "communications_hitcount": """
        SELECT announcement_id, action, signal, coalesce(link, -1) AS link, count(*)::int AS hits
        FROM communications_engagementevent WHERE announcement_id = %(announcement)s GROUP BY 1, 2, 3, 4
    """,
    "communications_linkcount": """
        SELECT announcement_id, link, actor, count(*)::int AS people
        FROM (SELECT announcement_id, link, contact_id, CASE WHEN bool_or(actor = 'human') THEN 'human' ELSE 'machine' END AS actor
              FROM communications_engagementevent
              WHERE announcement_id = %(announcement)s AND action = 'clicked' AND link IS NOT NULL AND contact_id IS NOT NULL
              GROUP BY 1, 2, 3) AS person
        GROUP BY 1, 2, 3
    """,
    "communications_audiencecount": """
        SELECT announcement_id, count(DISTINCT contact_id)::int AS people, count(DISTINCT partner_id)::int AS partners
        FROM communications_delivery WHERE announcement_id = %(announcement)s GROUP BY 1
    """,
}
# A counter that has come down to nothing says the same as one that is absent.
_KEPT = {
    "communications_deliverycount": "rows <> 0",
    "communications_touchcount": "people <> 0",
    "communications_hitcount": "hits <> 0",
    "communications_linkcount": "people <> 0",
    "communications_audiencecount": "true",
}


@dataclass(frozen=True)
class Drift:
    """Counters that differ from their rows, by table."""

    tables: dict[str, int]

    @property
    def differences(self) -> int:
        return sum(self.tables.values())


def drift_of(announcement_id: int) -> Drift:
    """How many counters of an announcement are wrong. An audience that is not counted just now is not wrong."""
    return Drift({table: _differing(table, announcement_id) for table in COUNTED})


def _differing(table: str, announcement_id: int) -> int:
    kept = f"SELECT {COLUMNS[table]} FROM {table} WHERE announcement_id = %(announcement)s AND {_KEPT[table]}"  # noqa: S608
    only_if_counted = "WHERE EXISTS (SELECT FROM kept)" if table == "communications_audiencecount" else ""
    statement = f"""
        WITH rows AS ({COUNTED[table]}), kept AS ({kept}), differing AS (
            (SELECT * FROM rows EXCEPT SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM rows)
        )
        SELECT count(*) FROM differing {only_if_counted}
    """  # noqa: S608 - words of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, {"announcement": announcement_id})
        return cursor.fetchone()[0]
