"""Segments ask for sites, each condition of one and the same, and of typed rows for those that are still fresh."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activity.refusals import Invalid
from context.actions.segments import create_segment
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Side
from context.queries.criteria import data_points_of
from context.queries.past import laid_over
from context.queries.segment_builder import builder_offer
from context.rules import check_rule, compile_rules, explain, in_words
from context.rules.freezing import frozen_rules
from context.rules.moment import seen_from
from partners.models import (
    Certification,
    Partner,
    PartnerAgreement,
    PartnerCertification,
    PartnerRegion,
    PartnerSpecialty,
    PerformanceRecord,
    Region,
    Site,
    Specialty,
)

pytestmark = pytest.mark.django_db


def asked(field, op="eq", value=None, **more) -> dict:
    return {"field": field, "op": op, "value": value, **more}


def found(*conditions: dict) -> set:
    return set(compile_rules({"all": [*conditions]}).partners())


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def sites(cast):
    """Alpenglow's foundry in Ulm and its depot in Linz; Baltic has none."""
    foundry = Site.objects.create(
        partner=cast.alpenglow, name="Foundry", kind="plant", country="DE", city="Ulm", activities=["makes"], serves=["DE", "AT"],
        capacity_value=500, capacity_unit="castings a week",
    )  # fmt: skip
    depot = Site.objects.create(
        partner=cast.alpenglow, name="Depot", kind="warehouse", country="AT", city="Linz", activities=["delivers", "sells"],
        capacity_value=2000, capacity_unit="pallets",
    )  # fmt: skip
    return foundry, depot


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        (asked("site.kind", value="plant"), True),
        (asked("site.kind", value="branch"), False),
        (asked("site.country", "in", ["at", "FR"]), True),
        (asked("site.city", "starts_with", "ul"), True),
        (asked("site.activities", "contains", "delivers"), True),
        (asked("site.activities", "contains", "installs"), False),
        (asked("site.serves", "in", ["AT", "CH"]), True),
        (asked("site.serves", "contains", "CH"), False),
        (asked("site.capacity", "gte", 2000), True),
        (asked("site.capacity", "gt", 2000), False),
        (asked("site.name", "contains", "depot"), True),
        (asked("site.kind", "is_empty", False), True),
    ],
)
def test_who_has_such_a_site_is_found(cast, sites, condition, is_found):
    assert found(condition) == ({cast.alpenglow} if is_found else set())
    assert set(compile_rules(None, condition).contacts()) == ({cast.nora, cast.ben} if is_found else set())


def test_what_is_said_of_sites_is_said_of_one(cast, sites):
    large, castings = asked("site.capacity", "gte", 1000), asked("site.capacity_unit", value="Castings a week")
    assert found(large, asked("site.capacity_unit", value="pallets")) == {cast.alpenglow}
    assert found(large, castings) == set()
    assert found({"all": [large]}, {"all": [castings]}) == {cast.alpenglow}
    explanation = explain({"all": [large, castings]}, None, cast.alpenglow)
    assert "but not for one and the same site" in explanation.because


def test_whoever_has_no_site_is_found_and_a_withdrawn_one_counts_for_nothing(cast, sites):
    none = asked("site.kind", "is_empty", True)
    assert found(none) == {cast.baltic}
    Site.objects.update(withdrawn_at=timezone.now())
    assert found(none) == {cast.alpenglow, cast.baltic}


def test_only_a_verified_site_counts_where_that_is_asked(cast, sites):
    plant = asked("site.kind", value="plant", only=["verified"])
    assert found(plant) == set()
    assert found(asked("site.kind", "is_empty", True, only=["verified"])) == {cast.alpenglow, cast.baltic}
    assert explain(plant, None, cast.alpenglow).tree.actual == "warehouse (a claim), plant (a claim)"
    give_verdict(sites[0], "verified", by=cast.maria)
    assert found(plant) == {cast.alpenglow}


def test_it_is_said_in_words(cast):
    rule = {"all": [asked("site.kind", value="plant"), asked("site.serves", "contains", "AT", only=["fresh"])]}
    words = "Partners where site is plant and country that the site serves includes Austria (only fresh)"
    assert in_words(rule).startswith(words)
    assert in_words({"not": asked("site.capacity", "gt", 5)}).startswith(
        "Partners where there is no site where site's capacity is above 5"
    )
    assert frozen_rules(rule, {}) == (rule, {})
    assert data_points_of(rule) == {"sites"}


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (asked("site.kind", value="castle"), "Known values: plant"),
        (asked("site.activities", "contains", "sleeps"), "Known values: sells"),
        (asked("site.serves", "contains", "Germany"), "two letters"),
        (asked("site.serves", "contains", "XX"), "There is no country “XX”"),
        (asked("site.capacity", "gte", "much"), "a number"),
        (asked("site.kind", value="plant", only=["old"]), "a list of: verified, fresh"),
    ],
)
def test_what_cannot_be_asked_of_a_site_is_refused(db, condition, says):
    with pytest.raises(Invalid, match=says):
        check_rule(condition)


