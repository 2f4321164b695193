from django.db import migrations, models

# What every installation has had from the start, by the part of the profile it stands in.
TOPICS = {
    "customers": ["industries", "customer_sizes"],
    "sales": ["strengths"],
    "challenges": ["challenges"],
}


def give_topics(apps, schema_editor):
    points = apps.get_model("context", "DataPoint").objects
    for topic, keys in TOPICS.items():
        points.filter(key__in=keys, topic="").update(topic=topic)


class Migration(migrations.Migration):
    dependencies = [("context", "0010_collecting_and_uses")]

    operations = [
        migrations.AddField(
            model_name="datapoint",
            name="topic",
            field=models.CharField(
                blank=True,
                choices=[
                    ("focus", "Focus"),
                    ("customers", "Customers"),
                    ("technical", "Technical capability"),
                    ("sales", "Sales strengths"),
                    ("challenges", "Challenges"),
                ],
                db_default="",
                default="",
                help_text="Where its value stands on a partner's page. Empty: among what else is known.",
                max_length=20,
                verbose_name="part of the profile",
            ),
        ),
        migrations.RunPython(give_topics, migrations.RunPython.noop),
    ]
