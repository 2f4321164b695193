"""A made-up world of any size, written by COPY-like statements in seconds."""

from django.db import connection

from partners.models import Programme

_PARTNERS = """
INSERT INTO partners_partner
    (public_id, name, legal_name, country, time_zone, language, website, description, created_at, external_id)
SELECT gen_random_uuid(), 'Partner ' || n, '', (ARRAY['DE','AT','CH','FR','ES','US','JP','BR'])[1 + n %% 8],
       'UTC', 'en', '', '', now(), 'bench-' || n
FROM generate_series(1, %s) AS n
"""
_ENROLMENTS = """
INSERT INTO partners_enrolment (public_id, partner_id, programme_id, kind_id, tier_id, status, stage, is_primary)
SELECT gen_random_uuid(), partner.id, %s, kind.ids[1 + partner.id %% array_length(kind.ids, 1)],
       tier.ids[1 + partner.id %% array_length(tier.ids, 1)], 'active', 'sell', true
FROM partners_partner AS partner,
     (SELECT array_agg(id) AS ids FROM partners_partnerkind) AS kind,
     (SELECT array_agg(id) AS ids FROM partners_tier WHERE programme_id = %s) AS tier
WHERE partner.external_id LIKE 'bench-%%'
"""
_PROFILES = """
INSERT INTO partners_partnerprofile (partner_id, regions, specialties, certifications, products, facts, refreshed_at)
SELECT id, ARRAY[(ARRAY['emea','amer','apac'])[1 + id %% 3]],
       ARRAY[(ARRAY['cloud','security','data'])[1 + id %% 3]], '{}', '{}', '{}', now()
FROM partners_partner WHERE external_id LIKE 'bench-%%'
"""
_CONTACTS = """
INSERT INTO partners_contact
    (public_id, partner_id, name, email, job_title, phone, functions, language, time_zone, is_partner_admin, created_at)
SELECT gen_random_uuid(), partner.id, 'Person ' || partner.id || '-' || m,
       'p' || partner.id || '-' || m || '@bench.example', '', '',
       ARRAY[(ARRAY['sales','technical','marketing','executive'])[1 + (partner.id + m) %% 4]], 'en', 'UTC', false, now()
FROM partners_partner AS partner, generate_series(1, %s) AS m
WHERE partner.external_id LIKE 'bench-%%'
"""
_TABLES = ("partners_partner", "partners_enrolment", "partners_partnerprofile", "partners_contact")


def build(people: int, *, people_a_partner: int = 10) -> Programme:
    """A programme with `people` contacts at a tenth as many partners. Row history is left out: it is not what is measured."""
    programme, _created = Programme.objects.get_or_create(
        key="bench", defaults={"name": "Bench", "brand": "Bench", "sender_name": "Bench", "sender_email": "news@bench.example"}
    )
    for rank, tier in enumerate(("silver", "gold", "platinum")):
        programme.tiers.get_or_create(key=tier, defaults={"name": tier.title(), "rank": rank})
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_PARTNERS, [people // people_a_partner])
        cursor.execute(_ENROLMENTS, [programme.pk, programme.pk])
        cursor.execute(_PROFILES, [])
        cursor.execute(_CONTACTS, [people_a_partner])
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")
    return programme


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE communications_delivery")
        cursor.execute("TRUNCATE partners_partner, communications_announcement, context_segment CASCADE")
