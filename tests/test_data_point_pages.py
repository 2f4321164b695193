"""Maria looks at what she asks of partners: where it is used, how full, how fresh, how verified; each number is a door."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from context.queries.data_point_list import figures_by_key, latest_figures
from context.queries.data_points import GROUPS, figures_of, partners_in
from partners.actions.typed_rows import save_typed_row
from partners.models import Enrolment, Site
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast) -> DataPoint:
    """Alpenglow's is verified and fresh, Baltic's a stale claim, Cirrus says nothing and has to."""
    point = create_data_point(
        by=cast.maria, key="staff", label="Staff", type="number", stale_after_days=100, required_kinds=["reseller"]
    )
    factories.make_partner("Cirrus AS", programme=cast.programme)
    factories.make_partner("Depot", programme=cast.programme, kind="distributor")
    give_verdict(record_fact(cast.alpenglow, "staff", 12, source="call", method="interview"), "verified", by=cast.maria)
    old = timezone.now() - timedelta(days=200)
    record_fact(cast.baltic, "staff", 7, source="call", method="interview", observed_at=old)
    return point


def names(point, group, user) -> list[str]:
    return sorted(partner.name for partner in partners_in(point, group, user))


def test_the_figures_are_the_lists_behind_them(cast, staff):
    figures = figures_of(staff, cast.maria)
    assert (figures.partners, figures.filled, figures.verified, figures.claimed, figures.stale) == (4, 2, 1, 1, 1)
    assert (figures.required, figures.missing, figures.required_percent) == (3, 1, 66)
    assert names(staff, "missing", cast.maria) == ["Cirrus AS"]
    assert names(staff, "stale", cast.maria) == names(staff, "claimed", cast.maria) == ["Baltic Cloud OÜ"]
    assert names(staff, "verified", cast.maria) == ["Alpenglow GmbH"]
    assert names(staff, "required", cast.maria) == ["Alpenglow GmbH", "Baltic Cloud OÜ", "Cirrus AS"]


def test_a_portfolio_counts_its_own(cast, staff):
    petra = factories.make_user("petra@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    figures = figures_of(staff, petra)
    assert (figures.partners, figures.filled, figures.verified) == (1, 1, 0)
    assert figures_by_key([staff], petra)["staff"].filled == 1


def test_typed_rows_and_columns_have_figures_too(cast, staff):
    site = save_typed_row(Site(partner=cast.alpenglow, name="Graz", kind="plant"), by=cast.maria)
    give_verdict(site, "verified", by=cast.maria)
    save_typed_row(Site(partner=cast.alpenglow, name="Linz", kind="plant"), by=cast.maria)
    points = {point.key: point for point in DataPoint.objects.all()}
    at_once = figures_by_key(list(points.values()), cast.maria)
    for key in ("staff", "sites", "country", "tier", "legal_name"):
        one, other = figures_of(points[key], cast.maria), at_once[key]
        assert (one.filled, one.verified, one.stale) == (other.filled, other.verified, other.stale), key
    assert (at_once["sites"].filled, at_once["sites"].verified) == (1, 0)
    assert (at_once["country"].filled, at_once["tier"].filled) == (4, 2)


def test_what_took_long_to_count_is_shown_again_with_its_age(cast, staff, client, monkeypatch):
    monkeypatch.setattr("context.queries.data_point_list.LONG", -1)
    counted = latest_figures([staff], cast.maria)
    record_fact(factories.make_partner("Eider", programme=cast.programme), "staff", 3, source="call", method="interview")
    assert latest_figures([staff], cast.maria) == counted
    cache.clear()
    assert latest_figures([staff], cast.maria).figures["staff"].filled == counted.figures["staff"].filled + 1
    cache.clear()
    client.force_login(cast.maria)
    assert "were counted now" in client.get(reverse("admin:context_datapoint_changelist")).text


def test_the_page_says_where_it_is_used_or_that_nothing_uses_it(cast, staff, client):
    client.force_login(cast.maria)
    page = reverse("admin:context_datapoint_page", args=[staff.public_id])
    assert "Nothing uses it" in client.get(page).text
    factories.make_segment("Large").data_points.set([staff])
    text = client.get(page).text
    assert "Nothing uses it" not in text
    assert "Large" in text
    assert "2 of 4 partners" in text
    for group in GROUPS:
        assert client.get(reverse("admin:context_datapoint_partners", args=[staff.public_id, group])).status_code == 200
    assert client.get(reverse("admin:context_datapoint_partners", args=[staff.public_id, "else"])).status_code == 404


def test_of_what_only_the_partner_sees_there_is_no_figure(cast, client):
    point = create_data_point(by=cast.maria, key="mood", label="Mood", seen_by="partner", edited_by="partner")
    client.force_login(cast.maria)
    assert "Only the partner sees these values" in client.get(reverse("admin:context_datapoint_page", args=[point.public_id])).text
    assert client.get(reverse("admin:context_datapoint_partners", args=[point.public_id, "filled"])).status_code == 404
    assert "mood" not in figures_by_key([point], cast.maria)


def test_the_list_asks_as_little_for_many_as_for_few(cast, staff, client):
    client.force_login(cast.maria)
    address = reverse("admin:context_datapoint_changelist")
    client.get(address)
    for number in range(20):
        create_data_point(by=cast.maria, key=f"more-{number}", label=f"More {number}")
    with CaptureQueriesContext(connection) as asked:
        text = client.get(address).text
    assert len(asked) <= 13, "\n".join(query["sql"][:150] for query in asked)
    assert "nothing" in text


def test_maria_retires_and_brings_back(cast, staff, client):
    client.force_login(cast.maria)
    address = reverse("admin:context_datapoint_retire", args=[staff.public_id])
    assert "asked for no more" in client.post(address, follow=True).text
    assert DataPoint.objects.get(pk=staff.pk).retired_at
    client.post(address)
    assert DataPoint.objects.get(pk=staff.pk).retired_at is None
    client.force_login(cast.arthur)
    client.post(address)
    assert DataPoint.objects.get(pk=staff.pk).retired_at is None
