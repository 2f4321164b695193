"""What integrators read of an enrolment's standing: tier, what is missing, scorecards."""

import pytest
from django.utils import timezone

from context.actions.scorecards import add_line, create_scorecard
from context.actions.tier_policies import publish_policy
from context.models import Metric
from context.periods import latest_period
from partners.models import Enrolment, PerformanceRecord
from tests import tier_story
from tests.api import integrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(cast) -> str:
    return f"enrolments/{Enrolment.objects.get(partner=cast.baltic).public_id}"


def test_the_tier_says_what_is_missing(cast, where):
    publish_policy(tier_story.draft(cast), by=cast.maria)
    tier_story.certify(cast.baltic, "gate")

    answer = integrator(cast.maria).get(f"{where}/tier/").json()

    assert (answer["tier"], answer["next_tier"], answer["policy"], answer["grace_until"]) == ("silver", "gold", 1, None)
    assert [row["holds"] for row in answer["criteria"]] == [False, True]
    assert answer["missing"] == [
        {
            "label": "Licence revenue of 100,000 in a year",
            "holds": False,
            "words": "licence revenue over the last 365 days is at least 100,000",
            "actual": "nothing known",
        }
    ]


def test_without_a_policy_there_is_only_the_tier(cast, where):
    answer = integrator(cast.maria).get(f"{where}/tier/").json()
    assert (answer["tier"], answer["policy"], answer["criteria"]) == ("silver", None, [])


def test_the_scorecard_keeps_claims_apart(cast, where):
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Seller", period="quarter")
    add_line(card, by=cast.maria, metric=Metric.objects.get(key="license_revenue"), target=100)
    quarter = latest_period("quarter", timezone.localdate())
    days = {"partner": cast.baltic, "metric": "license_revenue", "period_start": quarter.start, "period_end": quarter.end}
    PerformanceRecord.objects.create(**days, value=80, verified_at=timezone.now())
    PerformanceRecord.objects.create(**days, value=30)
    api = integrator(cast.maria)

    [found] = api.get(f"{where}/scorecard/").json()["scorecards"]
    [before] = api.get(f"{where}/scorecard/", period=quarter.before().key).json()["scorecards"]

    assert (found["name"], found["period"]) == ("Seller", quarter.key)
    [line] = found["lines"]
    assert (line["verified"], line["claimed"]) == ({"value": "80.0000", "records": 1}, {"value": "30.0000", "records": 1})
    assert (line["target"], line["meets_target"]) == ("100.0000", False)
    assert (before["period"], before["lines"][0]["verified"]["records"]) == (quarter.before().key, 0)


def test_refusals_are_sentences(cast, where):
    api = integrator(cast.maria)
    assert api.get(f"{where}/scorecard/", period="soon").status_code == 422
    assert api.get(f"{where}/scorecard/", month="2026-10").status_code == 400
    assert api.get("enrolments/00000000-0000-0000-0000-000000000000/tier/").status_code == 404
    vera = make_user("vera@vendor.example", roles=("Vendor sales",))
    assert integrator(vera, "partners:read").get(f"{where}/scorecard/").status_code in (403, 404)
