"""Headcounts name their kind of people by a number, so that segments read those of some kinds from an index alone.

They are made of contacts, so all go and are counted anew; the triggers of `contacts_are_counted` are exchanged."""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

before = import_module("partners.migrations.0002_contacts_are_counted")

PEOPLE = """
        SELECT partner_id, functions, language, is_partner_admin, {change} AS change FROM {rows} WHERE left_on IS NULL
"""
NEW_KINDS = """
        INSERT INTO partners_peoplekind (functions, language, is_partner_admin)
        SELECT DISTINCT functions, language, is_partner_admin FROM new_rows
        WHERE left_on IS NULL AND NOT EXISTS (
            SELECT FROM partners_peoplekind AS kind
            WHERE kind.functions = new_rows.functions AND kind.language = new_rows.language
                AND kind.is_partner_admin = new_rows.is_partner_admin
        )
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
"""
SUMS = """
        INSERT INTO partners_headcount (partner_id, kind_id, people)
        SELECT partner_id, counted.kind_id, sum(change)
        FROM ({changes}) AS changed
        JOIN partners_peoplekind AS kind USING (functions, language, is_partner_admin)
        CROSS JOIN LATERAL (VALUES (NULL), (kind.id)) AS counted (kind_id)
        GROUP BY 1, 2 HAVING sum(change) <> 0
        ORDER BY 2, 1
        ON CONFLICT (kind_id, partner_id) DO UPDATE SET people = partners_headcount.people + excluded.people;
"""
CAME, WENT = PEOPLE.format(change=1, rows="new_rows"), PEOPLE.format(change=-1, rows="old_rows")
NO_TRIGGERS = [migrations.RunSQL(each.reverse_sql, each.sql) for each in before.Migration.operations]
TRIGGERS = [
    before.trigger("count_new_contacts", "INSERT", before.NEW, NEW_KINDS + SUMS.format(changes=CAME)),
    before.trigger(
        "count_changed_contacts", "UPDATE", f"{before.NEW} {before.OLD}",
        NEW_KINDS + SUMS.format(changes=f"{CAME} UNION ALL {WENT}") + before.NO_EMPTY_SUMS,
    ),
    before.trigger("count_gone_contacts", "DELETE", before.OLD, SUMS.format(changes=WENT) + before.NO_EMPTY_SUMS),
]  # fmt: skip
NO_COUNTS = "DELETE FROM partners_headcount"
COUNT = """
    INSERT INTO partners_peoplekind (functions, language, is_partner_admin)
    SELECT DISTINCT functions, language, is_partner_admin FROM partners_contact WHERE left_on IS NULL;
    INSERT INTO partners_headcount (partner_id, kind_id, people)
    SELECT partner_id, counted.kind_id, count(*)
    FROM partners_contact
    JOIN partners_peoplekind AS kind USING (functions, language, is_partner_admin)
    CROSS JOIN LATERAL (VALUES (NULL), (kind.id)) AS counted (kind_id)
    WHERE left_on IS NULL GROUP BY 1, 2
"""
COUNT_AS_BEFORE = """
    INSERT INTO partners_headcount (partner_id, is_total, functions, language, is_partner_admin, people)
    SELECT partner_id, counted.is_total, counted.functions, counted.language, counted.is_partner_admin, count(*)
    FROM partners_contact AS person
    CROSS JOIN LATERAL (
        VALUES (true, '{}'::varchar[], '', false), (false, person.functions, person.language, person.is_partner_admin)
    ) AS counted (is_total, functions, language, is_partner_admin)
    WHERE left_on IS NULL GROUP BY 1, 2, 3, 4, 5
"""


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0006_agreements'),
    ]

    operations = [
        *NO_TRIGGERS,
        migrations.RunSQL(NO_COUNTS, COUNT_AS_BEFORE),
        migrations.CreateModel(
            name='PeopleKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('language', models.CharField(blank=True, max_length=16)),
                ('is_partner_admin', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'kind of people',
                'verbose_name_plural': 'kinds of people',
            },
        ),
        migrations.RemoveConstraint(
            model_name='headcount',
            name='headcount_once',
        ),
        migrations.RemoveField(
            model_name='headcount',
            name='functions',
        ),
        migrations.RemoveField(
            model_name='headcount',
            name='is_partner_admin',
        ),
        migrations.RemoveField(
            model_name='headcount',
            name='is_total',
        ),
        migrations.RemoveField(
            model_name='headcount',
            name='language',
        ),
        migrations.AddConstraint(
            model_name='peoplekind',
            constraint=models.UniqueConstraint(fields=('functions', 'language', 'is_partner_admin'), name='people_kind_once'),
        ),
        migrations.AddField(
            model_name='headcount',
            name='kind',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.peoplekind'),
        ),
        migrations.AddConstraint(
            model_name='headcount',
            constraint=models.UniqueConstraint(fields=('kind', 'partner'), include=('people',), name='headcount_of_kind_once', nulls_distinct=False),
        ),
        migrations.RunSQL(COUNT, NO_COUNTS),
        *TRIGGERS,
    ]
