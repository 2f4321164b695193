"""The headcounts, all of them, counted anew from the contacts."""

from django.db import connection, transaction

from partners.queries.headcounts import COUNTED, partners_counted_wrongly

_KINDS = """
    INSERT INTO partners_peoplekind (functions, language, is_partner_admin)
    SELECT DISTINCT functions, language, is_partner_admin FROM partners_contact WHERE left_on IS NULL
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def recount_people() -> int:
    """Nobody writes a contact meanwhile. Returns for how many partners the count was wrong."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE partners_contact IN SHARE MODE")
        wrong = partners_counted_wrongly()
        if wrong:
            count_people()
        return wrong


def count_people() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_headcount")
        cursor.execute(_KINDS)
        cursor.execute("INSERT INTO partners_headcount (partner_id, kind_id, people) " + COUNTED)  # words of ours
