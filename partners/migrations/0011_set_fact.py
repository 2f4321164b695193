"""One name of one profile row gets what stands now, as a function: the database plans its statement once for each connection,
not for each fact. The same for many partners is in `partners/actions/profiles.py`; the suite holds both to one another."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION partners_set_fact(of_partner bigint, of_name text, said jsonb, is_verified boolean, stale_from timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE partners_partnerprofile SET
        facts = CASE WHEN said IS NULL THEN facts - of_name ELSE jsonb_set(facts, ARRAY[of_name], said) END,
        verified = CASE WHEN NOT is_verified THEN array_remove(verified, of_name::varchar)
                        WHEN of_name = ANY(verified) THEN verified
                        ELSE ARRAY(SELECT unnest(verified || of_name::varchar) ORDER BY 1) END,
        stale_at = CASE WHEN stale_from IS NULL THEN stale_at - of_name ELSE jsonb_set(stale_at, ARRAY[of_name],
            to_jsonb(to_char(stale_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))) END,
        refreshed_at = now()
    WHERE partner_id = of_partner;
    RETURN FOUND;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0010_contacts_who_left")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION partners_set_fact")]
