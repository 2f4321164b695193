import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communications', '0014_why_they_get_it'),
    ]

    operations = [
        migrations.CreateModel(
            name='PixelConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.EmailField(max_length=254, unique=True)),
                ('is_given', models.BooleanField()),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'consent to noting opened mails',
                'verbose_name_plural': 'consents to noting opened mails',
            },
        ),
        migrations.CreateModel(
            name='PixelPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=2, unique=True, verbose_name='country')),
                ('rule', models.CharField(choices=[('individual', 'yes, for each person'), ('aggregate', 'only as a sum: nobody can tell who'), ('off', 'no picture at all')], max_length=12, verbose_name='opening a mail is noted')),
            ],
            options={
                'verbose_name': 'rule for opened mails',
                'verbose_name_plural': 'rules for opened mails',
                'ordering': ['country'],
            },
        ),
    ]
