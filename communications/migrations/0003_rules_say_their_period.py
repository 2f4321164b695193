"""Rules that were submitted and sum up performance say over which period: the year that they meant."""

from importlib import import_module

from django.db import migrations

say_the_period = import_module("context.migrations.0007_what_rules_speak_of").say_the_period


def complete(apps, schema_editor):
    for version in apps.get_model("communications", "AnnouncementVersion").objects.iterator():
        changed = [say_the_period(rule) for rule in (version.rule, version.contact_rule)]
        if any(changed):
            version.save(update_fields=["rule", "contact_rule"])


class Migration(migrations.Migration):
    dependencies = [("communications", "0002_partition_deliveries"), ("context", "0007_what_rules_speak_of")]
    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
