"""The profile rows can be written anew from the ledger, and a rebuild of what is right changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from partners.actions.typed_rows import save_typed_row
from partners.models import Headcount, PartnerProfile, PartnerRegion, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def employees(cast) -> DataPoint:
    point = DataPoint.objects.create(key="employees", label="Employees", type="number", stale_after_days=90)
    fact = record_fact(cast.alpenglow, "employees", 12, source="call", method="interview", by=cast.maria)
    give_verdict(fact, "verified", by=cast.maria)
    region = Region.objects.create(key="alps", name="Alps")
    save_typed_row(PartnerRegion(partner=cast.alpenglow, region=region), by=cast.maria)
    return point


def test_what_the_actions_wrote_is_what_a_rebuild_writes(cast, employees, capsys):
    call_command("rebuild_profiles", check=True)

    assert "profiles agree with the ledger, and headcounts with the contacts." in capsys.readouterr().out
    profile = cast.alpenglow.profile
    profile.refresh_from_db()
    assert (profile.facts["employees"], profile.verified, profile.regions) == (12, ["employees"], ["alps"])
    assert list(profile.stale_at) == ["employees"]


@pytest.mark.parametrize(
    "damage", [{"facts": {"employees": 13}}, {"verified": []}, {"stale_at": {}}, {"regions": ["dach"]}, {"products": ["x"]}]
)
def test_a_row_that_differs_is_found_and_mended(cast, employees, damage, capsys):
    PartnerProfile.objects.filter(partner=cast.alpenglow).update(**damage)

    with pytest.raises(CommandError, match="1 of 2 profiles differ from the ledger"):
        call_command("rebuild_profiles", check=True)

    call_command("rebuild_profiles")
    assert "2 profiles rebuilt from the ledger, 1 of them changed." in capsys.readouterr().out
    call_command("rebuild_profiles", check=True)


def test_a_row_that_is_missing_is_made(cast, employees):
    PartnerProfile.objects.filter(partner=cast.alpenglow).delete()

    call_command("rebuild_profiles")

    assert PartnerProfile.objects.get(partner=cast.alpenglow).facts == {"employees": 12}


def test_people_counted_wrongly_are_found_and_counted_anew(cast, capsys):
    Headcount.objects.filter(partner=cast.alpenglow, kind=None).update(people=7)
    Headcount.objects.filter(partner=cast.baltic).delete()

    with pytest.raises(CommandError, match="The people of 2 partners are counted wrongly"):
        call_command("rebuild_profiles", check=True)

    call_command("rebuild_profiles")
    assert "the count was wrong for 2 partners" in capsys.readouterr().out
    call_command("rebuild_profiles", check=True)
    assert Headcount.objects.get(partner=cast.alpenglow, kind=None).people == 2
