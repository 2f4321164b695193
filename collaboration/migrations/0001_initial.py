import django.core.validators
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
        ('context', '0001_initial'),
        ('partners', '0001_initial'),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name='MeetingSeries',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('meeting', 'meeting'), ('webinar', 'webinar'), ('review', 'review'), ('check_in', 'check-in')], default='meeting', max_length=12, verbose_name='kind')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('agenda', models.TextField(blank=True, help_text='Markdown. A line for each subject is enough.', verbose_name='agenda')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.programme', verbose_name='programme')),
                        ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='partners.partner', verbose_name='partner')),
                        ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='context.segment', verbose_name='segment')),
                        ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='host')),
                        ('minutes_long', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='minutes')),
                        ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                        ('join_link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                        ('capacity', models.PositiveIntegerField(blank=True, help_text='Empty: for all. Who says yes beyond that waits, and moves up when somebody says no.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='places')),
                        ('needs_registration', models.BooleanField(default=False, help_text='People register instead of answering an invitation.', verbose_name='with registration')),
                        ('stays_open', models.BooleanField(default=False, help_text='Until it begins, whoever enters the segment is invited, too.', verbose_name='also for those who join later')),
                        ('invite_days', models.PositiveSmallIntegerField(blank=True, help_text='Empty: when you say so.', null=True, validators=[django.core.validators.MaxValueValidator(180)], verbose_name='invite so many days before')),
                        ('remind_hours', models.PositiveSmallIntegerField(default=24, help_text='0 reminds nobody.', validators=[django.core.validators.MaxValueValidator(336)], verbose_name='remind so many hours before')),
                        ('rhythm', models.CharField(choices=[('weekly', 'weekly'), ('monthly', 'monthly'), ('quarterly', 'quarterly')], max_length=12, verbose_name='repeats')),
                        ('every', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='every so many')),
                        ('first_day', models.DateField(verbose_name='first day')),
                        ('wall_time', models.TimeField(verbose_name='time')),
                        ('last_day', models.DateField(blank=True, null=True, verbose_name='until')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                    ],
                    options={
                        'verbose_name': 'series of meetings',
                        'verbose_name_plural': 'series of meetings',
                        'ordering': ['-created_at', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('partner', None), ('segment__isnull', False)), models.Q(('partner__isnull', False), ('segment', None)), _connector='OR'), name='series_is_for_a_partner_or_a_segment')],
                    },
                ),
                migrations.CreateModel(
                    name='Meeting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('kind', models.CharField(choices=[('meeting', 'meeting'), ('webinar', 'webinar'), ('review', 'review'), ('check_in', 'check-in')], default='meeting', max_length=12, verbose_name='kind')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('agenda', models.TextField(blank=True, help_text='Markdown. A line for each subject is enough.', verbose_name='agenda')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.programme', verbose_name='programme')),
                        ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='partners.partner', verbose_name='partner')),
                        ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='context.segment', verbose_name='segment')),
                        ('host', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='host')),
                        ('minutes_long', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='minutes')),
                        ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                        ('join_link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                        ('capacity', models.PositiveIntegerField(blank=True, help_text='Empty: for all. Who says yes beyond that waits, and moves up when somebody says no.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='places')),
                        ('needs_registration', models.BooleanField(default=False, help_text='People register instead of answering an invitation.', verbose_name='with registration')),
                        ('stays_open', models.BooleanField(default=False, help_text='Until it begins, whoever enters the segment is invited, too.', verbose_name='also for those who join later')),
                        ('invite_days', models.PositiveSmallIntegerField(blank=True, help_text='Empty: when you say so.', null=True, validators=[django.core.validators.MaxValueValidator(180)], verbose_name='invite so many days before')),
                        ('remind_hours', models.PositiveSmallIntegerField(default=24, help_text='0 reminds nobody.', validators=[django.core.validators.MaxValueValidator(336)], verbose_name='remind so many hours before')),
                        ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='collaboration.meetingseries')),
                        ('planned_for', models.DateTimeField(blank=True, editable=False, help_text='Where the series puts it, however it was moved.', null=True, verbose_name='planned for')),
                        ('starts_at', models.DateTimeField(verbose_name='begins')),
                        ('ends_at', models.DateTimeField(editable=False, verbose_name='ends')),
                        ('state', models.CharField(choices=[('draft', 'not invited yet'), ('invited', 'invited'), ('held', 'held'), ('cancelled', 'cancelled')], default='draft', editable=False, max_length=12, verbose_name='state')),
                        ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                        ('rule', models.JSONField(blank=True, editable=False, null=True)),
                        ('contact_rule', models.JSONField(blank=True, editable=False, null=True)),
                        ('invited_at', models.DateTimeField(editable=False, null=True, verbose_name='invited')),
                        ('reminded_at', models.DateTimeField(editable=False, null=True, verbose_name='reminded')),
                        ('held_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                        ('cancelled_at', models.DateTimeField(editable=False, null=True, verbose_name='cancelled')),
                        ('reason', models.CharField(blank=True, editable=False, max_length=300, verbose_name='why')),
                        ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                        ('minutes_shared_at', models.DateTimeField(editable=False, null=True, verbose_name='minutes shared')),
                        ('conference_id', models.CharField(blank=True, help_text='Such as the number of a Zoom meeting.', max_length=100, verbose_name='id at the conference service')),
                        ('hook_number', models.PositiveSmallIntegerField(default=1, editable=False)),
                        ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='changed')),
                        ('co_hosts', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='co-hosts')),
                    ],
                    options={
                        'verbose_name': 'meeting',
                        'verbose_name_plural': 'meetings',
                        'ordering': ['-starts_at', '-pk'],
                        'indexes': [models.Index(fields=['starts_at'], name='meeting_by_start'), models.Index(fields=['state', 'starts_at'], name='meeting_by_state'), models.Index(condition=models.Q(('conference_id', ''), _negated=True), fields=['conference_id'], name='meeting_by_conference')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('partner', None), ('segment__isnull', False)), models.Q(('partner__isnull', False), ('segment', None)), _connector='OR'), name='meeting_is_for_a_partner_or_a_segment'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='meeting_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['invited', 'held']), _negated=True), ('invited_at__isnull', False), _connector='OR'), name='meeting_was_invited_to'), models.UniqueConstraint(fields=('series', 'planned_for'), name='one_meeting_of_a_series_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitee',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitees', to='collaboration.meeting')),
                        ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meeting_invitations', to='partners.contact')),
                        ('address', models.CharField(blank=True, max_length=254, verbose_name='address')),
                        ('answer', models.CharField(blank=True, choices=[('', 'no answer'), ('yes', 'yes'), ('maybe', 'maybe'), ('no', 'no')], default='', max_length=8, verbose_name='answer')),
                        ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                        ('answered_how', models.CharField(blank=True, choices=[('portal', 'in the portal'), ('mail', 'by mail'), ('manager', 'noted by a manager'), ('import', 'from a file'), ('webhook', 'told by the conference service')], max_length=12, verbose_name='how')),
                        ('replied_at', models.DateTimeField(null=True)),
                        ('comment', models.CharField(blank=True, max_length=500, verbose_name='comment')),
                        ('is_waiting', models.BooleanField(default=False, verbose_name='on the waiting list')),
                        ('is_late_comer', models.BooleanField(default=False, verbose_name='came uninvited or joined later')),
                        ('attended', models.BooleanField(null=True, verbose_name='attended')),
                        ('minutes_there', models.PositiveIntegerField(null=True, verbose_name='minutes there')),
                        ('attended_how', models.CharField(blank=True, choices=[('portal', 'in the portal'), ('mail', 'by mail'), ('manager', 'noted by a manager'), ('import', 'from a file'), ('webhook', 'told by the conference service')], max_length=12, verbose_name='known from')),
                        ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='invited')),
                    ],
                    options={
                        'verbose_name': 'invitee',
                        'verbose_name_plural': 'invitees',
                        'ordering': ['contact__name', 'pk'],
                        'indexes': [models.Index(fields=['meeting', 'answer'], name='invitee_by_answer'), models.Index(fields=['contact', 'attended'], name='invitee_attended')],
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'contact'), name='invited_once'), models.CheckConstraint(condition=models.Q(('is_waiting', False), ('answer', 'yes'), _connector='OR'), name='who_waits_said_yes')],
                    },
                ),
                migrations.CreateModel(
                    name='MeetingMail',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('invitee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='collaboration.invitee')),
                        ('kind', models.CharField(choices=[('invitation', 'invitation'), ('change', 'change'), ('place', 'place on the list'), ('cancellation', 'cancellation'), ('reminder', 'reminder'), ('minutes', 'minutes')], max_length=12, verbose_name='kind')),
                        ('sequence', models.PositiveIntegerField()),
                        ('state', models.CharField(choices=[('queued', 'queued'), ('sending', 'sending'), ('delivered', 'delivered'), ('failed', 'failed'), ('suppressed', 'withheld'), ('in_doubt', 'in doubt')], default='queued', max_length=12, verbose_name='state')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('settled_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'verbose_name': 'mail about a meeting',
                        'verbose_name_plural': 'mails about meetings',
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='meeting_mail_waiting'), models.Index(condition=models.Q(('state', 'sending')), fields=['settled_at'], name='meeting_mail_sending')],
                        'constraints': [models.UniqueConstraint(fields=('invitee', 'kind', 'sequence'), name='mailed_once_about_it')],
                    },
                ),
                migrations.CreateModel(
                    name='Presence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='collaboration.meeting')),
                        ('invitee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='collaboration.invitee')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                        ('address', models.CharField(blank=True, max_length=254, verbose_name='address')),
                        ('joined_at', models.DateTimeField(blank=True, null=True, verbose_name='joined')),
                        ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left')),
                        ('minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='minutes')),
                        ('how', models.CharField(choices=[('portal', 'in the portal'), ('mail', 'by mail'), ('manager', 'noted by a manager'), ('import', 'from a file'), ('webhook', 'told by the conference service')], max_length=12, verbose_name='known from')),
                    ],
                    options={
                        'verbose_name': 'presence',
                        'verbose_name_plural': 'presences',
                        'ordering': ['joined_at', 'pk'],
                        'indexes': [models.Index(fields=['meeting', 'address'], name='presence_of_address')],
                    },
                ),
                migrations.CreateModel(
                    name='AttendanceFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='attendance_file', to='collaboration.meeting')),
                        ('name', models.CharField(max_length=200, verbose_name='file')),
                        ('stays', models.JSONField(default=list)),
                        ('unread', models.PositiveIntegerField(default=0, verbose_name='lines that could not be read')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name': 'attendance file',
                        'verbose_name_plural': 'attendance files',
                    },
                ),
                migrations.CreateModel(
                    name='ToldOnce',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=64, unique=True)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name': 'message that was taken',
                        'verbose_name_plural': 'messages that were taken',
                    },
                ),
                migrations.CreateModel(
                    name='Decision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='collaboration.meeting')),
                        ('text', models.CharField(max_length=500, verbose_name='decision')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name': 'decision',
                        'verbose_name_plural': 'decisions',
                        'ordering': ['pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='decision_has_words')],
                    },
                ),
            ],
        ),
    ]
