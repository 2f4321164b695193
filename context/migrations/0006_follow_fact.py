"""What a profile and its partner's desk say of a fact's place follows that fact, as one function: it can be asked in the statement
that writes the fact, where each question of its own would wait for the network twice."""

from django.db import migrations

# The profile is locked first, so that of two writers the later one sees what the earlier one wrote.
FUNCTION = """
CREATE FUNCTION context_follow_fact(of_fact bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    place record;
    has_profile boolean;
BEGIN
    SELECT fact.partner_id, fact.data_point_id, fact.programme_id, point.key || coalesce('@' || programme.key, '') AS name
    INTO STRICT place
    FROM context_fact AS fact
    JOIN context_datapoint AS point ON point.id = fact.data_point_id
    LEFT JOIN partners_programme AS programme ON programme.id = fact.programme_id
    WHERE fact.id = of_fact;
    PERFORM FROM partners_partnerprofile WHERE partner_id = place.partner_id FOR UPDATE;
    SELECT partners_set_fact(place.partner_id, place.name, value, coalesce(is_verified, false), stale_at) INTO has_profile
    FROM (SELECT) AS asked
    LEFT JOIN context_what_stands(place.partner_id, place.data_point_id, place.programme_id) ON true;
    PERFORM context_keep_waiting(ARRAY[place.partner_id], ARRAY[place.data_point_id]);
    RETURN has_profile;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("context", "0005_what_waits"), ("partners", "0011_set_fact")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION context_follow_fact")]
