"""A page of profiles keeps room for a new version of a row: a fact that comes in then writes this one page, and no index of the
profile. Rows that are there already move when they are written next."""

from django.db import migrations

WITH_ROOM = "ALTER TABLE partners_partnerprofile SET (fillfactor = 70)"
FULL = "ALTER TABLE partners_partnerprofile RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("partners", "0007_kinds_of_people")]

    operations = [migrations.RunSQL(WITH_ROOM, FULL)]
