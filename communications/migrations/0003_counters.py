"""Sums of deliveries, touches and hits, kept by triggers in the transaction of the rows they count.

So no way of writing can forget them: communications/models/counters.py says who reads them. Every trigger runs once for a
statement, however many rows that writes, and takes its sums in the order of their keys, so that two statements never wait for one
another in a circle.
"""

from django.db import migrations

DELIVERIES, TOUCHES, HITS = "communications_delivery", "communications_touch", "communications_engagementevent"
NEW, OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"

TRIGGER = """
CREATE FUNCTION communications_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END
$$;
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows}
    FOR EACH STATEMENT EXECUTE FUNCTION communications_{name}();
"""
NO_TRIGGER = "DROP TRIGGER {name} ON {table}; DROP FUNCTION communications_{name}();"


def trigger(name: str, event: str, table: str, rows: str, body: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        TRIGGER.format(name=name, event=event, table=table, rows=rows, body=body), NO_TRIGGER.format(name=name, table=table)
    )


def sum_triggers(what: str, table: str, rows: str, sums: str) -> list[migrations.RunSQL]:
    """What came is added, what went is taken off, what changed does both."""
    came, went = rows.format(sign="", rows="new_rows"), rows.format(sign="-", rows="old_rows")
    return [
        trigger(f"count_new_{what}", "INSERT", table, NEW, sums.format(changes=came)),
        trigger(f"count_changed_{what}", "UPDATE", table, f"{NEW} {OLD}", sums.format(changes=f"{came} UNION ALL {went}")),
        trigger(f"count_gone_{what}", "DELETE", table, OLD, sums.format(changes=went)),
    ]


DELIVERY_ROWS = """
        SELECT announcement_id, channel, chunk, state, CASE WHEN state = 'suppressed' THEN reason ELSE '' END AS reason,
               {sign}count(*) AS rows, {sign}count(read_at) AS read
        FROM {rows} GROUP BY 1, 2, 3, 4, 5
"""
SUMS_OF_DELIVERIES = """
        INSERT INTO communications_deliverycount AS kept (announcement_id, channel, chunk, state, reason, rows, read)
        SELECT announcement_id, channel, chunk, state, reason, sum(rows), sum(read) FROM ({changes}) AS changed
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(rows) <> 0 OR sum(read) <> 0
        ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (announcement_id, channel, chunk, state, reason)
        DO UPDATE SET rows = kept.rows + excluded.rows, read = kept.read + excluded.read;
"""

# People and partners of an audience are counted when somebody asks, and again after rows went to another contact or partner.
FORGET_AUDIENCE = """
CREATE FUNCTION communications_forget_audience_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM communications_audiencecount WHERE announcement_id = NEW.announcement_id;
        RETURN NULL;
    END
$$;
CREATE TRIGGER forget_audience_count AFTER UPDATE OF contact_id, partner_id ON communications_delivery
    FOR EACH ROW EXECUTE FUNCTION communications_forget_audience_count();
"""
NOT_FORGET_AUDIENCE = NO_TRIGGER.format(name="forget_audience_count", table=DELIVERIES)

HIT_ROWS = """
        SELECT announcement_id, action, signal, coalesce(link, -1) AS link, {sign}count(*) AS hits FROM {rows} GROUP BY 1, 2, 3, 4
"""
SUMS_OF_HITS = """
        INSERT INTO communications_hitcount AS kept (announcement_id, action, signal, link, hits)
        SELECT announcement_id, action, signal, link, sum(hits) FROM ({changes}) AS changed
        GROUP BY 1, 2, 3, 4 HAVING sum(hits) <> 0
        ORDER BY 1, 2, 3, 4
        ON CONFLICT (announcement_id, action, signal, link) DO UPDATE SET hits = kept.hits + excluded.hits;
"""

