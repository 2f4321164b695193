import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid6
from django.conf import settings
from django.db import migrations, models

from activity.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name='Access',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                        ('partner_id', models.BigIntegerField()),
                        ('day', models.DateField(verbose_name='day')),
                        ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first at')),
                    ],
                    options={
                        'verbose_name': 'access',
                        'verbose_name_plural': 'accesses',
                        'ordering': ['-day', '-pk'],
                        'indexes': [models.Index(fields=['day'], name='access_by_day')],
                        'constraints': [models.UniqueConstraint(fields=('partner_id', 'day', 'user'), name='access_once_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Activity',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('verb', models.CharField(max_length=60, verbose_name='what happened')),
                        ('sentence', models.CharField(max_length=500, verbose_name='in words')),
                        ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                        ('partner_id', models.BigIntegerField(blank=True, null=True)),
                        ('subject_type', models.CharField(blank=True, max_length=60)),
                        ('subject_id', models.BigIntegerField(blank=True, null=True)),
                        ('data', models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        'verbose_name': 'activity',
                        'verbose_name_plural': 'activities',
                        'ordering': ['-occurred_at', '-id'],
                        'indexes': [models.Index(fields=['partner_id', '-occurred_at'], name='activity_ac_partner_a2f88f_idx'), models.Index(fields=['subject_type', 'subject_id', '-occurred_at'], name='activity_ac_subject_8e677a_idx'), models.Index(fields=['-occurred_at'], name='activity_ac_occurre_2036c8_idx')],
                    },
                ),
                migrations.CreateModel(
                    name='Task',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('title', models.CharField(max_length=200, verbose_name='what is to be done')),
                        ('detail', models.TextField(blank=True, verbose_name='detail')),
                        ('partner_id', models.BigIntegerField(blank=True, null=True)),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tasks', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                        ('is_shared', models.BooleanField(default=False, verbose_name='shared with the partner')),
                        ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('dropped', 'dropped')], default='open', max_length=20, verbose_name='state')),
                        ('source_type', models.CharField(blank=True, max_length=60)),
                        ('source_id', models.BigIntegerField(blank=True, null=True)),
                        ('source_label', models.CharField(blank=True, max_length=200, verbose_name='from')),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                        ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'task',
                        'verbose_name_plural': 'tasks',
                        'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['owner', 'due_on'], name='task_open_of_owner'), models.Index(fields=['partner_id', '-created_at'], name='task_of_partner'), models.Index(fields=['source_type', 'source_id'], name='task_from_source')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='task_ended_when_not_open')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookEndpoint',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('form', models.CharField(choices=[('signed', 'Signed webhook'), ('slack', 'Slack or compatible'), ('teams', 'Microsoft Teams')], max_length=12, verbose_name='form')),
                        ('url', models.CharField(max_length=500, verbose_name='address')),
                        ('partner_id', models.BigIntegerField(blank=True, null=True)),
                        ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set up by')),
                        ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='events')),
                        ('state', models.CharField(choices=[('active', 'active'), ('paused', 'paused'), ('disabled', 'switched off'), ('removed', 'removed')], default='active', max_length=12, verbose_name='state')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='why')),
                        ('secret_number', models.PositiveSmallIntegerField(default=1)),
                        ('previous_secret_until', models.DateTimeField(blank=True, null=True)),
                        ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                        ('last_success_at', models.DateTimeField(blank=True, null=True, verbose_name='last success')),
                        ('leased_until', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added')),
                    ],
                    options={
                        'verbose_name': 'webhook endpoint',
                        'verbose_name_plural': 'webhook endpoints',
                        'ordering': ['name', 'pk'],
                        'indexes': [models.Index(fields=['partner_id'], name='endpoint_of_partner'), models.Index(condition=models.Q(('partner_id', None)), fields=['state'], name='endpoint_of_integrator')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='activity.webhookendpoint')),
                        ('event', models.CharField(max_length=60, verbose_name='event')),
                        ('body', models.TextField(verbose_name='body')),
                        ('source_type', models.CharField(blank=True, max_length=60)),
                        ('source_id', models.BigIntegerField(blank=True, null=True)),
                        ('state', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('deferred', 'waits for the next try'), ('delivered', 'delivered'), ('failed', 'failed'), ('suppressed', 'withheld'), ('in_doubt', 'in doubt'), ('cancelled', 'cancelled')], default='queued', max_length=12, verbose_name='state')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                        ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='due')),
                        ('not_after', models.DateTimeField(blank=True, null=True)),
                        ('is_held', models.BooleanField(default=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                        ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                    ],
                    options={
                        'verbose_name': 'webhook message',
                        'verbose_name_plural': 'webhook messages',
                        'ordering': ['-created_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'deferred'])), fields=['endpoint', 'due_at'], name='webhook_waiting'), models.Index(condition=models.Q(('state', 'sending')), fields=['endpoint'], name='webhook_sending'), models.Index(fields=['endpoint', '-created_at'], name='webhook_of_endpoint'), models.Index(fields=['source_type', 'source_id', 'state'], name='webhook_of_source')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('source_id__isnull', False)), fields=('endpoint', 'source_type', 'source_id'), name='webhook_told_once')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookAttempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='activity.webhookmessage')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                        ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                        ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                        ('milliseconds', models.PositiveIntegerField(verbose_name='milliseconds')),
                    ],
                    options={
                        'verbose_name': 'try',
                        'verbose_name_plural': 'tries',
                        'ordering': ['-at', '-pk'],
                    },
                ),
            ],
        ),
    ]
