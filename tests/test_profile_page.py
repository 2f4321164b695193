"""A partner's page: where it is on a map, and how complete the knowledge of it is."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pycountry
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from context.actions.facts import record_fact
from context.actions.scorecards import add_line, create_scorecard
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Metric
from context.periods import latest_period
from context.queries.completeness import completeness_of, with_kinds
from context.queries.performance import performance_of
from context.queries.scorecards import scorecard_of
from partners.actions.sites import add_site
from partners.actions.typed_rows import save_typed_row
from partners.expiry_strip import draw_expiries
from partners.models import Certification, PartnerCertification, PartnerKind, PartnerRegion, PerformanceRecord, Region
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


def _pages(cast, client, tab=""):
    """The text that Maria and then Ben read."""
    for user, address in ((cast.maria, f"{_overview(cast)}?tab={tab}"), (cast.ben.user, "/organisation/")):
        client.force_login(user)
        yield " ".join(client.get(address).content.decode().split())


def _overview(cast) -> str:
    return f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/"


def test_each_value_stands_in_its_part_and_tells_where_it_comes_from(cast, client):
    record_fact(
        cast.alpenglow, "industries", "hospitals", source="a call in May", method="interview", evidence="https://x.example/a"
    )
    give_verdict(record_fact(cast.alpenglow, "strengths", "service", source="fair", method="manual"), "verified", by=cast.maria)
    for page in _pages(cast, client):
        assert "hospitals" in _part(page, "Customers", "Technical capability")
        assert "service" in _part(page, "Sales strengths", "Challenges")
        assert "not known" in page[page.index(">Challenges</h3>") :]
    customers = _part(page, "Customers", "Technical capability")
    assert "a call in May, told in an interview" in customers
    assert 'href="https://x.example/a"' in customers
    assert "verified by Maria Lund on" in _part(page, "Sales strengths", "Challenges")


def test_managers_get_the_entry_of_a_value_that_they_open(cast, client):
    record_fact(
        cast.alpenglow, "industries", "hospitals", source="a call in May", method="interview", evidence="https://x.example/a"
    )
    give_verdict(record_fact(cast.alpenglow, "strengths", "service", source="fair", method="manual"), "verified", by=cast.maria)
    page, _portal = _pages(cast, client)
    client.force_login(cast.maria)
    customers = _entry_in(client, _part(page, "Customers", "Technical capability"))
    assert "a call in May · told in an interview" in customers
    assert 'href="https://x.example/a"' in customers
    assert "verified · Maria Lund" in _entry_in(client, _part(page, "Sales strengths", "Challenges"))


def _part(page: str, heading: str, following: str) -> str:
    return page[page.index(f">{heading}</h3>") : page.index(f">{following}</h3>")]


def _entry_in(client, part: str) -> str:
    [address] = re.findall(r'hx-get="([^"]+)"', part)
    return " ".join(client.get(address, headers={"HX-Request": "true"}).text.split())


def test_a_part_whose_values_are_not_for_the_reader_is_not_there(cast, client):
    record_fact(cast.alpenglow, "challenges", "prices", source="a call", method="interview")
    DataPoint.objects.filter(topic="challenges").update(seen_by="managers", edited_by="managers")
    managers, partners = _pages(cast, client)
    assert "prices" in managers
    assert "prices" not in partners
    assert ">Challenges</h3>" not in partners


def test_the_head_and_the_scorecards_keep_to_it_too(cast, client):
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Card of sales", period="quarter")
    cast.alpenglow.website, cast.alpenglow.description = "https://alpenglow.example", "Sells in the Alps"
    cast.alpenglow.save()
    [shown, _portal] = _pages(cast, client, tab="performance")
    assert card.name in shown
    assert cast.alpenglow.website in shown
    assert "Sells in the Alps" in shown
    hidden = DataPoint.objects.filter(key__in=["website", "description", "performance"])
    hidden.update(seen_by="partner", edited_by="partner")
    [shown, _portal] = _pages(cast, client, tab="performance")
    assert card.name not in shown
    assert cast.alpenglow.website not in shown
    assert "Sells in the Alps" not in shown


def test_certificates_stand_on_a_strip_by_the_day_they_expire(cast, client):
    today = timezone.localdate()
    for name, days in (("Gone", -400), ("Soon", 30), ("Later", 300), ("Far", 900), ("Always", None)):
        word = Certification.objects.create(key=name.lower(), name=name)
        until = None if days is None else today + timedelta(days=days)
        save_typed_row(PartnerCertification(partner=cast.alpenglow, certification=word, expires_on=until), by=cast.maria)
    for page in _pages(cast, client):
        assert '<g class="expired"><title>Gone, Alpenglow GmbH' in page
        assert '<g class="soon"><title>Soon' in page
        assert "1 expires after that" in page
        assert "1 never expires" in page
    strip = draw_expiries([SimpleNamespace(name=str(n), holder="", expires_on=today) for n in range(9)], today)
    assert len({(mark.x, mark.y) for mark in strip.marks}) == 6
    assert strip.crowded == 3


def test_figures_are_split_by_region_and_activity(cast, client):
    alps = Region.objects.create(key="alps", name="Alps", countries="AT CH")
    summer, spring = ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")
    for (start, end), activity, value in ((summer, "sells", 900), (summer, "installs", 100), (spring, "sells", 70)):
        row = PerformanceRecord(
            partner=cast.alpenglow, metric="orders", period_start=start, period_end=end, region=alps, activity=activity, value=value
        )
        save_typed_row(row, by=cast.maria)
    page = performance_of(cast.alpenglow)
    [split] = page.splits
    assert split.activities == ("sells", "installs")
    [(place, cells)] = split.rows
    assert (place, [int(cell.value) for cell in cells]) == ("Alps", [900, 100, 1000])
    [earlier] = performance_of(cast.alpenglow, period=page.periods[1].key).splits
    assert [int(cell.value) for cell in earlier.rows[0][1]] == [70]
    assert [int(point.value) for point in page.figures[0].points] == [70, 1000]
    for text in _pages(cast, client, tab="performance"):
        assert "By region and activity" in text
    DataPoint.objects.filter(key="performance").update(seen_by="managers")
    assert "By region and activity" not in client.get("/organisation/").content.decode()


def test_of_a_metric_whose_latest_figure_counts_the_page_and_the_scorecard_say_the_same(cast):
    """Twice in a quarter Alpenglow told how many engineers it has: the later word counts, as on its scorecard."""
    metric = Metric.objects.create(key="engineers", label="Engineers", summing="last")
    period = latest_period("quarter", timezone.localdate())
    for value, days in ((40, 20), (46, 5)):
        seen = timezone.now() - timedelta(days=days)
        row = PerformanceRecord(partner=cast.alpenglow, metric="engineers", period_start=period.start, period_end=period.end,
                                value=value, product=None, industry=f"industry {value}", observed_at=seen)  # fmt: skip
        save_typed_row(row, by=cast.maria)
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Engineers")
    add_line(card, by=cast.maria, metric=metric)

    [figure] = performance_of(cast.alpenglow).figures
    [line] = scorecard_of(card, cast.alpenglow.enrolments.get()).rows
    assert (figure.value, figure.points[0].claimed) == (line.claimed.value, line.claimed.value) == (46, 46)


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


def test_a_row_that_came_in_verified_says_by_whom(cast, client):
    """Agreed in a review: it has no verdict of its own."""
    region = save_typed_row(
        PartnerRegion(partner=cast.alpenglow, region=Region.objects.create(key="alps", name="Alps")), by=cast.maria
    )
    PartnerRegion.objects.update(verified_at=timezone.now(), verified_by=cast.maria)
    client.force_login(cast.maria)
    entry = client.get(f"/admin/context/fact/entries/regions/{region.public_id}/", headers={"HX-Request": "true"})
    assert "verified · Maria Lund" in " ".join(entry.text.split())
