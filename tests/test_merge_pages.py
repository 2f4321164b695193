"""The pages of merges: pairs that look alike, the comparison, the way back, and where old addresses lead."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.actions.duplicates import find_duplicates
from partners.actions.merges import merge_partners, undo_merge
from partners.actions.partners import rename_partner
from partners.models import Enrolment, LikelyDuplicate, Merge, NotTheSame, Partner, PartnerKey
from partners.queries.duplicates import suggested_duplicates
from tests.api import integrator
from tests.factories import make_contact, make_partner, make_user

pytestmark = pytest.mark.django_db

PARTNERS = "/admin/partners/partner/"


@pytest.fixture
def twin(cast) -> Partner:
    twin = make_partner("Alpenglow Ltd.", programme=cast.programme, tier="silver", external_id="A-2", country="AT")
    make_contact(twin, "Tess Other", "tess@alpenglow.example")
    return twin


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


def test_pairs_are_suggested_with_their_reason(cast, twin):
    others = [make_partner(name, programme=cast.programme, **fields) for name, fields in (
        ("Helios", {"website": "https://www.helios.example/de", "country": "FR"}),
        ("Sunny Side", {"website": "http://helios.example", "country": "IT"}),
        ("Northwind Trading Europe", {"country": "NO"}),
        ("Northwind Trading Europa", {"country": "NO"}),
        ("Keyed", {"external_id": "X-4711"}),
    )]  # fmt: skip
    PartnerKey.objects.create(partner=twin, system="crm", value="x-4711")
    for partner, person in ((others[0], "a@gmail.com"), (others[2], "b@gmail.com")):
        make_contact(partner, "Free Mail", person)

    assert find_duplicates() == 4

    pairs = {(pair.first.name, pair.second.name): pair.reasons_in_words for pair in suggested_duplicates(cast.maria)}
    assert pairs == {
        ("Alpenglow GmbH", "Alpenglow Ltd."): [
            "people with addresses at the same domain",
            "the same name but for its legal form",
        ],
        ("Helios", "Sunny Side"): ["the same website"],
        ("Northwind Trading Europe", "Northwind Trading Europa"): ["names that look alike, in the same country"],
        ("Alpenglow Ltd.", "Keyed"): ["the same key in another system"],
    }


def test_a_beginning_that_many_names_share_says_nothing(cast):
    """A hundred branches of a chain would be compared with each other; those that share more of it are."""
    for n in range(50):
        make_partner(f"Autohaus {n:03} {'Nord' if n % 2 else 'Süd'} Filiale", programme=cast.programme, country="DE")
    make_partner("Autohaus Becker Werke", programme=cast.programme, country="DE")
    make_partner("Autohaus Becker Werk", programme=cast.programme, country="DE")
    assert find_duplicates() == 1
    assert str(LikelyDuplicate.objects.get()) == "Autohaus Becker Werke ≈ Autohaus Becker Werk"


def test_a_manager_of_a_portfolio_is_told_of_pairs_within_it(cast, twin):
    boss = make_user("paul@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=twin).update(manager=boss)
    find_duplicates()
    assert suggested_duplicates(boss) == []
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=boss)
    assert len(suggested_duplicates(boss)) == 1


def test_they_are_looked_for_at_once_where_somebody_asks(cast, twin, maria, django_capture_on_commit_callbacks):
    assert "Alpenglow Ltd." not in maria.get(f"{PARTNERS}duplicates/").text
    with django_capture_on_commit_callbacks() as asked:
        assert "Looking for pairs" in maria.post(f"{PARTNERS}duplicates/", {"again": ""}, follow=True).text
    assert [call.args[0].name for call in asked if hasattr(call, "args")] == ["partners.find_duplicates"]


def test_what_is_not_the_same_is_not_suggested_again(cast, twin, maria):
    find_duplicates()
    assert "Alpenglow Ltd." in maria.get(f"{PARTNERS}duplicates/").content.decode()
    answer = maria.post(f"{PARTNERS}duplicates/", {"one": twin.public_id, "other": cast.alpenglow.public_id}, follow=True)
    assert "Alpenglow GmbH will not be suggested again" in answer.content.decode()
    assert NotTheSame.objects.get().by == cast.maria
    assert suggested_duplicates(cast.maria) == []
    assert maria.post(f"{PARTNERS}duplicates/", {"one": "x", "other": "y"}).status_code == 404


def test_two_are_compared_merged_and_taken_apart_in_the_browser(cast, twin, maria):
    address = f"{PARTNERS}{cast.alpenglow.public_id}/merge/"
    assert "Compare" in maria.get(address, {"q": "alpenglow"}).content.decode()
    page = " ".join(maria.get(address, {"with": twin.public_id}).content.decode().split())
    assert "Merge Alpenglow Ltd. into Alpenglow GmbH" in page
    assert 'name="take:country" value="merged"' in page
    assert "Silver · Reseller · active" in page
    assert not Merge.objects.exists()

    done = maria.post(address, {"with": twin.public_id, "take:country": "merged"}, follow=True).content.decode()

    assert "Alpenglow Ltd. is part of Alpenglow GmbH now." in done
    assert "Formerly Alpenglow Ltd." in done
    cast.alpenglow.refresh_from_db()
    assert cast.alpenglow.country == "AT"
    assert "became part of" in maria.get(address).content.decode()
    undone = maria.post(f"{PARTNERS}{Merge.objects.get().public_id}/merge/undo/", follow=True).content.decode()
    assert "Alpenglow Ltd. is a partner of its own again." in undone
    cast.alpenglow.refresh_from_db()
    assert cast.alpenglow.country == "DE"


def test_a_refusal_is_a_sentence(cast, maria):
    address = f"{PARTNERS}{cast.alpenglow.public_id}/merge/"
    page = maria.get(address, {"with": cast.alpenglow.public_id}, follow=True).content.decode()
    assert "A partner cannot be merged with itself." in page


def test_old_addresses_lead_to_the_kept_partner_while_the_merge_stands(cast, twin, maria):
    merge = merge_partners(cast.alpenglow, twin, by=cast.maria)
    kept = f"{PARTNERS}{cast.alpenglow.public_id}/overview/"

    for old in (f"{PARTNERS}{twin.public_id}/overview/", f"{PARTNERS}{twin.pk}/change/"):
        answer = maria.get(old)
        assert (answer.status_code, answer["Location"], "no-store" in answer["Cache-Control"]) == (301, kept, True)

    undo_merge(merge, by=cast.maria)
    assert maria.get(f"{PARTNERS}{twin.public_id}/overview/").status_code == 200


def test_the_api_says_where_a_merged_partner_is(cast, twin):
    api = integrator(cast.maria)
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    answer = api.get(f"partners/{twin.public_id}/")

    assert (answer.status_code, answer["Location"]) == (308, f"/api/v1/partners/{cast.alpenglow.public_id}/")
    assert answer.json()["merged_into"] == str(cast.alpenglow.public_id)
    assert api.patch(f"partners/{twin.public_id}/", {"country": "CH"}).status_code == 308


def test_who_may_not_see_the_kept_partner_learns_nothing(cast, twin, client):
    merge_partners(cast.alpenglow, twin, by=cast.maria)
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    client.force_login(paul)
    assert client.get(f"{PARTNERS}{twin.public_id}/overview/").status_code == 404
    assert client.get(f"{PARTNERS}{cast.baltic.public_id}/merge/").status_code == 403


def test_the_api_finds_by_a_former_name(cast):
    rename_partner(cast.alpenglow, "Glow SE", by=cast.maria)
    names = [row["name"] for row in integrator(cast.maria).get("partners/", name="alpengl").json()["results"]]
    assert names == ["Glow SE"]


def test_the_comparison_asks_as_little_for_many_rows_as_for_few(cast, twin, maria):
    address = f"{PARTNERS}duplicates/"
    find_duplicates()
    maria.get(address)
    with CaptureQueriesContext(connection) as few:
        maria.get(address)
    for number in range(10):
        make_partner(f"Pair {number} GmbH", programme=cast.programme, country="")
        make_partner(f"Pair {number} AG", programme=cast.programme, country="")
    find_duplicates()
    with CaptureQueriesContext(connection) as many:
        assert maria.get(address).content.decode().count("Compare<") == 11
    assert len(many) == len(few) <= 12
