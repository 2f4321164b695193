from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activity', '0003_how_one_looked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='access',
            name='access_once_a_day',
        ),
        migrations.AddField(
            model_name='access',
            name='about',
            field=models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='data point'),
        ),
        migrations.AddConstraint(
            model_name='access',
            constraint=models.UniqueConstraint(fields=('partner_id', 'day', 'user', 'way', 'about'), name='access_once_a_day'),
        ),
    ]