def test_sites_that_only_partners_see_are_neither_offered_nor_asked(cast, sites):
    plant = asked("site.kind", value="plant")
    assert "site.kind" in {field["name"] for field in builder_offer(cast.maria).fields}
    segment = create_segment(by=cast.maria, name="Plants", rule=plant)
    assert [point.key for point in segment.data_points.all()] == ["sites"]

    DataPoint.objects.filter(key="sites").update(seen_by=Side.PARTNER)

    assert not [field["name"] for field in builder_offer(cast.maria).fields if field["name"].startswith("site.")]
    for rule in (plant, {"not": plant}):
        with pytest.raises(Invalid, match="only partners may see “Sites”"):
            create_segment(by=cast.maria, name="A peep", rule=rule)


def test_a_day_in_the_past_had_the_sites_of_then(cast, sites):
    Partner.objects.update(created_at=days_ago(365))
    Site.objects.update(recorded_at=days_ago(60), observed_at=days_ago(60))
    Site.objects.filter(kind="plant").update(withdrawn_at=days_ago(10))
    plant = asked("site.kind", value="plant")
    assert found(plant) == set()
    with laid_over(days_ago(20), [cast.alpenglow.pk]):
        assert found(plant) == {cast.alpenglow}
    with laid_over(days_ago(80), [cast.alpenglow.pk]):
        assert found(plant) == set()


# --- Fresh rows ----------------------------------------------------------------------------------------------------------


def _region(partner, **seen):
    region = Region.objects.create(key="alps", name="Alps")
    return PartnerRegion.objects.create(partner=partner, region=region, **seen)


def _specialty(partner, **seen):
    return PartnerSpecialty.objects.create(partner=partner, specialty=Specialty.objects.create(key="rail", name="Rail"), **seen)


def _certificate(partner, **seen):
    certification = Certification.objects.create(key="iso", name="ISO")
    return PartnerCertification.objects.create(partner=partner, certification=certification, **seen)


def _figure(partner, **seen):
    start = date(2020, 1, 1)
    return PerformanceRecord.objects.create(
        partner=partner, metric="seats", value=5, period_start=start, period_end=timezone.localdate(), **seen
    )


ROWS = {
    "regions": (_region, asked("partner.region", "contains", "alps")),
    "specialties": (_specialty, asked("partner.specialty", "contains", "rail")),
    "certifications": (_certificate, asked("certification.key", value="iso")),
    "agreements": (
        lambda partner, **seen: PartnerAgreement.objects.create(partner=partner, kind="supply", title="Of parts", **seen),
        asked("agreement.kind", value="supply"),
    ),
    "sites": (
        lambda partner, **seen: Site.objects.create(partner=partner, name="Depot", kind="warehouse", **seen),
        asked("site.kind", value="warehouse"),
    ),
    "performance": (_figure, asked("performance.seats", "gte", 5, within_days=1000)),
}


@pytest.mark.parametrize("key", ROWS)
def test_a_row_that_is_older_than_its_data_point_allows_counts_as_missing(cast, key):
    make, condition = ROWS[key]
    make(cast.alpenglow, observed_at=days_ago(200))
    fresh = {**condition, "only": ["fresh"]}
    assert found(fresh) == {cast.alpenglow}, "without days every row is fresh"

    DataPoint.objects.filter(key=key).update(stale_after_days=100)

    assert found(fresh) == set()
    assert cast.alpenglow in found({**fresh, "op": "is_empty", "value": True})
    assert "stale" in explain(fresh, None, cast.alpenglow).tree.actual or key == "performance"
    with seen_from(days_ago(101)):
        assert found(fresh) == {cast.alpenglow}


def test_a_verified_row_may_be_stale_and_a_fresh_one_a_claim(cast):
    DataPoint.objects.filter(key="sites").update(stale_after_days=100)
    site = Site.objects.create(partner=cast.alpenglow, name="Depot", kind="warehouse", observed_at=days_ago(200))
    give_verdict(site, "verified", by=cast.maria)
    Site.objects.create(partner=cast.alpenglow, name="Hall", kind="warehouse")
    both = asked("site.kind", value="warehouse", only=["fresh", "verified"])
    assert found({**both, "only": ["fresh"]}) == found({**both, "only": ["verified"]}) == {cast.alpenglow}
    assert found(both) == set()
    assert explain(both, None, cast.alpenglow).tree.actual == "warehouse (verified, stale), warehouse (a claim, fresh)"
