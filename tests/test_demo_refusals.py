"""Where the demo must not be put."""

import pytest
from django.core.management import CommandError, call_command

from partners.models import Programme
from tests import factories


def test_stays_out_of_a_database_that_is_in_use(db, settings):
    settings.DEMO = True
    factories.make_programme("ours")
    with pytest.raises(CommandError, match="programmes of its own"):
        call_command("seed_demo")
    assert list(Programme.objects.values_list("key", flat=True)) == ["ours"]


def test_only_in_demo_mode(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("seed_demo")
    assert not Programme.objects.exists()
