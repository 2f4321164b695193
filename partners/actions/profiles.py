"""The profile row: what segments read of a partner, in one place. It follows the typed rows and the ledger;
whoever changes those calls one of these in the same transaction."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from partners.queries.profiles import TYPED_ROWS

_REFRESH = f"""
INSERT INTO partners_partnerprofile
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, regions, specialties, certifications, products, '{{}}', '{{}}', '{{}}', now() FROM ({TYPED_ROWS}) AS typed
ON CONFLICT (partner_id) DO UPDATE SET regions = excluded.regions, specialties = excluded.specialties,
    certifications = excluded.certifications, products = excluded.products, refreshed_at = excluded.refreshed_at
"""  # noqa: S608 - words of ours

_SET_FACTS = """
INSERT INTO partners_partnerprofile
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT partner_id, '{{}}', '{{}}', '{{}}', '{{}}', facts, verified, stale_at, now() FROM ({told}) AS told
ON CONFLICT (partner_id) DO UPDATE
SET facts = excluded.facts, verified = excluded.verified, stale_at = excluded.stale_at, refreshed_at = excluded.refreshed_at
WHERE (partners_partnerprofile.facts, partners_partnerprofile.verified, partners_partnerprofile.stale_at)
    IS DISTINCT FROM (excluded.facts, excluded.verified, excluded.stale_at)
"""


@transaction.atomic
def refresh_profiles(partner_ids: Iterable[int]) -> None:
    """Rebuild the arrays of these partners from their typed rows; make the row where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(partner_ids)])


@transaction.atomic
def set_profile_facts(told: str, parameters: Sequence) -> int:
    """Told by `context` as a query of (partner_id, facts, verified, stale_at), one row a partner. Returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_FACTS.format(told=told), parameters)
        return cursor.rowcount
