import context.models.segments
import django.contrib.postgres.fields
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('key', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_-]*$', 'Use small letters, digits, hyphen and underscore, beginning with a letter or digit.')], verbose_name='key')),
                ('label', models.CharField(max_length=120, verbose_name='label')),
                ('question', models.CharField(blank=True, max_length=300, verbose_name='question')),
                ('type', models.CharField(choices=[('text', 'text'), ('number', 'number'), ('money', 'money'), ('date', 'date'), ('yes_no', 'yes or no'), ('choice', 'one choice'), ('choices', 'several choices'), ('regions', 'set of regions')], default='text', max_length=20, verbose_name='type')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unit')),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None, verbose_name='choices')),
                ('purpose', models.CharField(blank=True, max_length=300, verbose_name='purpose')),
                ('stale_after_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='stale after (days)')),
                ('is_builtin', models.BooleanField(default=False, editable=False, help_text='Stands for a column of the partner, such as its website.', verbose_name='built in')),
            ],
            options={
                'verbose_name': 'data point',
                'verbose_name_plural': 'data points',
                'ordering': ['label'],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('value', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='value')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('method', models.CharField(choices=[('manual', 'entered by hand'), ('import', 'imported'), ('api', 'sent by API'), ('survey', 'answered in a survey'), ('interview', 'told in an interview'), ('review', 'agreed in a review'), ('observed', 'seen by the portal')], max_length=20, verbose_name='method')),
                ('observed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='observed')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='evidence')),
                ('asserted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='partners.contact')),
                ('data_point', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='context.datapoint')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='partners.partner')),
                ('programme', models.ForeignKey(blank=True, help_text="Where the value belongs to the partner's place in one programme.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.programme')),
            ],
            options={
                'verbose_name': 'fact',
                'verbose_name_plural': 'facts',
                'ordering': ['-observed_at', '-id'],
                'indexes': [models.Index(fields=['partner', 'data_point', '-observed_at'], name='fact_newest')],
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_-]*$', 'Use small letters, digits, hyphen and underscore, beginning with a letter or digit.')], verbose_name='key')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('spec', models.JSONField(default=dict, verbose_name='mapping')),
            ],
            options={
                'verbose_name': 'import mapping',
                'verbose_name_plural': 'import mappings',
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('mapping', models.CharField(max_length=60, verbose_name='mapping')),
                ('as_of', models.DateField(blank=True, help_text='The day that the file describes, where it is known.', null=True, verbose_name='state of the data')),
                ('file', models.FileField(blank=True, null=True, upload_to='imports/', verbose_name='file')),
                ('file_name', models.CharField(max_length=255, verbose_name='file name')),
                ('status', models.CharField(choices=[('checking', 'being read'), ('previewed', 'previewed'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='checking', max_length=20, verbose_name='status')),
                ('rows_total', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('rows_done', models.PositiveIntegerField(default=0, verbose_name='rows done')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('preview', models.JSONField(default=dict, help_text='What was found on reading: counts, and some rows of each outcome.', verbose_name='preview')),
                ('refused', models.FileField(blank=True, null=True, upload_to='imports/', verbose_name='refused rows')),
                ('problem', models.TextField(blank=True, verbose_name='problem')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('rule', models.JSONField(blank=True, default=context.models.segments.everyone, verbose_name='partners where')),
                ('contact_rule', models.JSONField(blank=True, default=context.models.segments.everyone, verbose_name='people there who')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'segment',
                'verbose_name_plural': 'segments',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SegmentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('rule', models.JSONField(verbose_name='partners where')),
                ('contact_rule', models.JSONField(verbose_name='people there who')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='saved')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='context.segment')),
            ],
            options={
                'verbose_name': 'segment version',
                'verbose_name_plural': 'segment versions',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('segment', 'number'), name='segment_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('verified', 'verified'), ('disputed', 'disputed'), ('withdrawn', 'withdrawn')], max_length=20, verbose_name='verdict')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('comment', models.CharField(blank=True, max_length=500, verbose_name='comment')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='context.fact')),
            ],
            options={
                'verbose_name': 'verdict',
                'verbose_name_plural': 'verdicts',
                'ordering': ['-at', '-id'],
            },
        ),
    ]
