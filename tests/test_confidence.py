"""How sure one can be of a value, told the same wherever the value is; and values by key told by the names they have now."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from context.queries.words import Names, value_in_words
from partners.actions.enrolments import change_enrolment
from partners.actions.sites import add_site
from partners.confidence import confidence_in
from partners.models import Region, Tier
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("standing", "stale", "method", "proof", "level"),
    [
        ("verified", False, "import", False, "high"),
        ("verified", True, "manual", True, "medium"),
        ("claim", False, "manual", True, "medium"),
        ("claim", False, "observed", False, "medium"),
        ("claim", False, "review", False, "medium"),
        ("claim", False, "survey", False, "low"),
        ("claim", True, "observed", True, "low"),
        ("disputed", False, "review", True, "low"),
        ("withdrawn", False, "manual", True, "low"),
    ],
)
def test_it_follows_from_standing_age_way_and_proof(standing, stale, method, proof, level):
    assert confidence_in(standing, is_stale=stale, method=method, has_proof=proof).level == level


def test_all_places_tell_the_same(cast, client):
    DataPoint.objects.filter(key="strengths").update(stale_after_days=100)
    fact = record_fact(cast.alpenglow, "strengths", "Edge", source="call", method="manual", by=cast.maria, evidence="minutes 7")

    def places() -> set[str]:
        return {_on_the_entry(cast, client, fact), _in_the_file(cast, client), *_by_api(cast)}

    assert places() == {"medium"}
    give_verdict(fact, "verified", by=cast.maria)
    assert places() == {"high"}
    type(fact).objects.filter(pk=fact.pk).update(observed_at=timezone.now() - timedelta(days=101))
    assert places() == {"medium"}
    give_verdict(fact, "disputed", by=cast.maria)
    assert places() == {"low"}


def test_the_partner_reads_it_beside_what_we_hold(cast, client):
    record_fact(cast.alpenglow, "strengths", "Edge", source="call", method="manual", by=cast.maria)
    client.force_login(cast.ben.user)
    assert "confidence low: it is a claim without a proof" in client.get(reverse("portal:organisation_data")).content.decode()


def test_a_row_by_api_tells_its_age_and_how_sure_one_can_be(cast):
    site = add_site(cast.alpenglow, by=cast.maria, name="Linz", kind="branch")
    api = integrator(cast.maria)
    told = api.get(f"sites/{site.public_id}/").json()
    assert (told["is_stale"], told["confidence"]) == (False, "low")
    DataPoint.objects.filter(key="sites").update(stale_after_days=10)
    type(site).objects.filter(pk=site.pk).update(observed_at=timezone.now() - timedelta(days=11), verified_at=timezone.now())
    told = api.get(f"sites/{site.public_id}/").json()
    assert (told["is_stale"], told["confidence"]) == (True, "medium")


def test_what_others_say_instead_is_in_the_profile_by_api(cast):
    for source, value in (("call", "Edge"), ("survey 2026", "Cloud")):
        record_fact(cast.alpenglow, "strengths", value, source=source, method="manual", by=cast.maria)
    profile = integrator(cast.maria).get(f"partners/{cast.alpenglow.public_id}/profile/").json()
    told = next(fact for fact in profile["facts"] if fact["data_point"] == "strengths")
    assert (told["value"], [(rival["value"], rival["source"]) for rival in told["rivals"]]) == ("Cloud", [("Edge", "call")])


def test_keys_are_told_by_their_names(cast, client):
    place = cast.alpenglow.enrolments.get()
    tier = Tier.objects.create(programme=place.programme, key="preferred", name="Preferred partner", rank=7)
    change_enrolment(place, by=cast.maria, tier=tier)
    Region.objects.create(key="alps", name="The Alps", countries="AT CH")
    DataPoint.objects.create(key="wanted_regions", label="Regions wanted", type=DataPoint.Type.REGIONS)
    record_fact(cast.alpenglow, "wanted_regions", ["alps"], source="call", method="manual", by=cast.maria)
    client.force_login(cast.maria)
    told = client.get(f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/").content.decode()
    assert "Preferred partner" in told
    assert "The Alps" in told
    assert ">preferred<" not in told
    assert ">alps<" not in told
    then = reverse("admin:context_partner_as_of", args=[cast.alpenglow.public_id])
    for address in ("/admin/context/fact/", f"{then}?on={timezone.localdate()}&ask=known_at"):
        told = client.get(address).content.decode()
        assert {name for name in ("Preferred partner", "The Alps") if name not in told} == set(), address


def test_countries_and_languages_are_named_in_the_readers_language(cast):
    country, language = (DataPoint.objects.get(key=key) for key in ("country", "language"))
    assert (value_in_words(country, "AT", Names()), value_in_words(language, "de", Names())) == ("Austria", "German")
    with translation.override("de"):
        assert (value_in_words(country, "AT", Names()), value_in_words(language, "fr", Names())) == ("Österreich", "Französisch")
    assert value_in_words(country, "XX", Names()) == "XX"


def _on_the_entry(cast, client, fact) -> str:
    client.force_login(cast.maria)
    page = client.get(reverse("admin:context_ledger_entry", args=["fact", fact.public_id])).content.decode()
    return page.partition("Confidence ")[2].partition(":")[0]


def _in_the_file(cast, client) -> str:
    client.force_login(cast.maria)
    told = b"".join(client.get("/admin/context/fact/facts.csv").streaming_content).decode()
    return next(row["confidence"] for row in csv.DictReader(io.StringIO(told.lstrip("\ufeff"))) if row["data_point"] == "strengths")


def _by_api(cast) -> list[str]:
    api = integrator(cast.maria)
    facts = api.get("facts/", data_point="strengths").json()["results"]
    profile = api.get(f"partners/{cast.alpenglow.public_id}/profile/").json()["facts"]
    return [facts[0]["confidence"], *(fact["confidence"] for fact in profile if fact["data_point"] == "strengths")]