# Whoever acted also as a person counts as one: a person's first touch takes back what machines had been counted for.
TOUCHED = """
        INSERT INTO communications_touchcount AS kept (announcement_id, action, actor, people)
        SELECT announcement_id, action, actor, sum(people) FROM (
            SELECT announcement_id, action, actor, 1 AS people FROM new_rows WHERE actor = 'human'
            UNION ALL
            SELECT announcement_id, action, actor, 1 FROM new_rows WHERE actor = 'machine' AND NOT EXISTS (
                SELECT FROM communications_touch AS other
                WHERE (other.announcement_id, other.contact_id, other.action, other.actor)
                    = (new_rows.announcement_id, new_rows.contact_id, new_rows.action, 'human'))
            UNION ALL
            SELECT announcement_id, action, 'machine', -1 FROM new_rows WHERE actor = 'human' AND EXISTS (
                SELECT FROM communications_touch AS other
                WHERE (other.announcement_id, other.contact_id, other.action, other.actor)
                    = (new_rows.announcement_id, new_rows.contact_id, new_rows.action, 'machine')
            ) AND NOT EXISTS (
                SELECT FROM new_rows AS other
                WHERE (other.announcement_id, other.contact_id, other.action, other.actor)
                    = (new_rows.announcement_id, new_rows.contact_id, new_rows.action, 'machine'))
        ) AS changed
        GROUP BY 1, 2, 3 HAVING sum(people) <> 0
        ORDER BY 1, 2, 3
        ON CONFLICT (announcement_id, action, actor) DO UPDATE SET people = kept.people + excluded.people;
"""
# What people were counted for before and after, of those whose touches changed or went. Their number decides what it costs,
# not that of everybody who ever opened the announcement.
TOUCHED_DIFFERENTLY = """
        WITH concerned AS ({concerned}),
        now AS (SELECT touch.announcement_id, touch.contact_id, touch.action, touch.actor
                FROM communications_touch AS touch JOIN concerned USING (announcement_id, contact_id, action)),
        before AS (SELECT announcement_id, contact_id, action, actor FROM old_rows UNION ALL
                   SELECT * FROM now WHERE {was_there})
        INSERT INTO communications_touchcount AS kept (announcement_id, action, actor, people)
        SELECT announcement_id, action, actor, sum(people) FROM (
            SELECT announcement_id, action, CASE WHEN bool_or(actor = 'human') THEN 'human' ELSE 'machine' END AS actor, 1 AS people
            FROM now GROUP BY announcement_id, contact_id, action
            UNION ALL
            SELECT announcement_id, action, CASE WHEN bool_or(actor = 'human') THEN 'human' ELSE 'machine' END, -1
            FROM before GROUP BY announcement_id, contact_id, action
        ) AS changed
        GROUP BY 1, 2, 3 HAVING sum(people) <> 0
        ORDER BY 1, 2, 3
        ON CONFLICT (announcement_id, action, actor) DO UPDATE SET people = kept.people + excluded.people;
"""
OLD_KEYS = "SELECT announcement_id, contact_id, action FROM old_rows"
NEW_KEYS = "SELECT announcement_id, contact_id, action FROM new_rows"
IS_NOT_NEW = """NOT EXISTS (
                       SELECT FROM new_rows WHERE (new_rows.announcement_id, new_rows.contact_id, new_rows.action, new_rows.actor)
                           = (now.announcement_id, now.contact_id, now.action, now.actor))"""
TOUCHES_CHANGED = TOUCHED_DIFFERENTLY.format(concerned=f"{OLD_KEYS} UNION {NEW_KEYS}", was_there=IS_NOT_NEW)
TOUCHES_GONE = TOUCHED_DIFFERENTLY.format(concerned=f"SELECT DISTINCT * FROM ({OLD_KEYS}) AS key", was_there="true")


class Migration(migrations.Migration):
    dependencies = [("communications", "0002_partitions")]

    operations = [
        *sum_triggers("deliveries", DELIVERIES, DELIVERY_ROWS, SUMS_OF_DELIVERIES),
        migrations.RunSQL(FORGET_AUDIENCE, NOT_FORGET_AUDIENCE),
        trigger("count_new_touches", "INSERT", TOUCHES, NEW, TOUCHED),
        trigger("count_changed_touches", "UPDATE", TOUCHES, f"{NEW} {OLD}", TOUCHES_CHANGED),
        trigger("count_gone_touches", "DELETE", TOUCHES, OLD, TOUCHES_GONE),
        *sum_triggers("hits", HITS, HIT_ROWS, SUMS_OF_HITS),
    ]
