"""The second start: what a new version brings without a migration reaches the database that is there already."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from context.models import DataPoint, Metric
from partnerhub import preparation

pytestmark = pytest.mark.django_db


def test_words_of_a_new_version_reach_an_old_database(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path / "data"
    DataPoint.objects.get(key="challenges").delete()
    Metric.objects.all().delete()
    Group.objects.get(name="Analyst").permissions.clear()
    Metric.objects.create(key="defects", label="Faults")

    assert preparation.words_are_old()
    preparation.install_words()

    assert DataPoint.objects.filter(key="challenges").exists()
    assert set(Metric.objects.values_list("key", flat=True)) >= {"license_revenue", "on_time_delivery"}
    assert Metric.objects.get(key="defects").label == "Faults"
    assert Group.objects.get(name="Analyst").permissions.filter(codename="view_partner").exists()
    assert not preparation.words_are_old()

    monkeypatch.setattr(preparation, "_words_fingerprint", lambda: "another version")
    assert preparation.words_are_old()


@pytest.mark.parametrize(("embedded", "way_out"), [(True, "rm -rf {folder}"), (False, "an empty one in DATABASE_URL")])
def test_a_database_of_another_version_is_left_alone_with_a_sentence(settings, tmp_path, embedded, way_out):
    settings.EMBEDDED, settings.DATA_DIR = embedded, tmp_path
    preparation.refuse_unknown_schema()
    MigrationRecorder(connection).record_applied("partners", "0099_of_another_version")
    MigrationRecorder(connection).record_applied("account", "0099_of_a_newer_allauth")  # not for us to judge

    with pytest.raises(RuntimeError, match=r"another version.*\(partners\.0099_of_another_version, 1 in all\)") as refused:
        preparation.refuse_unknown_schema()
    assert way_out.format(folder=tmp_path) in str(refused.value)
    with pytest.raises(CommandError, match="Nothing was migrated: the database was made by another version"):
        call_command("migrate", verbosity=0)
