"""The second start: what a new version brings without a migration reaches the database that is there already."""

import pytest
from django.contrib.auth.models import Group

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
