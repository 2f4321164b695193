"""The profile row: what segments read of a partner, in one place. It follows the typed rows and the ledger;
whoever changes those calls one of these in the same transaction."""

import json
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from partners.copying import as_json, copy_rows
from partners.models import PartnerProfile

# One statement whatever the number of partners. A partner's products are those of its figures and of its certificates.
_REFRESH = """
INSERT INTO partners_partnerprofile (partner_id, regions, specialties, certifications, products, facts, refreshed_at)
SELECT p.id,
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerregion r JOIN partners_region w ON w.id = r.region_id
          WHERE r.partner_id = p.id ORDER BY 1),
    ARRAY(SELECT DISTINCT w.key FROM partners_partnerspecialty r JOIN partners_specialty w ON w.id = r.specialty_id
          WHERE r.partner_id = p.id ORDER BY 1),
    ARRAY(SELECT DISTINCT w.key FROM partners_partnercertification r JOIN partners_certification w ON w.id = r.certification_id
          WHERE r.partner_id = p.id ORDER BY 1),
    ARRAY(SELECT DISTINCT left(w.name, 60) FROM partners_product w WHERE w.id IN (
              SELECT product_id FROM partners_performancerecord WHERE partner_id = p.id
              UNION SELECT c.product_id FROM partners_partnercertification r
                    JOIN partners_certification c ON c.id = r.certification_id WHERE r.partner_id = p.id) ORDER BY 1),
    '{}', now()
FROM partners_partner p WHERE p.id = ANY(%s)
ON CONFLICT (partner_id) DO UPDATE SET regions = excluded.regions, specialties = excluded.specialties,
    certifications = excluded.certifications, products = excluded.products, refreshed_at = excluded.refreshed_at
"""

_SET_FACTS = """
UPDATE partners_partnerprofile AS profile SET facts = told.facts, refreshed_at = now()
FROM unnest(%s::bigint[], %s::jsonb[]) AS told(partner_id, facts)
WHERE profile.partner_id = told.partner_id AND profile.facts IS DISTINCT FROM told.facts
"""


@transaction.atomic
def refresh_profiles(partner_ids: Iterable[int]) -> None:
    """Rebuild the arrays of these partners from their typed rows; make the row where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [list(partner_ids)])


@transaction.atomic
def begin_profiles(facts: dict[int, dict]) -> None:
    """The rows of new partners, of whom nothing is known but `{partner id: {data point: value}}`."""
    empty: dict[str, list] = {"regions": [], "specialties": [], "certifications": [], "products": []}
    rows = ((pk, as_json(told)) for pk, told in facts.items())
    copy_rows(PartnerProfile, ("partner_id", "facts"), rows, **empty, refreshed_at=timezone.now())


@transaction.atomic
def set_profile_facts(facts: dict[int, dict]) -> None:
    """Told by `context`: the current facts of each partner, as `{partner id: {data point: value}}`."""
    PartnerProfile.objects.bulk_create([PartnerProfile(partner_id=pk) for pk in facts], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_SET_FACTS, [list(facts), [json.dumps(told) for told in facts.values()]])
