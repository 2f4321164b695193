"""Whether the headcounts are what a count of the contacts gives."""

from django.db import connection

# A kind that no row names yet has no number; its people are missing from the headcounts all the same.
COUNTED = """
    SELECT partner_id, counted.kind_id, count(*)::integer AS people
    FROM partners_contact AS person
    LEFT JOIN partners_peoplekind AS kind USING (functions, language, is_partner_admin)
    CROSS JOIN LATERAL (VALUES (NULL), (coalesce(kind.id, 0))) AS counted (kind_id)
    WHERE left_on IS NULL GROUP BY 1, 2
"""
_COLUMNS = "partner_id, kind_id, people"
_DIFFERING = f"""
    SELECT count(DISTINCT partner_id) FROM (
        (SELECT {_COLUMNS} FROM ({COUNTED}) AS counted EXCEPT SELECT {_COLUMNS} FROM partners_headcount)
        UNION ALL
        (SELECT {_COLUMNS} FROM partners_headcount EXCEPT SELECT {_COLUMNS} FROM ({COUNTED}) AS counted)
    ) AS differing
"""  # noqa: S608 - words of ours


def partners_counted_wrongly() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING)
        return cursor.fetchone()[0]
