"""How many people there are at each partner, kept by triggers so that segments are counted while one types.

One row for all people of a partner, and one for each kind of people that rules ask for: functions, language, partner admin.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION partners_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END
$$;
CREATE TRIGGER {name} AFTER {event} ON partners_contact REFERENCING {rows}
    FOR EACH STATEMENT EXECUTE FUNCTION partners_{name}();
"""
NO_TRIGGER = "DROP TRIGGER {name} ON partners_contact; DROP FUNCTION partners_{name}();"

PEOPLE = """
        SELECT partner_id, functions AS own_functions, language AS own_language, is_partner_admin AS own_is_partner_admin,
               {change} AS change
        FROM {rows} WHERE left_on IS NULL
"""
SUMS = """
        INSERT INTO partners_headcount (partner_id, is_total, functions, language, is_partner_admin, people)
        SELECT partner_id, is_total, functions, language, is_partner_admin, sum(change)
        FROM ({changes}) AS changed
        CROSS JOIN LATERAL (
            VALUES (true, '{{}}'::varchar[], '', false), (false, own_functions, own_language, own_is_partner_admin)
        ) AS counted (is_total, functions, language, is_partner_admin)
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0
        ORDER BY 2, 1, 3, 4, 5
        ON CONFLICT (is_total, partner_id, functions, language, is_partner_admin)
        DO UPDATE SET people = partners_headcount.people + excluded.people;
"""
NO_EMPTY_SUMS = """
        DELETE FROM partners_headcount WHERE people = 0 AND partner_id IN (SELECT partner_id FROM old_rows);
"""
CAME, WENT = PEOPLE.format(change=1, rows="new_rows"), PEOPLE.format(change=-1, rows="old_rows")
NEW, OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"


def trigger(name: str, event: str, rows: str, body: str) -> migrations.RunSQL:
    return migrations.RunSQL(TRIGGER.format(name=name, event=event, rows=rows, body=body), NO_TRIGGER.format(name=name))


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        trigger("count_new_contacts", "INSERT", NEW, SUMS.format(changes=CAME)),
        trigger(
            "count_changed_contacts", "UPDATE", f"{NEW} {OLD}", SUMS.format(changes=f"{CAME} UNION ALL {WENT}") + NO_EMPTY_SUMS
        ),
        trigger("count_gone_contacts", "DELETE", OLD, SUMS.format(changes=WENT) + NO_EMPTY_SUMS),
    ]
