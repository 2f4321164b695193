"""What stands in one place of a partner's ledger, as a function: the database plans its question once for each connection, not
for each fact. The same rule for many places at once is in `context/queries/profiles.py`; the suite holds all to one another."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION context_what_stands(asked_partner bigint, asked_point bigint, asked_programme bigint)
RETURNS TABLE (value jsonb, is_verified boolean, stale_at timestamptz) LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
    RETURN QUERY
    SELECT fact.value, coalesce(verdict.kind = 'verified', false), aged.stale_at
    FROM context_fact AS fact
    JOIN context_datapoint AS point ON point.id = fact.data_point_id
    LEFT JOIN LATERAL (
        SELECT kind FROM context_verdict WHERE fact_id = fact.id ORDER BY at DESC, id DESC LIMIT 1
    ) AS verdict ON true
    CROSS JOIN LATERAL (SELECT fact.observed_at + point.stale_after_days * interval '1 day' AS stale_at) AS aged
    WHERE fact.partner_id = asked_partner AND fact.data_point_id = asked_point
      AND fact.programme_id IS NOT DISTINCT FROM asked_programme
      AND fact.contact_id IS NULL AND verdict.kind IS DISTINCT FROM 'withdrawn'
    ORDER BY CASE WHEN verdict.kind = 'disputed' THEN 3
                  WHEN verdict.kind = 'verified' AND coalesce(aged.stale_at >= statement_timestamp(), true) THEN 1 ELSE 2 END,
             fact.observed_at DESC, fact.id DESC
    LIMIT 1;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("context", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION context_what_stands")]
