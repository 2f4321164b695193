"""The profile row: what segments read of a partner, in one place. It follows the typed rows and the ledger;
whoever changes those calls one of these in the same transaction."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

# One statement whatever the number of partners. A partner's products are those of its figures and of its certificates.
_REFRESH = """
INSERT INTO partners_partnerprofile
    (partner_id, regions, specialties, certifications, products, facts, verified, stale_at, refreshed_at)
SELECT p.id,
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerregion r JOIN partners_region w ON w.id = r.region_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL ORDER BY 1),
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerspecialty r JOIN partners_specialty w ON w.id = r.specialty_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL ORDER BY 1),
    ARRAY(SELECT DISTINCT w.key FROM partners_partnercertification r JOIN partners_certification w ON w.id = r.certification_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL ORDER BY 1),
    ARRAY(SELECT DISTINCT left(w.name, 60) FROM partners_product w WHERE w.id IN (
              SELECT product_id FROM partners_performancerecord WHERE partner_id = p.id AND withdrawn_at IS NULL
              UNION SELECT c.product_id FROM partners_partnercertification r
                    JOIN partners_certification c ON c.id = r.certification_id
                    WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL) ORDER BY 1),
    '{}', '{}', '{}', now()
FROM partners_partner p WHERE p.id = ANY(%s)
ON CONFLICT (partner_id) DO UPDATE SET regions = excluded.regions, specialties = excluded.specialties,
    certifications = excluded.certifications, products = excluded.products, refreshed_at = excluded.refreshed_at
"""

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
