"""People by the link they followed, kept by triggers in the transaction of the hits they are counted from.

Of the people whose clicks came, changed or went: what each counts for on a link now, less what they counted for before. Each is
looked up by the index, however many hits there are: a plan made while a partition was small would read all of it later.
"""

from django.db import migrations

FOLLOWED = """
        WITH change AS (
            SELECT announcement_id, contact_id, link, sum(hits) AS hits, sum(human) AS human FROM ({changes}) AS changed
            GROUP BY 1, 2, 3
        ), person AS (
            SELECT change.announcement_id, change.link, now.hits AS hits_now, now.human AS human_now,
                   now.hits - change.hits AS hits_before, now.human - change.human AS human_before
            FROM change CROSS JOIN LATERAL (
                SELECT count(*) AS hits, count(*) FILTER (WHERE actor = 'human') AS human
                FROM communications_engagementevent AS event
                WHERE event.announcement_id = change.announcement_id AND event.contact_id = change.contact_id
                  AND event.action = 'clicked' AND event.link = change.link
            ) AS now
        )
        INSERT INTO communications_linkcount AS kept (announcement_id, link, actor, people)
        SELECT announcement_id, link, actor, sum(people) FROM (
            SELECT announcement_id, link, CASE WHEN human_now > 0 THEN 'human' ELSE 'machine' END AS actor, 1 AS people
            FROM person WHERE hits_now > 0
            UNION ALL
            SELECT announcement_id, link, CASE WHEN human_before > 0 THEN 'human' ELSE 'machine' END, -1
            FROM person WHERE hits_before > 0
        ) AS counted
        GROUP BY 1, 2, 3 HAVING sum(people) <> 0
        ORDER BY 1, 2, 3
        ON CONFLICT (announcement_id, link, actor) DO UPDATE SET people = kept.people + excluded.people;
"""
CLICKS = """
            SELECT announcement_id, contact_id, link, {sign}count(*) AS hits, {sign}count(*) FILTER (WHERE actor = 'human') AS human
            FROM {rows} WHERE action = 'clicked' AND link IS NOT NULL AND contact_id IS NOT NULL GROUP BY 1, 2, 3
"""
CAME, WENT = CLICKS.format(sign="", rows="new_rows"), CLICKS.format(sign="-", rows="old_rows")
NEW, OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
TRIGGER = """
CREATE FUNCTION communications_{name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
    BEGIN
        {body}
        RETURN NULL;
    END
$$;
CREATE TRIGGER {name} AFTER {event} ON communications_engagementevent REFERENCING {rows}
    FOR EACH STATEMENT EXECUTE FUNCTION communications_{name}();
"""
NO_TRIGGER = "DROP TRIGGER {name} ON communications_engagementevent; DROP FUNCTION communications_{name}();"


def trigger(name: str, event: str, rows: str, changes: str) -> migrations.RunSQL:
    body = FOLLOWED.format(changes=changes)
    return migrations.RunSQL(TRIGGER.format(name=name, event=event, rows=rows, body=body), NO_TRIGGER.format(name=name))


class Migration(migrations.Migration):
    dependencies = [("communications", "0003_counters")]

    operations = [
        trigger("count_new_followers", "INSERT", NEW, CAME),
        trigger("count_changed_followers", "UPDATE", f"{NEW} {OLD}", f"{CAME} UNION ALL {WENT}"),
        trigger("count_gone_followers", "DELETE", OLD, WENT),
    ]
