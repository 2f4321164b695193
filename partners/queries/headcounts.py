"""Whether the headcounts are what a count of the contacts gives."""

from django.db import connection

COUNTED = """
    SELECT partner_id, counted.is_total, counted.functions, counted.language, counted.is_partner_admin, count(*)::integer AS people
    FROM partners_contact AS person
    CROSS JOIN LATERAL (
        VALUES (true, '{}'::varchar[], '', false), (false, person.functions, person.language, person.is_partner_admin)
    ) AS counted (is_total, functions, language, is_partner_admin)
    WHERE left_on IS NULL GROUP BY 1, 2, 3, 4, 5
"""
_COLUMNS = "partner_id, is_total, functions, language, is_partner_admin, people"
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
