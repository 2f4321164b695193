"""Which claims wait for a decision, as a function of the ledger, and one that keeps the answer: the database plans both once for
each connection, not for each fact. The suite holds what is kept to the rule told in Python."""

from django.db import migrations

# Of each place (partner, data point, programme) at most one claim waits: the newest undecided one, if a person said it, nothing as
# new is verified, and it is not only what the partner's own column says while nothing else was verified. It contradicts whatever
# says something else and has been neither disputed nor withdrawn.
RULE = """
CREATE FUNCTION context_what_waits(asked_partners bigint[], asked_points bigint[])
RETURNS TABLE (fact_id bigint, partner_id bigint, data_point_id bigint, kind text) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT claim.id, said.partner_id, said.data_point_id, CASE WHEN beside.differs THEN 'conflict' ELSE 'claim' END
    FROM (
        SELECT DISTINCT fact.partner_id, fact.data_point_id, coalesce(fact.programme_id, 0) AS place FROM context_fact AS fact
        WHERE fact.partner_id = ANY(asked_partners) AND fact.data_point_id = ANY(asked_points) AND fact.contact_id IS NULL
          AND fact.method IN ('manual', 'api', 'survey', 'interview', 'review')
    ) AS said
    JOIN partners_partner AS partner ON partner.id = said.partner_id
    JOIN context_datapoint AS point ON point.id = said.data_point_id
    CROSS JOIN LATERAL (
        SELECT fact.id, fact.value, fact.method, fact.observed_at FROM context_fact AS fact
        WHERE fact.partner_id = said.partner_id AND fact.data_point_id = said.data_point_id AND fact.contact_id IS NULL
          AND coalesce(fact.programme_id, 0) = said.place
          AND NOT EXISTS (SELECT FROM context_verdict AS verdict WHERE verdict.fact_id = fact.id)
        ORDER BY fact.observed_at DESC, fact.id DESC LIMIT 1
    ) AS claim
    CROSS JOIN LATERAL (
        SELECT
            coalesce(bool_or(other.value <> claim.value AND coalesce(latest.kind, '') NOT IN ('disputed', 'withdrawn')), false)
                AS differs,
            coalesce(bool_or(other.value <> claim.value AND latest.kind = 'verified'), false) AS differs_from_verified,
            coalesce(bool_or(other.observed_at >= claim.observed_at AND latest.kind = 'verified'), false) AS is_settled
        FROM context_fact AS other
        LEFT JOIN LATERAL (
            SELECT verdict.kind FROM context_verdict AS verdict WHERE verdict.fact_id = other.id ORDER BY at DESC, id DESC LIMIT 1
        ) AS latest ON true
        WHERE other.partner_id = said.partner_id AND other.data_point_id = said.data_point_id AND other.contact_id IS NULL
          AND coalesce(other.programme_id, 0) = said.place AND other.id <> claim.id
    ) AS beside
    CROSS JOIN LATERAL (
        SELECT CASE point.key
            WHEN 'name' THEN partner.name WHEN 'legal_name' THEN partner.legal_name WHEN 'website' THEN partner.website
            WHEN 'country' THEN partner.country WHEN 'language' THEN partner.language WHEN 'time_zone' THEN partner.time_zone
            WHEN 'description' THEN partner.description END AS is_now
    ) AS own
    WHERE claim.method IN ('manual', 'api', 'survey', 'interview', 'review') AND NOT beside.is_settled
      AND (beside.differs_from_verified OR own.is_now IS DISTINCT FROM coalesce(claim.value #>> '{}', ''));
END $$
"""
KEEP = """
CREATE FUNCTION context_keep_waiting(asked_partners bigint[], asked_points bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    DELETE FROM context_waiting AS kept
    WHERE kept.partner_id = ANY(asked_partners) AND kept.data_point_id = ANY(asked_points) AND kept.kind <> 'dispute';
    INSERT INTO context_waiting (fact_id, partner_id, data_point_id, kind)
    SELECT * FROM context_what_waits(asked_partners, asked_points);
END $$
"""
FILL = """
INSERT INTO context_waiting (fact_id, partner_id, data_point_id, kind)
SELECT * FROM context_what_waits((SELECT array_agg(id) FROM partners_partner), (SELECT array_agg(id) FROM context_datapoint));
INSERT INTO context_waiting (fact_id, partner_id, data_point_id, kind)
SELECT fact.id, fact.partner_id, fact.data_point_id, 'dispute' FROM context_fact AS fact
JOIN LATERAL (
    SELECT kind FROM context_verdict WHERE fact_id = fact.id ORDER BY at DESC, id DESC LIMIT 1
) AS latest ON latest.kind = 'disputed'
WHERE fact.contact_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("context", "0004_waiting")]

    operations = [
        migrations.RunSQL(RULE, "DROP FUNCTION context_what_waits"),
        migrations.RunSQL(KEEP, "DROP FUNCTION context_keep_waiting"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
