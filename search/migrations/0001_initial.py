import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import pgvector.django.extensions
import pgvector.django.halfvec
import pgvector.django.indexes
import search.models.documents
from django.db import migrations, models

from activity.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        pgvector.django.extensions.VectorExtension(
        ),
        CreateTables(
            models=[
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('public_id', models.UUIDField()),
                        ('title', models.CharField(max_length=300)),
                        ('address', models.CharField(max_length=500)),
                        ('file_name', models.CharField(blank=True, db_default='', default='', max_length=255)),
                        ('language', models.CharField(db_default='en', default='en', max_length=12)),
                        ('expires_at', models.DateTimeField(blank=True, null=True)),
                        ('review_on', models.DateField(blank=True, null=True)),
                        ('indexed_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('kind', 'public_id'), name='search_document_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Passage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='search.document')),
                        ('number', models.PositiveIntegerField()),
                        ('title', models.CharField(max_length=300)),
                        ('heading', models.CharField(blank=True, db_default='', default='', max_length=300)),
                        ('text', models.TextField()),
                        ('configuration', search.models.documents.TextSearchConfigurationField(max_length=40)),
                        ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Collate('title', 'pg_c_utf8')), config=models.F('configuration'), weight='A'), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Collate('heading', 'pg_c_utf8')), config=models.F('configuration'), weight='B'), django.contrib.postgres.search.SearchConfig(models.F('configuration'))), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.text.Lower(django.db.models.functions.comparison.Collate('text', 'pg_c_utf8')), config=models.F('configuration'), weight='C'), django.contrib.postgres.search.SearchConfig(models.F('configuration'))), output_field=django.contrib.postgres.search.SearchVectorField())),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='search_passage_words')],
                        'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='search_passage_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Meaning',
                    fields=[
                        ('passage', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='search.passage')),
                        ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='search.document')),
                        ('vector', pgvector.django.halfvec.HalfVectorField(blank=True, dimensions=384, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('vector', None)), fields=['passage'], name='search_meaning_waiting'), pgvector.django.indexes.HnswIndex(ef_construction=64, fields=['vector'], m=16, name='search_meaning_near', opclasses=['halfvec_ip_ops'])],
                    },
                ),
                migrations.CreateModel(
                    name='Word',
                    fields=[
                        ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('word', name='gin_trgm_ops'), name='search_word_trigrams')],
                    },
                ),
                migrations.CreateModel(
                    name='MissedSearch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('text', models.CharField(max_length=200, verbose_name='looked for')),
                        ('language', models.CharField(default='en', max_length=16, verbose_name='language')),
                        ('times', models.PositiveIntegerField(default=0, verbose_name='times')),
                        ('people', models.PositiveIntegerField(default=0, verbose_name='people')),
                        ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first')),
                        ('last_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last')),
                    ],
                    options={
                        'verbose_name': 'search without a result',
                        'verbose_name_plural': 'searches without a result',
                        'ordering': ['-people', '-times', '-last_at', '-pk'],
                        'default_permissions': ('view', 'delete'),
                        'constraints': [models.UniqueConstraint(fields=('text', 'language'), name='search_missed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Missing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='search.missedsearch')),
                        ('reader', models.CharField(max_length=32)),
                    ],
                    options={
                        'default_permissions': (),
                        'constraints': [models.UniqueConstraint(fields=('search', 'reader'), name='search_missing_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Synonym',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('word', models.CharField(help_text='As partners type it, such as “MDF”. Several words are read as one.', max_length=80, verbose_name='word')),
                        ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), help_text='One a line, such as “market development funds”. It holds in both directions.', size=None, verbose_name='means the same as')),
                        ('language', models.CharField(blank=True, default='', help_text='Of whoever asks, such as en or de. Empty: every one.', max_length=16, verbose_name='language')),
                    ],
                    options={
                        'verbose_name': 'synonym',
                        'verbose_name_plural': 'synonyms',
                        'ordering': ['word', 'language'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('word'), models.F('language'), name='search_synonym_once')],
                    },
                ),
            ],
        ),
    ]
