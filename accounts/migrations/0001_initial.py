import accounts.models.users
import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid6
from django.conf import settings
from django.db import migrations, models

from activity.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                        ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                        ('language', models.CharField(default='en', max_length=16, verbose_name='language')),
                        ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                        ('is_staff', models.BooleanField(default=False, verbose_name='may use the admin')),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                        ('sessions_ended', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ('last_seen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last seen')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'user',
                        'verbose_name_plural': 'users',
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_ignores_case')],
                    },
                    managers=[
                        ('objects', accounts.models.users.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name='ApiToken',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                        ('hint', models.CharField(editable=False, max_length=12, verbose_name='begins with')),
                        ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('partners:read', 'read partners, enrolments, contacts and products'), ('partners:write', 'create and change partners, enrolments, contacts and products'), ('facts:read', 'read facts, verdicts and profiles'), ('facts:write', 'record facts and decide about them'), ('segments:read', 'read and preview segments'), ('segments:write', 'create and change segments'), ('announcements:read', 'read announcements, deliveries and reports'), ('announcements:write', 'write, submit, schedule, pause and cancel announcements'), ('announcements:approve', 'approve announcements'), ('strategy:read', 'read objectives and themes'), ('strategy:write', 'set objectives, and write themes'), ('questions:read', 'read questions'), ('questions:write', 'answer questions'), ('meetings:read', 'read meetings and attendance'), ('meetings:write', 'plan meetings, invite to them, and note attendance'), ('learning:read', 'read courses, who takes them, and certificates'), ('learning:write', 'write, publish and retire courses'), ('conversations:read', 'read conversations with partners'), ('conversations:write', 'begin and answer conversations with partners'), ('crises:read', 'read crises, drills and their protocols'), ('crises:write', 'start crises and drills, note who has acknowledged, and clear them'), ('library:read', 'read resources of the library, and who took them'), ('library:write', 'make, change, publish and retire resources'), ('webhooks:read', "read one's webhooks"), ('webhooks:write', 'subscribe to events by webhook')], max_length=40), size=None, verbose_name='scopes')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                        ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                        ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used')),
                        ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                    ],
                    options={
                        'verbose_name': 'API token',
                        'verbose_name_plural': 'API tokens',
                    },
                ),
                migrations.CreateModel(
                    name='IdempotentAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('key', models.CharField(max_length=255)),
                        ('digest', models.CharField(max_length=64)),
                        ('status', models.PositiveSmallIntegerField()),
                        ('body', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('answered_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['answered_at'], name='idempotent_answer_by_age')],
                        'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='one_answer_per_key')],
                    },
                ),
            ],
        ),
    ]
