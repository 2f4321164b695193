"""What a profile row has to hold, and which ones hold something else."""

from collections.abc import Sequence

from django.db import connection

# A certificate goes with the person who leaves.
_HERE = "NOT EXISTS (SELECT FROM partners_contact c WHERE c.id = r.contact_id AND c.left_on IS NOT NULL)"
# A partner's products are those of its figures and of its certificates. One parameter: the partners' ids.
TYPED_ROWS = f"""
SELECT p.id AS partner_id,
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerregion r JOIN partners_region w ON w.id = r.region_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL ORDER BY 1) AS regions,
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerspecialty r JOIN partners_specialty w ON w.id = r.specialty_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL ORDER BY 1) AS specialties,
    ARRAY(SELECT DISTINCT w.key FROM partners_partnercertification r JOIN partners_certification w ON w.id = r.certification_id
          WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL AND {_HERE} ORDER BY 1) AS certifications,
    ARRAY(SELECT DISTINCT left(w.name, 60)::varchar FROM partners_product w WHERE w.id IN (
              SELECT product_id FROM partners_performancerecord WHERE partner_id = p.id AND withdrawn_at IS NULL
              UNION SELECT k.product_id FROM partners_partnercertification r
                    JOIN partners_certification k ON k.id = r.certification_id
                    WHERE r.partner_id = p.id AND r.withdrawn_at IS NULL AND {_HERE}) ORDER BY 1) AS products
FROM partners_partner p WHERE p.id = ANY(%s)
"""  # noqa: S608 - words of ours
_DIFFERING = f"""
SELECT typed.partner_id
FROM ({TYPED_ROWS}) AS typed
JOIN ({{told}}) AS told ON told.partner_id = typed.partner_id
LEFT JOIN partners_partnerprofile AS kept ON kept.partner_id = typed.partner_id
WHERE (typed.regions, typed.specialties, typed.certifications, typed.products, told.facts, told.verified, told.stale_at)
    IS DISTINCT FROM (kept.regions, kept.specialties, kept.certifications, kept.products, kept.facts, kept.verified, kept.stale_at)
"""  # noqa: S608 - words of ours


def differing_profiles(partner_ids: list[int], told: str, parameters: Sequence) -> list[int]:
    """Partners whose profile row is not what their typed rows and their facts say; `told` as in `set_profile_facts`."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING.replace("{told}", told), [partner_ids, *parameters])
        return [pk for (pk,) in cursor.fetchall()]
