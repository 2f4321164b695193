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
        ('communications', '0001_initial'),
        ('partners', '0001_initial'),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name='KnowledgeGap',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='knowledge_gaps', to='partners.programme', verbose_name='programme')),
                        ('gist', models.CharField(editable=False, max_length=300)),
                        ('text', models.CharField(max_length=300, verbose_name='question')),
                        ('times', models.PositiveIntegerField(default=0, verbose_name='asked')),
                        ('useless', models.PositiveIntegerField(default=0, verbose_name='not useful')),
                        ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first asked')),
                        ('last_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last asked')),
                        ('nearest_kind', models.CharField(blank=True, editable=False, max_length=40)),
                        ('nearest_id', models.UUIDField(blank=True, editable=False, null=True)),
                        ('nearest_title', models.CharField(blank=True, max_length=300, verbose_name='nearest document')),
                        ('task_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='closed')),
                        ('closed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'unanswered question',
                        'verbose_name_plural': 'unanswered questions',
                        'ordering': ['-times', '-last_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('closed_at', None), ('task_id', None)), fields=['first_at'], name='gap_without_task')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('programme', 'gist'), name='open_gap_once')],
                    },
                ),
                migrations.CreateModel(
                    name='AskedQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.UUIDField(default=uuid6.uuid7, editable=False, unique=True)),
                        ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked_questions', to='partners.contact', verbose_name='asked by')),
                        ('text', models.CharField(max_length=1000, verbose_name='question')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                        ('is_answered', models.BooleanField(default=False, verbose_name='answered')),
                        ('shown', models.JSONField(default=dict)),
                        ('gap', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to='portal.knowledgegap')),
                        ('is_useful', models.BooleanField(blank=True, null=True, verbose_name='useful')),
                        ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communications.conversation')),
                    ],
                    options={
                        'verbose_name': 'question to the assistant',
                        'verbose_name_plural': 'questions to the assistant',
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(fields=['contact', '-at'], name='asked_by_contact'), models.Index(fields=['at'], name='asked_when')],
                    },
                ),
            ],
        ),
    ]
