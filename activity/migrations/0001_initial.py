import django.db.models.deletion
import django.utils.timezone
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('verb', models.CharField(max_length=60, verbose_name='what happened')),
                ('sentence', models.CharField(max_length=500, verbose_name='in words')),
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('partner_id', models.BigIntegerField(blank=True, null=True)),
                ('subject_type', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.BigIntegerField(blank=True, null=True)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'ordering': ['-occurred_at', '-id'],
                'indexes': [models.Index(fields=['partner_id', '-occurred_at'], name='activity_ac_partner_a2f88f_idx'), models.Index(fields=['subject_type', 'subject_id', '-occurred_at'], name='activity_ac_subject_8e677a_idx'), models.Index(fields=['-occurred_at'], name='activity_ac_occurre_2036c8_idx')],
            },
        ),
    ]
