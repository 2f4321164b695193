import communications.models.announcements
import django.contrib.postgres.fields
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
        ('context', '0001_initial'),
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_-]*$', 'Use small letters, digits, hyphen and underscore, beginning with a letter or digit.')], verbose_name='key')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('is_default', models.BooleanField(default=False, verbose_name='default topic')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['name'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='only_one_default_topic')],
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('body', models.TextField(help_text='Markdown, with merge fields such as {{ contact.name }}.', verbose_name='text')),
                ('kind', models.CharField(choices=[('product_update', 'Product update'), ('sales_play', 'Sales play'), ('training', 'Training'), ('collateral', 'Marketing collateral'), ('policy', 'Policy or programme change'), ('price_list', 'Price list'), ('planned_change', 'Planned change'), ('security_advisory', 'Security advisory'), ('event', 'Event'), ('incentive', 'Incentive'), ('newsletter', 'Newsletter'), ('crisis', 'Crisis')], default='product_update', max_length=30, verbose_name='kind')),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail')], max_length=20), default=communications.models.announcements.all_channels, size=None, verbose_name='channels')),
                ('requires_acknowledgement', models.BooleanField(default=False, verbose_name='asks for acknowledgement')),
                ('acknowledge_by', models.DateField(blank=True, null=True, verbose_name='acknowledge by')),
                ('call_to_action', models.CharField(blank=True, help_text='One line above the text.', max_length=200, verbose_name='who must act, and by when')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waiting for approval'), ('approved', 'approved'), ('scheduled', 'scheduled'), ('sending', 'sending'), ('paused', 'paused'), ('sent', 'sent'), ('cancelled', 'cancelled')], default='draft', editable=False, max_length=20, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('approved_version', models.PositiveIntegerField(editable=False, null=True, verbose_name='approved version')),
                ('send_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sent from')),
                ('time_zone', models.CharField(blank=True, editable=False, max_length=64, verbose_name='time zone')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('frozen_at', models.DateTimeField(editable=False, null=True, verbose_name='audience frozen')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                ('approved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='announcements', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='partners.programme', verbose_name='programme')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='context.segment', verbose_name='segment')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='communications.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('approve_announcement', 'Can approve announcements'), ('send_announcement', 'Can schedule, pause, resume and cancel announcements')],
                'indexes': [models.Index(fields=['state', 'send_at'], name='announcement_due')],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='partners.contact')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='partners.partner')),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acknowledgements', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'acknowledgement',
                'verbose_name_plural': 'acknowledgements',
                'ordering': ['-at'],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'contact'), name='acknowledged_once')],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waiting for approval'), ('approved', 'approved'), ('scheduled', 'scheduled'), ('sending', 'sending'), ('paused', 'paused'), ('sent', 'sent'), ('cancelled', 'cancelled')], max_length=20)),
                ('to_state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waiting for approval'), ('approved', 'approved'), ('scheduled', 'scheduled'), ('sending', 'sending'), ('paused', 'paused'), ('sent', 'sent'), ('cancelled', 'cancelled')], max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='communications.announcement')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'transition',
                'verbose_name_plural': 'transitions',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('body', models.TextField(verbose_name='text')),
                ('kind', models.CharField(choices=[('product_update', 'Product update'), ('sales_play', 'Sales play'), ('training', 'Training'), ('collateral', 'Marketing collateral'), ('policy', 'Policy or programme change'), ('price_list', 'Price list'), ('planned_change', 'Planned change'), ('security_advisory', 'Security advisory'), ('event', 'Event'), ('incentive', 'Incentive'), ('newsletter', 'Newsletter'), ('crisis', 'Crisis')], max_length=30)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail')], max_length=20), size=None)),
                ('requires_acknowledgement', models.BooleanField(default=False)),
                ('acknowledge_by', models.DateField(blank=True, null=True)),
                ('call_to_action', models.CharField(blank=True, max_length=200)),
                ('segment_name', models.CharField(max_length=200)),
                ('rule', models.JSONField()),
                ('contact_rule', models.JSONField()),
                ('links', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2000), default=list, size=None)),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='communications.announcement')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communications.topic')),
            ],
            options={
                'verbose_name': 'announcement version',
                'verbose_name_plural': 'announcement versions',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'number'), name='announcement_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('text', models.TextField(max_length=4000, verbose_name='question')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='communications.announcement')),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='partners.contact')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='partners.partner')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['assigned_to', 'answered_at'], name='question_to_answer')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('text', models.TextField(max_length=8000, verbose_name='answer')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='answered')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='communications.question')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ApprovalPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, choices=[('product_update', 'Product update'), ('sales_play', 'Sales play'), ('training', 'Training'), ('collateral', 'Marketing collateral'), ('policy', 'Policy or programme change'), ('price_list', 'Price list'), ('planned_change', 'Planned change'), ('security_advisory', 'Security advisory'), ('event', 'Event'), ('incentive', 'Incentive'), ('newsletter', 'Newsletter'), ('crisis', 'Crisis')], help_text='Empty: any kind.', max_length=30, verbose_name='kind')),
                ('from_people', models.PositiveIntegerField(default=0, verbose_name='from so many people')),
                ('needs_another_person', models.BooleanField(default=True, verbose_name='another person must approve')),
            ],
            options={
                'verbose_name': 'approval policy',
                'verbose_name_plural': 'approval policies',
                'ordering': ['kind', 'from_people'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'from_people'), name='one_policy_per_kind_and_size')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                ('file', models.FileField(upload_to='attachments/%Y/%m/', verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('content_type', models.CharField(editable=False, max_length=100)),
                ('size', models.PositiveIntegerField(editable=False, verbose_name='bytes')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'name'), name='attachment_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('pk', models.CompositePrimaryKey('announcement_id', 'contact_id', 'channel', blank=True, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail')], max_length=20)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('deferred', 'deferred'), ('delivered', 'delivered'), ('failed', 'failed'), ('suppressed', 'suppressed'), ('in_doubt', 'in doubt'), ('cancelled', 'cancelled')], default='queued', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('chunk', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('announcement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='deliveries', to='communications.announcement')),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='deliveries', to='partners.contact')),
                ('partner', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partner')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'managed': True,
                'indexes': [models.Index(condition=models.Q(('state', 'in_doubt')), fields=['announcement'], name='delivery_in_doubt'), models.Index(fields=['contact', 'channel', 'state'], name='delivery_of_contact'), models.Index(fields=['announcement', 'channel', 'chunk', 'state'], name='delivery_of_chunk'), models.Index(condition=models.Q(('channel', 'email'), ('state', 'delivered')), fields=['address', 'settled_at'], name='delivery_to_address')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail')], max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('lease', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(null=True)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='communications.announcement')),
            ],
            options={
                'verbose_name': 'delivery chunk',
                'verbose_name_plural': 'delivery chunks',
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['due_at'], name='chunk_open')],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'channel', 'number'), name='chunk_once')],
            },
        ),
        migrations.CreateModel(
            name='EngagementEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20)),
                ('action', models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked')], max_length=12)),
                ('actor', models.CharField(choices=[('human', 'person'), ('machine', 'machine suspected')], max_length=12)),
                ('signal', models.CharField(blank=True, help_text='Why a machine is suspected.', max_length=60)),
                ('link', models.PositiveSmallIntegerField(null=True)),
                ('agent', models.CharField(blank=True, max_length=300)),
                ('occurred_at', models.DateTimeField()),
                ('announcement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='communications.announcement')),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.contact')),
            ],
            options={
                'verbose_name': 'engagement event',
                'verbose_name_plural': 'engagement events',
                'indexes': [models.Index(fields=['announcement', 'id'], name='event_of_announcement'), models.Index(fields=['contact', '-occurred_at'], name='event_of_contact')],
            },
        ),
        migrations.CreateModel(
            name='StreamPosition',
            fields=[
                ('stream', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('position', models.CharField(default='0-0', max_length=40)),
            ],
            options={
                'verbose_name': 'stream position',
                'verbose_name_plural': 'stream positions',
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, unique=True)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
            options={
                'verbose_name': 'suppressed address',
                'verbose_name_plural': 'suppressed addresses',
                'ordering': ['-since'],
            },
        ),
        migrations.CreateModel(
            name='TopicPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('channel', models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail')], default='email', max_length=20)),
                ('is_wanted', models.BooleanField()),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('how', models.CharField(help_text='Where the choice was made: preferences, one_click, manager.', max_length=60)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.topic')),
            ],
            options={
                'verbose_name': 'topic preference',
                'verbose_name_plural': 'topic preferences',
                'constraints': [models.UniqueConstraint(fields=('address', 'topic', 'channel'), name='one_preference')],
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('pk', models.CompositePrimaryKey('announcement_id', 'contact_id', 'action', 'actor', blank=True, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(choices=[('opened', 'opened'), ('clicked', 'clicked')], max_length=12)),
                ('actor', models.CharField(choices=[('human', 'person'), ('machine', 'machine suspected')], max_length=12)),
                ('first_at', models.DateTimeField()),
                ('announcement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='communications.announcement')),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.contact')),
            ],
            options={
                'verbose_name': 'first touch',
                'verbose_name_plural': 'first touches',
            },
        ),
    ]
