import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('context', '0003_facts_of_profiles'),
        ('partners', '0011_set_fact'),
    ]

    operations = [
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('fact', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='waiting', serialize=False, to='context.fact')),
                ('partner_id', models.BigIntegerField(db_index=True)),
                ('data_point', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='context.datapoint')),
                ('kind', models.CharField(choices=[('claim', 'claim'), ('conflict', 'claim that contradicts something'), ('dispute', 'disputed')], max_length=10, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'what waits',
                'verbose_name_plural': 'what waits',
            },
        ),
        migrations.RemoveIndex(
            model_name='fact',
            name='fact_said_by_people',
        ),
        migrations.AddIndex(
            model_name='fact',
            index=models.Index(condition=models.Q(('contact', None), ('method__in', ('manual', 'api', 'survey', 'interview', 'review'))), fields=['partner', 'data_point'], name='fact_said_by_people'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(fields=['data_point', 'fact'], name='waiting_for_point'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(condition=models.Q(('kind', 'claim'), _negated=True), fields=['kind', 'fact'], name='waiting_of_kind'),
        ),
    ]
