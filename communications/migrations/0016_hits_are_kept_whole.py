"""Hits with all that they are judged by, in partitions like deliveries, and their sums."""

import django.db.models.deletion
from django.db import migrations, models

# As for deliveries: `communications/actions/audiences.py` makes the partition of a thousand announcements.
PARTITION = """
CREATE TABLE event_partitioned (LIKE communications_engagementevent INCLUDING DEFAULTS) PARTITION BY RANGE (announcement_id);
CREATE TABLE communications_engagementevent_default PARTITION OF event_partitioned DEFAULT;
DO $$
    DECLARE thousand bigint;
    BEGIN
        FOR thousand IN SELECT DISTINCT announcement_id / 1000 * 1000 FROM communications_engagementevent LOOP
            EXECUTE format(
                'CREATE TABLE communications_engagementevent_%s PARTITION OF event_partitioned FOR VALUES FROM (%s) TO (%s)',
                thousand, thousand, thousand + 1000);
        END LOOP;
    END
$$;
INSERT INTO event_partitioned SELECT * FROM communications_engagementevent;
DROP TABLE communications_engagementevent;
ALTER TABLE event_partitioned RENAME TO communications_engagementevent;
CREATE SEQUENCE communications_engagementevent_id_seq OWNED BY communications_engagementevent.id;
SELECT setval('communications_engagementevent_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM communications_engagementevent), false);
ALTER TABLE communications_engagementevent ALTER id SET DEFAULT nextval('communications_engagementevent_id_seq');
ALTER TABLE communications_engagementevent ADD CONSTRAINT communications_engagementevent_pkey PRIMARY KEY (announcement_id, id);
CREATE INDEX event_of_recipient ON communications_engagementevent (announcement_id, contact_id, occurred_at);
CREATE INDEX event_of_contact ON communications_engagementevent (contact_id, occurred_at DESC);
CREATE INDEX event_by_id ON communications_engagementevent (id);
"""
_HITS = """
        SELECT announcement_id, action, signal, coalesce(link, -1) AS link, {sign}count(*) AS hits FROM {rows} GROUP BY 1, 2, 3, 4
"""
_CAME, _WENT = _HITS.format(sign="", rows="new_rows"), _HITS.format(sign="-", rows="old_rows")
_SUM_OF_HITS = """
        INSERT INTO communications_hitcount AS kept (announcement_id, action, signal, link, hits)
        SELECT announcement_id, action, signal, link, sum(hits) FROM ({changes}) AS changed
        GROUP BY 1, 2, 3, 4 HAVING sum(hits) <> 0
        ORDER BY 1, 2, 3, 4
        ON CONFLICT (announcement_id, action, signal, link) DO UPDATE SET hits = kept.hits + excluded.hits;
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION communications_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END
$$;
CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION communications_{name}();
"""
_NEW, _OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
# What people were counted for before and after, of those whose touches changed or went. Their number decides what it costs,
# not that of everybody who ever opened the announcement.
_TOUCHED_DIFFERENTLY = """
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
_KEYS = "SELECT announcement_id, contact_id, action FROM {rows}"
_NOT_NEW = """NOT EXISTS (
                       SELECT FROM new_rows WHERE (new_rows.announcement_id, new_rows.contact_id, new_rows.action, new_rows.actor)
                           = (now.announcement_id, now.contact_id, now.action, now.actor))"""
COUNT = "".join(
    [
        _FUNCTION.format(name="count_new_hits", event="INSERT", table="communications_engagementevent", tables=_NEW,
                         body=_SUM_OF_HITS.format(changes=_CAME)),
        _FUNCTION.format(name="count_changed_hits", event="UPDATE", table="communications_engagementevent",
                         tables=f"{_NEW} {_OLD}", body=_SUM_OF_HITS.format(changes=f"{_CAME} UNION ALL {_WENT}")),
        _FUNCTION.format(name="count_gone_hits", event="DELETE", table="communications_engagementevent", tables=_OLD,
                         body=_SUM_OF_HITS.format(changes=_WENT)),
        _SUM_OF_HITS.format(changes=_HITS.format(sign="", rows="communications_engagementevent")),
        _FUNCTION.format(
            name="count_changed_touches", event="UPDATE", table="communications_touch", tables=f"{_NEW} {_OLD}",
            body=_TOUCHED_DIFFERENTLY.format(
                concerned=f"{_KEYS.format(rows='old_rows')} UNION {_KEYS.format(rows='new_rows')}", was_there=_NOT_NEW)),
        _FUNCTION.format(
            name="count_gone_touches", event="DELETE", table="communications_touch", tables=_OLD,
            body=_TOUCHED_DIFFERENTLY.format(concerned=f"SELECT DISTINCT * FROM ({_KEYS.format(rows='old_rows')}) AS key",
                                             was_there="true")),
    ]
)
NOT_COUNT = "".join(
    f"DROP TRIGGER {name} ON communications_engagementevent; DROP FUNCTION communications_{name}();"
    for name in ("count_new_hits", "count_changed_hits", "count_gone_hits")
)


class Migration(migrations.Migration):

    dependencies = [
        ('communications', '0015_pixel_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='HitCount',
            fields=[
                ('pk', models.CompositePrimaryKey('announcement_id', 'action', 'signal', 'link', blank=True, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked'), ('trapped', 'followed a hidden link')], max_length=12)),
                ('signal', models.CharField(blank=True, max_length=60)),
                ('link', models.IntegerField(help_text='-1 where it was none.')),
                ('hits', models.IntegerField()),
                ('announcement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'count of hits',
                'verbose_name_plural': 'counts of hits',
            },
        ),
        migrations.AddField(
            model_name='engagementevent',
            name='method',
            field=models.CharField(db_default='GET', default='GET', max_length=4),
        ),
        migrations.AddField(
            model_name='engagementevent',
            name='network',
            field=models.CharField(blank=True, db_default='', help_text='Without the last part of the address.', max_length=45),
        ),
        migrations.AddField(
            model_name='engagementevent',
            name='purpose',
            field=models.CharField(blank=True, db_default='', max_length=60),
        ),
        migrations.AddField(
            model_name='streamposition',
            name='born',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AlterField(
            model_name='engagementevent',
            name='action',
            field=models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked'), ('trapped', 'followed a hidden link')], max_length=12),
        ),
        migrations.AlterField(
            model_name='engagementevent',
            name='contact',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.contact'),
        ),
        migrations.AlterField(
            model_name='touch',
            name='action',
            field=models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked'), ('trapped', 'followed a hidden link')], max_length=12),
        ),
        migrations.AlterField(
            model_name='touchcount',
            name='action',
            field=models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked'), ('trapped', 'followed a hidden link')], max_length=12),
        ),
        migrations.RunSQL(PARTITION, migrations.RunSQL.noop, state_operations=[
            migrations.RemoveIndex(model_name='engagementevent', name='event_of_announcement'),
            migrations.AddIndex(
                model_name='engagementevent',
                index=models.Index(fields=['announcement', 'contact', 'occurred_at'], name='event_of_recipient'),
            ),
        ]),
        migrations.RunSQL(COUNT, NOT_COUNT),
    ]
