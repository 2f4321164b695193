"""Typed rows are part of the ledger: what changes is followed, what goes is withdrawn, and verdicts stand beside them."""

import pytest

from activity.models import Activity
from activity.refusals import Refused
from context.actions.verdicts import give_verdict
from context.models import Verdict
from partners.actions.profiles import refresh_profiles
from partners.actions.typed_rows import save_typed_row, withdraw_typed_row
from partners.models import PartnerRegion, PartnerSpecialty, Region, Site, Specialty

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant(cast) -> Site:
    return save_typed_row(
        Site(partner=cast.alpenglow, name="Graz plant", kind=Site.Kind.PLANT, capacity="40 a day", source="visit"), by=cast.maria
    )


def test_a_row_that_changes_is_followed_by_another(cast, plant):
    give_verdict(plant, "verified", by=cast.arthur)
    before = Site.objects.get()
    plant = Site.objects.get()
    plant.capacity = "60 a day"

    save_typed_row(plant, by=cast.maria)

    now = Site.objects.get()
    assert (now.capacity, now.is_verified, now.asserted_by) == ("60 a day", False, cast.maria)
    then = Site.ledger.get(pk=before.pk)
    assert (then.capacity, then.is_verified, then.withdrawn_at is not None) == ("40 a day", True, True)
    assert now.public_id != then.public_id


def test_a_withdrawn_row_is_gone_from_the_profile_and_stays_in_the_ledger(cast):
    region, specialty = Region.objects.create(key="alps", name="Alps"), Specialty.objects.create(key="iot", name="IoT")
    alps = save_typed_row(PartnerRegion(partner=cast.alpenglow, region=region), by=cast.maria)
    save_typed_row(PartnerSpecialty(partner=cast.alpenglow, specialty=specialty), by=cast.maria)

    withdraw_typed_row(alps, by=cast.maria)

    cast.alpenglow.profile.refresh_from_db()
    assert (cast.alpenglow.profile.regions, cast.alpenglow.profile.specialties) == ([], ["iot"])
    assert (PartnerRegion.objects.count(), PartnerRegion.ledger.count()) == (0, 1)
    save_typed_row(PartnerRegion(partner=cast.alpenglow, region=region), by=cast.maria)
    refresh_profiles([cast.alpenglow.pk])
    cast.alpenglow.profile.refresh_from_db()
    assert cast.alpenglow.profile.regions == ["alps"]


def test_a_verdict_on_a_row_says_how_it_stands(cast, plant):
    give_verdict(plant, "verified", by=cast.arthur, comment="was there")
    plant.refresh_from_db()
    assert (plant.is_verified, plant.verified_by, plant.is_disputed) == (True, cast.arthur, False)

    give_verdict(plant, "disputed", by=cast.maria, comment="it was sold")

    plant.refresh_from_db()
    assert (plant.is_verified, plant.is_disputed) == (False, True)
    assert list(Verdict.objects.values_list("row_kind", "row_id", "kind")) == [
        ("sites", plant.pk, "disputed"),
        ("sites", plant.pk, "verified"),
    ]
    assert Activity.objects.filter(verb="fact.disputed", partner_id=cast.alpenglow.pk).exists()


def test_of_two_who_decide_at_once_the_second_looks_again(cast, plant):
    give_verdict(plant, "verified", by=cast.arthur, seen=None)

    with pytest.raises(Refused, match="Arthur Voss decided “verified” meanwhile"):
        give_verdict(plant, "disputed", by=cast.maria, seen=None)

    plant.refresh_from_db()
    assert (plant.is_verified, Verdict.objects.count()) == (True, 1)


def test_who_withdraws_what_has_gone_is_told(cast, plant):
    withdraw_typed_row(plant, by=cast.maria)

    with pytest.raises(Refused, match="Somebody else changed “Graz plant” meanwhile"):
        withdraw_typed_row(plant, by=cast.arthur)

    assert Site.ledger.count() == 1


def test_nobody_verifies_a_row_that_was_changed_while_they_looked(cast, plant):
    """Arthur has the page open, Nora changes the site: he verified what is there no longer, and is told."""
    seen_by_arthur = Site.objects.get(pk=plant.pk)
    changed = Site.objects.get(pk=plant.pk)
    changed.capacity = "60 a day"
    save_typed_row(changed, by=cast.nora.user)

    with pytest.raises(Refused, match="gone from the record"):
        give_verdict(seen_by_arthur, "verified", by=cast.arthur)

    assert not Verdict.objects.exists()
    assert not Site.ledger.exclude(verified_at=None).exists()
