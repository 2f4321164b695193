"""Sums of deliveries and touches, kept by triggers in the transaction of the rows they count."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

_ROWS = """
        SELECT announcement_id, channel, chunk, state, CASE WHEN state = 'suppressed' THEN reason ELSE '' END AS reason,
               {sign}count(*) AS rows, {sign}count(read_at) AS read
        FROM {rows} GROUP BY 1, 2, 3, 4, 5
"""
_SUM = """
        INSERT INTO communications_deliverycount AS kept (announcement_id, channel, chunk, state, reason, rows, read)
        SELECT announcement_id, channel, chunk, state, reason, sum(rows), sum(read) FROM ({changes}) AS changed
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(rows) <> 0 OR sum(read) <> 0
        ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (announcement_id, channel, chunk, state, reason)
        DO UPDATE SET rows = kept.rows + excluded.rows, read = kept.read + excluded.read;
"""
_FUNCTION = """
CREATE FUNCTION communications_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END
$$;
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION communications_{name}();
"""
_CAME, _WENT = _ROWS.format(sign="", rows="new_rows"), _ROWS.format(sign="-", rows="old_rows")
_NEW, _OLD = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
# Whoever acted also as a person counts as one: a person's first touch takes back what machines had been counted for.
_TOUCHED = """
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
_PEOPLE_WHO_TOUCHED = """
    SELECT announcement_id, action, actor, count(*)
    FROM (SELECT announcement_id, action, contact_id, CASE WHEN bool_or(actor = 'human') THEN 'human' ELSE 'machine' END AS actor
          FROM communications_touch {where} GROUP BY 1, 2, 3) AS person
    GROUP BY 1, 2, 3
"""
# Touches go or change only where hits are judged again or a person is forgotten: then they are counted anew.
_TOUCHED_ANEW = f"""
        DELETE FROM communications_touchcount WHERE announcement_id IN (SELECT announcement_id FROM old_rows);
        INSERT INTO communications_touchcount (announcement_id, action, actor, people)
        {_PEOPLE_WHO_TOUCHED.format(where="WHERE announcement_id IN (SELECT announcement_id FROM old_rows)")};
"""
COUNT = "".join(
    [
        _FUNCTION.format(name="count_new_deliveries", event="INSERT", table="communications_delivery", tables=_NEW,
                         body=_SUM.format(changes=_CAME)),
        _FUNCTION.format(name="count_changed_deliveries", event="UPDATE", table="communications_delivery",
                         tables=f"{_NEW} {_OLD}", body=_SUM.format(changes=f"{_CAME} UNION ALL {_WENT}")),
        _FUNCTION.format(name="count_gone_deliveries", event="DELETE", table="communications_delivery", tables=_OLD,
                         body=_SUM.format(changes=_WENT)),
        _FUNCTION.format(name="count_new_touches", event="INSERT", table="communications_touch", tables=_NEW, body=_TOUCHED),
        _FUNCTION.format(name="count_changed_touches", event="UPDATE", table="communications_touch", tables=_OLD,
                         body=_TOUCHED_ANEW),
        _FUNCTION.format(name="count_gone_touches", event="DELETE", table="communications_touch", tables=_OLD,
                         body=_TOUCHED_ANEW),
        _SUM.format(changes=_ROWS.format(sign="", rows="communications_delivery")),
        "INSERT INTO communications_touchcount (announcement_id, action, actor, people)",
        _PEOPLE_WHO_TOUCHED.format(where=""), ";",
        """
CREATE FUNCTION communications_forget_audience_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM communications_audiencecount WHERE announcement_id = NEW.announcement_id;
        RETURN NULL;
    END
$$;
CREATE TRIGGER forget_audience_count AFTER UPDATE OF contact_id, partner_id ON communications_delivery
    FOR EACH ROW EXECUTE FUNCTION communications_forget_audience_count();
""",
    ]
)
NOT_COUNT = "".join(
    f"DROP TRIGGER {name} ON {table}; DROP FUNCTION communications_{name}();"
    for table, names in (
        ("communications_delivery",
         ("count_new_deliveries", "count_changed_deliveries", "count_gone_deliveries", "forget_audience_count")),
        ("communications_touch", ("count_new_touches", "count_changed_touches", "count_gone_touches")),
    )
    for name in names
)


class Migration(migrations.Migration):

    dependencies = [
        ('communications', '0007_variants'),
    ]

    operations = [
        migrations.CreateModel(
            name='AudienceCount',
            fields=[
                ('announcement', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='communications.announcement')),
                ('people', models.IntegerField()),
                ('partners', models.IntegerField()),
            ],
            options={
                'verbose_name': 'count of an audience',
                'verbose_name_plural': 'counts of audiences',
            },
        ),
        migrations.CreateModel(
            name='CounterCheck',
            fields=[
                ('announcement', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='counter_check', serialize=False, to='communications.announcement')),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('differences', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'check of counters',
                'verbose_name_plural': 'checks of counters',
            },
        ),
        migrations.CreateModel(
            name='DeliveryCount',
            fields=[
                ('pk', models.CompositePrimaryKey('announcement_id', 'channel', 'chunk', 'state', 'reason', blank=True, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=20)),
                ('chunk', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('deferred', 'deferred'), ('delivered', 'delivered'), ('failed', 'failed'), ('suppressed', 'suppressed'), ('in_doubt', 'in doubt'), ('cancelled', 'cancelled')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('rows', models.IntegerField()),
                ('read', models.IntegerField()),
                ('announcement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'count of deliveries',
                'verbose_name_plural': 'counts of deliveries',
            },
        ),
        migrations.CreateModel(
            name='TouchCount',
            fields=[
                ('pk', models.CompositePrimaryKey('announcement_id', 'action', 'actor', blank=True, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked')], max_length=12)),
                ('actor', models.CharField(choices=[('human', 'person'), ('machine', 'machine suspected')], max_length=12)),
                ('people', models.IntegerField()),
                ('announcement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'count of touches',
                'verbose_name_plural': 'counts of touches',
            },
        ),
        migrations.RunSQL(COUNT, NOT_COUNT),
    ]
