"""A partner's page: where it is on a map, and how complete the knowledge of it is."""

import pycountry
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from context.queries.completeness import completeness_of, with_kinds
from partners.actions.sites import add_site
from partners.actions.typed_rows import save_typed_row
from partners.models import PartnerKind, PartnerRegion, Region
from partners.world_map import PLACES, draw_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast) -> list[DataPoint]:
    reseller = PartnerKind.objects.get(key="reseller")
    points = list(DataPoint.objects.filter(key__in=["strengths", "challenges", "country", "sites"]).order_by("key"))
    for point in points:
        point.required_kinds.add(reseller)
    return points


def test_no_two_countries_share_a_square_and_each_is_a_country():
    assert len(set(PLACES.values())) == len(PLACES) > 200
    assert {code for code in PLACES if not pycountry.countries.get(alpha_2=code)} == {"XK"}
    assert PLACES["US"][0] < PLACES["DE"][0] < PLACES["JP"][0]
    assert PLACES["NO"][1] < PLACES["IT"][1] < PLACES["ZA"][1]


def test_a_country_without_a_square_is_in_the_table():
    world = draw_world({"AX": ["home"], "FI": ["a branch"]}, {"FI"}, str)
    assert [square.country for square in world.squares] == ["FI"]
    assert dict(world.rows) == {"AX": "home", "FI": "a branch"}


def test_the_map_marks_sites_and_regions(cast, client):
    alps = Region.objects.create(key="alps", name="Alps", countries="AT CH")
    save_typed_row(PartnerRegion(partner=cast.alpenglow, region=alps), by=cast.maria)
    add_site(cast.alpenglow, by=cast.maria, name="Linz", kind="branch", country="AT", serves=["CZ"])
    client.force_login(cast.maria)
    page = client.get(f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/").content.decode()
    assert '<g class="site"><title>Austria</title>' in page
    assert '<g class="covered"><title>Switzerland</title>' in page
    assert "served from Linz" in page
    client.force_login(cast.ben.user)
    page = client.get("/organisation/").content.decode()
    assert '<g class="covered"><title>Czechia</title>' in page
    DataPoint.objects.filter(key="sites").update(seen_by="managers")
    assert "Czechia" not in client.get("/organisation/").content.decode()


def test_the_figure_counts_known_fresh_and_verified(cast, asked):
    def now():
        cast.alpenglow.profile.refresh_from_db()
        places = list(cast.alpenglow.enrolments.current())
        found = completeness_of(cast.alpenglow, places, among=with_kinds(DataPoint.objects.all()))
        return found.percent, found.known, found.fresh, found.verified

    assert now() == (17, 1, 1, 0)  # its country is known
    give_verdict(record_fact(cast.alpenglow, "strengths", "x", source="call", method="manual"), "verified", by=cast.maria)
    assert now() == (42, 2, 2, 1)
    add_site(cast.alpenglow, by=cast.maria, name="Linz", kind="branch")
    assert now() == (58, 3, 3, 1)
    DataPoint.objects.filter(key="sites").update(retired_at="2026-01-01T00:00Z")
    assert now()[1:] == (2, 2, 1)


def test_what_is_missing_is_named_to_managers_and_partner(cast, asked, client):
    overview = f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/"
    for user, address in ((cast.maria, overview), (cast.ben.user, "/organisation/")):
        client.force_login(user)
        page = client.get(address).content.decode()
        assert "Of 4 asked: 1 known, 1 fresh, 0 verified" in page
        assert "Challenges: not known" in page


def test_of_whom_nothing_is_required_no_figure_is_shown(cast, client):
    client.force_login(cast.ben.user)
    assert "complete and fresh" not in client.get("/organisation/").content.decode()


def test_a_tab_asks_the_database_little(cast, asked, client):
    client.force_login(cast.maria)
    address = f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(10):
        add_site(cast.alpenglow, by=cast.maria, name=f"Site {number}", kind="branch", country="AT")
        record_fact(cast.alpenglow, "strengths", f"said {number}", source=f"call {number}", method="interview")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1, [query["sql"][:100] for query in many]
    assert len(few) <= 12
