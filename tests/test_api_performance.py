"""Figures by API: the ERP of a vendor tells what its partners sold, and no figure is counted twice."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from accounts.models import User
from context.models import DataPoint, Side
from partners.models import Enrolment, PerformanceRecord, Product, Region
from tests.api import Integrator, integrator
from tests.factories import make_programme, make_user

ABSENT = str(uuid4())

pytestmark = pytest.mark.django_db


@pytest.fixture
def erp(cast) -> Integrator:
    Region.objects.get_or_create(key="alps", defaults={"name": "Alps"})
    return integrator(cast.maria, "partners:read", "partners:write")


def quarter(partner, /, **values) -> dict:
    told = {
        "partner": str(partner.public_id),
        "metric": "license_revenue",
        "period_start": "2025-07-01",
        "period_end": "2025-09-30",
    }
    return {**told, "value": "125000.50", "source": "ERP", "evidence": "invoice run 7"} | values


def test_a_figure_comes_in_as_a_claim_with_where_it_is_from(cast, erp):
    told = quarter(
        cast.alpenglow, region="alps", activity="sells", programme=cast.programme.key, observed_at="2025-10-01T08:00:00Z"
    )
    answer = erp.post("performance/", told)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["metric"], made["value"], made["unit"], made["region"], made["activity"]) == (
        "license_revenue", "125000.5000", "EUR", "alps", "sells",
    )  # fmt: skip
    assert (made["source"], made["method"], made["observed_at"], made["evidence"], made["is_verified"], made["is_disputed"]) == (
        "ERP", "api", "2025-10-01T08:00:00Z", "invoice run 7", False, False,
    )  # fmt: skip
    assert erp.get(f"performance/{made['id']}/").json() == made
    assert PerformanceRecord.objects.get().asserted_by == cast.maria


def test_figures_are_found_by_partner_metric_and_period(cast, erp):
    erp.post("performance/", quarter(cast.alpenglow))
    erp.post("performance/", quarter(cast.alpenglow, period_start="2025-01-01", period_end="2025-12-31"))
    erp.post("performance/", quarter(cast.baltic, metric="defects", value=12))

    def found(**asked) -> int:
        return len(erp.get("performance/", **asked).json()["results"])

    assert found() == 3
    assert found(partner=cast.alpenglow.public_id) == 2
    assert found(metric="defects") == 1
    assert (found(period="2025-Q3"), found(period="2025"), found(period="2025-07")) == (2, 3, 0)
    assert (found(since="2025-07-01"), found(until="2025-09-30")) == (2, 2)
    assert (found(is_verified="true"), found(is_verified="false")) == (0, 3)
    assert erp.get("performance/", period="summer").status_code == 422
    assert erp.get("performance/", colour="red").status_code == 400


def test_a_figure_that_changes_is_followed_by_a_claim(cast, erp):
    made = erp.post("performance/", quarter(cast.alpenglow)).json()
    PerformanceRecord.objects.update(verified_at="2025-10-02T00:00:00Z")
    same = erp.patch(f"performance/{made['id']}/", {"value": "125000.5"})
    assert (same.json()["id"], same.json()["is_verified"]) == (made["id"], True)

    changed = erp.patch(f"performance/{made['id']}/", {"value": "130000", "source": "ERP, corrected"})

    assert changed.status_code == 200, changed.text
    now = changed.json()
    assert (now["value"], now["is_verified"], now["id"] == made["id"]) == ("130000.0000", False, False)
    assert (PerformanceRecord.objects.count(), PerformanceRecord.ledger.count()) == (1, 2)
    assert erp.delete(f"performance/{now['id']}/").status_code == 204
    assert erp.get(f"performance/{now['id']}/").status_code == 404
    assert (PerformanceRecord.objects.count(), PerformanceRecord.ledger.count()) == (0, 2)


def test_the_same_figure_is_not_summed_up_twice(cast, erp):
    first = erp.post("performance/", quarter(cast.alpenglow)).json()
    again = erp.post("performance/", quarter(cast.alpenglow, value=7))
    assert (again.status_code, "both would be summed up" in again.text) == (409, True)
    by_region = erp.post("performance/", quarter(cast.alpenglow, region="alps", value=7))
    assert by_region.status_code == 201
    moved = erp.patch(f"performance/{by_region.json()['id']}/", {"region": None})
    assert moved.status_code == 409
    assert sorted(PerformanceRecord.objects.values_list("value", flat=True)) == [7, 125000.5]
    erp.delete(f"performance/{first['id']}/")
    assert erp.patch(f"performance/{by_region.json()['id']}/", {"region": None}).status_code == 200


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"metric": "shoes"}, "metric", "There is no metric with this key"),
        ({"unit": "USD"}, "unit", "kept in EUR, not in USD"),
        ({"unit": ""}, "unit", "not in no unit"),
        ({"value": "many"}, "value", "number"),
        ({"value": 1e15}, "value", "no more than 14 digits"),
        ({"period_end": "2025-06-30"}, "period_end", "cannot end before it begins"),
        ({"period_start": "2999-01-01", "period_end": "2999-03-31"}, "period_start", "begins in the future"),
        ({"period_start": "0001-01-01"}, "period_start", "A period lies between 1900 and 2200."),
        ({"period_end": "9999-12-31"}, "period_end", "A period lies between 1900 and 2200."),
        ({"region": "moon"}, "region", "no region with this key"),
        ({"activity": "sings"}, "activity", "sings"),
        ({"partner": str(uuid4())}, "partner", "not yours to see"),
        ({"programme": "elsewhere"}, "programme", "not yours to see"),
        ({"product": str(uuid4())}, "product", "not yours to see"),
        ({"observed_at": "2999-01-01T00:00:00Z"}, "observed_at", "future"),
        ({"method": "import"}, "method", "cannot be set"),
        ({"source": " "}, "source", "blank"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast, erp, values, field, says):
    answer = erp.post("performance/", quarter(cast.alpenglow, **values))
    assert answer.status_code in (400, 422)
    assert says in answer.text
    assert field in answer.json()["errors"]
    assert not PerformanceRecord.objects.exists()


def test_a_product_belongs_to_the_programme(cast, erp):
    other = make_programme("suppliers")
    gasket = Product.objects.create(programme=other, line="Parts", name="Gasket")
    told = quarter(cast.alpenglow, product=str(gasket.public_id), programme=cast.programme.key)
    refused = erp.post("performance/", told)
    assert (refused.status_code, "no product of" in refused.text) == (422, True)
    assert erp.post("performance/", {**told, "programme": "suppliers"}).json()["product"] == str(gasket.public_id)


@pytest.fixture
def petra(cast):
    """She is responsible for Baltic Cloud alone."""
    petra = make_user("petra@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    return petra


def test_the_portfolio_and_the_role(cast, erp, petra):
    foreign = erp.post("performance/", quarter(cast.alpenglow)).json()["id"]
    own = erp.post("performance/", quarter(cast.baltic)).json()["id"]
    hers = integrator(petra)
    assert [row["id"] for row in hers.get("performance/").json()["results"]] == [own]
    assert hers.get(f"performance/{foreign}/").status_code == 404
    # Her role may look and no more.
    assert hers.post("performance/", quarter(cast.baltic, region="alps")).status_code == 403
    assert hers.patch(f"performance/{own}/", {"value": 1}).status_code == 403
    assert hers.delete(f"performance/{own}/").status_code == 403

    kept = Permission.objects.filter(codename__in=[f"{verb}_performancerecord" for verb in ("add", "change", "delete")])
    petra.user_permissions.add(*kept)
    hers = integrator(User.objects.get(pk=petra.pk))
    assert hers.patch(f"performance/{foreign}/", {"value": 1}).status_code == 404
    assert hers.delete(f"performance/{foreign}/").status_code == 404
    refused, absent = (
        hers.post("performance/", quarter(cast.baltic, partner=id)) for id in (str(cast.alpenglow.public_id), ABSENT)
    )
    assert (refused.status_code, refused.json()) == (422, absent.json())
    assert hers.post("performance/", quarter(cast.baltic, region="alps")).status_code == 201
    assert hers.delete(f"performance/{own}/").status_code == 204
    assert PerformanceRecord.objects.filter(partner=cast.alpenglow).get().value == 125000.5


def test_the_scope_and_what_is_hidden(cast, erp):
    made = erp.post("performance/", quarter(cast.alpenglow)).json()
    assert integrator(cast.maria, "partners:read").post("performance/", quarter(cast.baltic)).status_code == 403
    assert integrator(cast.maria, "facts:read").get("performance/").status_code == 403

    DataPoint.objects.filter(key="performance").update(seen_by=Side.PARTNER)
    assert erp.get("performance/").json()["results"] == []
    assert erp.patch(f"performance/{made['id']}/", {"value": 1}).status_code == 404
    assert erp.post("performance/", quarter(cast.alpenglow, region="alps")).status_code == 403
    assert PerformanceRecord.objects.count() == 1


def test_the_same_request_twice_records_once(cast, erp):
    for _time in range(2):
        assert erp.post("performance/", quarter(cast.alpenglow), **{"idempotency-key": "once"}).status_code == 201
    assert PerformanceRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_counted(cast, erp):
    def one(_number) -> int:
        try:
            return Integrator(erp.token, Client()).post("performance/", quarter(cast.alpenglow)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(one, range(8)))
    assert answers == [201, *[409] * 7]
    assert PerformanceRecord.ledger.count() == 1


def test_a_list_asks_as_little_for_many_as_for_few(cast, erp, django_assert_max_num_queries):
    for region in (None, "alps"):
        for activity in ("", "sells", "delivers"):
            erp.post("performance/", quarter(cast.alpenglow, region=region, activity=activity))
    erp.get("performance/")
    with django_assert_max_num_queries(8):
        assert len(erp.get("performance/").json()["results"]) == 6
