"""Keeping the profile row: what segments read of a partner, gathered from the typed rows and told by the ledger.

It holds nothing of its own; it can be rebuilt at any time with no difference."""

from collections.abc import Collection, Mapping

from django.db import connection, transaction
from django.utils import timezone

from partners.models import PartnerProfile

_REFRESH = """
    UPDATE partners_partnerprofile AS profile SET
        regions = ARRAY(SELECT DISTINCT word.key FROM partners_partnerregion AS row JOIN partners_region AS word ON word.id = row.region_id
                        WHERE row.partner_id = profile.partner_id ORDER BY 1),
        specialties = ARRAY(SELECT DISTINCT word.key FROM partners_partnerspecialty AS row
                            JOIN partners_specialty AS word ON word.id = row.specialty_id
                            WHERE row.partner_id = profile.partner_id ORDER BY 1),
        certifications = ARRAY(SELECT DISTINCT word.key FROM partners_partnercertification AS row
                               JOIN partners_certification AS word ON word.id = row.certification_id
                               WHERE row.partner_id = profile.partner_id ORDER BY 1),
        products = ARRAY(SELECT DISTINCT product.name FROM partners_performancerecord AS row
                         JOIN partners_product AS product ON product.id = row.product_id
                         WHERE row.partner_id = profile.partner_id ORDER BY 1),
        refreshed_at = %s
    WHERE profile.partner_id = ANY(%s)
"""


@transaction.atomic
def refresh_profiles(partner_ids: Collection[int]) -> None:
    """Make sure that each partner has a profile row, and gather its arrays from the typed rows."""
    ids = list(partner_ids)
    PartnerProfile.objects.bulk_create([PartnerProfile(partner_id=partner_id) for partner_id in ids], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [timezone.now(), ids])


@transaction.atomic
def set_profile_facts(facts: Mapping[int, Mapping[str, object]]) -> None:
    """Replace the current facts of partners: partner id → data point key → value. Told by `context`, which keeps the ledger."""
    PartnerProfile.objects.bulk_create([PartnerProfile(partner_id=partner_id) for partner_id in facts], ignore_conflicts=True)
    rows = list(PartnerProfile.objects.filter(partner_id__in=facts))
    for row in rows:
        row.facts = dict(facts[row.partner_id])
        row.refreshed_at = timezone.now()
    PartnerProfile.objects.bulk_update(rows, ["facts", "refreshed_at"], batch_size=1000)
