"""The headcounts, all of them, counted anew from the contacts."""

from django.db import connection, transaction

from partners.queries.headcounts import COUNTED, partners_counted_wrongly


@transaction.atomic
def recount_people() -> int:
    """Nobody writes a contact meanwhile. Returns for how many partners the count was wrong."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE partners_contact IN SHARE MODE")
        wrong = partners_counted_wrongly()
        if wrong:
            cursor.execute("DELETE FROM partners_headcount")
            cursor.execute(
                "INSERT INTO partners_headcount (partner_id, is_total, functions, language, is_partner_admin, people) "
                + COUNTED  # words of ours
            )
        return wrong
