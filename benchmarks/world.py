"""A made-up world of any size, written by COPY-like statements in seconds."""

from django.db import connection

from partners.actions.headcounts import count_people
from partners.models import Certification, Programme, Region, Specialty

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
INSERT INTO partners_partnerprofile (partner_id, regions, specialties, certifications, products, facts, verified, stale_at,
     refreshed_at)
SELECT id, ARRAY[(ARRAY['emea','amer','apac'])[1 + id %% 3]],
       ARRAY[(ARRAY['cloud','security','data'])[1 + id %% 3]], '{}', '{}', '{}', '{}', '{}', now()
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
_POINTS = """
INSERT INTO context_datapoint
    (public_id, key, label, question, type, unit, choices, purpose, seen_by, edited_by, required_stages, stale_after_days,
     is_builtin)
SELECT gen_random_uuid(), 'bench-' || n, 'Bench ' || n, '', (ARRAY['number','text','choice','date','yes_no'])[1 + n %% 5], '',
       CASE WHEN n %% 5 = 2 THEN ARRAY['low','middle','high'] ELSE '{}' END, '', 'both', 'both', '{}',
       CASE WHEN n %% 2 = 0 THEN 180 END, false
FROM generate_series(0, %s - 1) AS n
"""
_FACTS = """
INSERT INTO context_fact
    (public_id, partner_id, data_point_id, value, source, method, observed_at, recorded_at, evidence)
SELECT gen_random_uuid(), partner.id, point.id,
       CASE point.type WHEN 'number' THEN to_jsonb((partner.id * 7 + point.id * 13) %% 1000)
                       WHEN 'text' THEN to_jsonb('value ' || (partner.id %% 97))
                       WHEN 'choice' THEN to_jsonb((ARRAY['low','middle','high'])[1 + (partner.id + point.id) %% 3])
                       WHEN 'date' THEN to_jsonb((current_date - ((partner.id + point.id) %% 700)::int)::text)
                       ELSE to_jsonb(partner.id %% 2 = 0) END,
       'bench', 'import', now() - ((partner.id + point.id * 31) %% 400) * interval '1 day', now(), ''
FROM partners_partner AS partner, context_datapoint AS point
WHERE partner.external_id LIKE 'bench-%%' AND point.key LIKE 'bench-%%'
"""
_VERDICTS = """
INSERT INTO context_verdict (public_id, fact_id, kind, at, comment, row_kind)
SELECT gen_random_uuid(), id, 'verified', recorded_at, '', '' FROM context_fact WHERE id %% 5 = 0 AND source = 'bench'
"""
_PERFORMANCE = """
INSERT INTO partners_performancerecord
    (public_id, partner_id, metric, period_start, period_end, industry, activity, value, unit, region_id,
     source, method, observed_at, recorded_at, evidence)
SELECT gen_random_uuid(), partner.id, 'license_revenue', (date_trunc('quarter', now()) - (q + 1) * interval '3 months')::date,
       (date_trunc('quarter', now()) - q * interval '3 months')::date - 1, '', '', (partner.id * 31 + q * 17) %% 50000, 'EUR',
       region.ids[1 + partner.id %% array_length(region.ids, 1)], 'bench', 'import', now(), now(), ''
FROM partners_partner AS partner, generate_series(0, 3) AS q, (SELECT array_agg(id) AS ids FROM partners_region) AS region
WHERE partner.external_id LIKE 'bench-%%'
"""
_TYPED_ROWS = """
INSERT INTO {table} (public_id, partner_id, {column}, verified_at, source, method, observed_at, recorded_at, evidence)
SELECT gen_random_uuid(), partner.id, word.ids[1 + partner.id %% array_length(word.ids, 1)],
       CASE WHEN partner.id %% 5 = 0 THEN now() END, 'bench', 'import', now(), now(), ''
FROM partners_partner AS partner, (SELECT array_agg(id ORDER BY id) AS ids FROM {words} WHERE key = ANY (%s)) AS word
WHERE partner.external_id LIKE 'bench-%%'
"""
_CERTIFICATES = """
INSERT INTO partners_partnercertification
    (public_id, partner_id, certification_id, issued_on, expires_on, source, method, observed_at, recorded_at, evidence)
SELECT gen_random_uuid(), partner.id, certification.id, current_date - 300, current_date + ((partner.id * 7) %% 400)::int - 50,
       'bench', 'import', now(), now(), ''
FROM partners_partner AS partner, partners_certification AS certification
WHERE partner.external_id LIKE 'bench-%%' AND certification.key = 'bench' AND partner.id %% 2 = 0
"""
FACTS_A_PARTNER = 50
REGIONS = {"emea": "EMEA", "amer": "Americas", "apac": "Asia-Pacific"}
SPECIALTIES = {"cloud": "Cloud", "security": "Security", "data": "Data"}
_WORDS = (
    ("partners_partnerregion", "region_id", "partners_region", [*REGIONS]),
    ("partners_partnerspecialty", "specialty_id", "partners_specialty", [*SPECIALTIES]),
)
_TABLES = ("partners_partner", "partners_enrolment", "partners_partnerprofile", "partners_contact")
_CONTEXT = ("context_fact", "context_verdict", "partners_performancerecord", "partners_partnercertification",
            "partners_partnerregion", "partners_partnerspecialty")  # fmt: skip


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
        count_people()
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("VACUUM ANALYZE partners_headcount")
    return programme


def tell() -> None:
    """What is known of them: 50 facts a partner, a fifth of them verified, four quarters of revenue, certificates."""
    for model, words in ((Region, REGIONS), (Specialty, SPECIALTIES)):
        for key, name in words.items():
            model.objects.get_or_create(key=key, defaults={"name": name})
    Certification.objects.get_or_create(key="bench", defaults={"name": "Bench certificate"})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign key is asked for each of millions of rows
        cursor.execute(_POINTS, [FACTS_A_PARTNER])
        for statement in (_FACTS, _VERDICTS, _PERFORMANCE, _CERTIFICATES):
            cursor.execute(statement, [])
        for table, column, words, keys in _WORDS:
            cursor.execute(_TYPED_ROWS.format(table=table, column=column, words=words), [keys])
        cursor.execute("SET session_replication_role = DEFAULT")
        for table in _CONTEXT:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")  # what is measured next does not wait until gigabytes have been written


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE communications_delivery, communications_attention, communications_mention CASCADE")
        cursor.execute("TRUNCATE partners_headcount, context_fact CASCADE")
        cursor.execute("TRUNCATE partners_partner, communications_announcement, communications_journey, context_segment CASCADE")
        cursor.execute("DELETE FROM context_datapoint WHERE key LIKE 'bench-%'")
