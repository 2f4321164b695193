"""A partner that was renamed or merged is still found under what it was called."""

import pytest

from partners.actions.merges import merge_partners
from partners.actions.partners import change_partner, rename_partner
from partners.models import FormerName, Partner
from tests.factories import make_partner
from tests.import_story import HEAD, bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PARTNERS = "/admin/partners/partner/"


def test_a_new_name_leaves_the_old_one_with_who_and_why(cast):
    rename_partner(cast.alpenglow, "Glow SE", by=cast.maria, reason="merger with Glow")
    change_partner(cast.alpenglow, by=cast.arthur, name="Glow Group SE")

    assert cast.alpenglow.name == "Glow Group SE"
    assert list(cast.alpenglow.former_names.values_list("name", "changed_by", "reason")) == [
        ("Glow SE", cast.arthur.pk, ""),
        ("Alpenglow GmbH", cast.maria.pk, "merger with Glow"),
    ]


def test_the_same_name_leaves_none(cast):
    rename_partner(cast.alpenglow, " Alpenglow GmbH ", by=cast.maria)
    assert not FormerName.objects.exists()


def test_an_import_that_renames_leaves_the_old_name(cast, tmp_path):
    bring_in(tmp_path, "list.csv", HEAD + "Alpen Glow SE,A-1,DE,,,,,,,\n", by=cast.maria)

    former = FormerName.objects.get()
    assert (former.partner.name, former.name, former.changed_by) == ("Alpen Glow SE", "Alpenglow GmbH", cast.maria)
    assert former.reason == "Renamed by an import from list.csv"


def test_a_row_with_the_key_of_a_merged_partner_is_about_the_kept_one(cast, tmp_path):
    twin = make_partner("Alpen-Glow Ltd", programme=cast.programme, external_id="A-2")
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    run = bring_in(tmp_path, "list.csv", HEAD + "Alpenglow GmbH,A-2,AT,,,,,,,\n", by=cast.maria)

    cast.alpenglow.refresh_from_db()
    assert (run.counts["new_partners"], cast.alpenglow.country, cast.alpenglow.external_id) == (0, "AT", "A-1")
    assert Partner.objects.get(pk=twin.pk).country == "DE"


def test_search_finds_a_partner_by_a_former_name(cast, client):
    rename_partner(cast.alpenglow, "Glow SE", by=cast.maria)
    client.force_login(cast.maria)

    assert "Glow SE" in client.get(PARTNERS, {"q": "penGLOW"}).content.decode()
    assert "row-link" not in client.get(PARTNERS, {"q": "nowhere"}).content.decode()
    overview = client.get(f"{PARTNERS}{cast.alpenglow.public_id}/overview/").content.decode()
    assert "Formerly Alpenglow GmbH" in overview
