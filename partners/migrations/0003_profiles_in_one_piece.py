"""A profile stays in one piece on its page: unpacking a compressed one for each condition of a rule cost more than reading it."""

from django.db import migrations

PAGE = 8160  # the largest that PostgreSQL takes

IN_ONE_PIECE = f"ALTER TABLE partners_partnerprofile SET (toast_tuple_target = {PAGE})"
AS_USUAL = "ALTER TABLE partners_partnerprofile RESET (toast_tuple_target)"


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_contacts_are_counted")]

    operations = [migrations.RunSQL(IN_ONE_PIECE, AS_USUAL)]
