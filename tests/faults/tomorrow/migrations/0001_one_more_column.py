from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            "ALTER TABLE communications_announcement ADD COLUMN of_tomorrow integer",
            "ALTER TABLE communications_announcement DROP COLUMN of_tomorrow",
        )
    ]
