"""“As it was”: which partners had which values on a day in the past, and what of it we knew then."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from context.actions.facts import record_fact
from context.models import DataPoint, Fact
from tests import factories
from tests.api import integrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "admin:context_fact_then"


@pytest.fixture
def employees(cast) -> DataPoint:
    """Alpenglow had 12 two months ago, and we heard of it last week."""
    point = DataPoint.objects.create(key="employees", label="Employees", type="number")
    then = timezone.now() - timedelta(days=60)
    fact = record_fact(cast.alpenglow, "employees", 12, source="call", method="interview", by=cast.maria, observed_at=then)
    Fact.objects.filter(pk=fact.pk).update(recorded_at=timezone.now() - timedelta(days=7))
    return point


def ask(client, days_ago: int, **more):
    on = (timezone.now() - timedelta(days=days_ago)).date().isoformat()
    asked = {"on": on, "sense": "true_at", "programme": "", "point_1": "employees", "value_1": "12", **more}
    return client.get(reverse(PAGE), asked)


def test_what_was_true_then_is_not_what_we_knew_then(cast, client, employees):
    client.force_login(cast.maria)

    assert "Alpenglow GmbH" in ask(client, 30).content.decode()
    assert "Nobody, as far as the ledger knows" in ask(client, 30, sense="known_at").content.decode()
    assert "Alpenglow GmbH" in ask(client, 3, sense="known_at").content.decode()
    assert "Nobody, as far as the ledger knows" in ask(client, 90).content.decode()


@pytest.mark.parametrize("said", ["gold", "Gold", " GOLD "])
def test_a_tier_is_found_by_its_key_and_by_its_name(cast, client, employees, said):
    then = timezone.now() - timedelta(days=60)
    record_fact(
        cast.alpenglow, "tier", "gold", source="list", method="import", programme=cast.programme, observed_at=then, by=cast.maria
    )
    client.force_login(cast.maria)
    asked = {"programme": cast.programme.key, "point_1": "tier", "value_1": said}
    assert "Alpenglow GmbH" in ask(client, 30, **asked).content.decode()


@pytest.fixture
def places(cast, employees) -> None:
    """Alpenglow, of Germany, was gold in one programme and listed in another; Baltic both in one."""
    other = factories.make_programme("makers")
    for partner, programme, key, value in (
        (cast.alpenglow, cast.programme, "tier", "gold"),
        (cast.alpenglow, other, "listed", True),
        (cast.alpenglow, None, "country", "DE"),
        (cast.baltic, cast.programme, "tier", "gold"),
        (cast.baltic, cast.programme, "listed", True),
    ):
        then = timezone.now() - timedelta(days=60)
        record_fact(partner, key, value, source="list", method="import", by=cast.maria, observed_at=then, programme=programme)


def test_two_values_belong_to_one_place_and_the_partner_itself_to_each(cast, client, places):
    client.force_login(cast.maria)

    def found(**asked) -> list[str]:
        page = ask(client, 30, point_1="tier", value_1="gold", **asked)
        return [partner.name for partner in page.context["found"].object_list]

    assert found() == found(programme=cast.programme.key) == ["Alpenglow GmbH", "Baltic Cloud OÜ"]
    assert found(point_2="listed", value_2="yes") == ["Baltic Cloud OÜ"]
    assert found(point_2="country", value_2="DE") == ["Alpenglow GmbH"]
    assert found(point_2="country", value_2="DE", programme=cast.programme.key) == ["Alpenglow GmbH"]
    assert found(point_2="country", value_2="DE", point_3="listed", value_3="yes") == []
    assert found(programme="makers") == []


def test_of_several_choices_one_is_enough(cast, client, employees):
    DataPoint.objects.create(key="skills", label="Skills", type="choices", choices=["Cloud", "Edge", "Field"])
    then = timezone.now() - timedelta(days=60)
    record_fact(cast.alpenglow, "skills", ["Edge", "Cloud"], source="call", method="interview", by=cast.maria, observed_at=then)
    client.force_login(cast.maria)

    for said, number in (("edge", 1), ("Cloud, Edge", 1), ("Field", 0)):
        assert ask(client, 30, point_1="skills", value_1=said).context["found"].paginator.count == number


def test_what_is_about_single_people_is_not_offered_and_each_is_asked_once(cast, client, employees):
    client.force_login(cast.maria)

    page = ask(client, 30, point_2="employees", value_2="13").content.decode()

    assert "Contact's name" not in page
    assert "Ask for each data point once." in page


def test_a_wrong_value_and_a_day_to_come_are_told_at_their_field(cast, client, employees):
    client.force_login(cast.maria)

    page = ask(client, -3, value_1="a dozen", point_2="employees").content.decode()

    assert "This day has not come yet." in page
    assert "“a dozen” is no value of “Employees”" in page
    assert "A data point and its value go together." in page


def test_a_manager_finds_only_partners_of_their_portfolio(cast, client, employees):
    client.force_login(make_user("paul@vendor.example", roles=("Partner manager",)))

    assert "Alpenglow GmbH" not in ask(client, 30).content.decode()


def test_the_page_asks_little_whatever_the_number(cast, client, employees, django_assert_max_num_queries):
    client.force_login(cast.maria)

    with django_assert_max_num_queries(12):
        ask(client, 30)


def test_partners_people_do_not_come_here(cast, client, employees):
    client.force_login(cast.nora.user)

    assert ask(client, 30).status_code in (302, 403)


def test_other_systems_ask_the_same(cast, employees):
    erp = integrator(cast.maria)

    def found(days_ago: int, sense: str = "true_at", **asked) -> list[str]:
        on = (timezone.now() - timedelta(days=days_ago)).date().isoformat()
        answer = erp.get("partners/then/", **({"data_point": "employees", "value": "12", sense: on} | asked))
        assert answer.status_code == 200, answer.content
        return [partner["name"] for partner in answer.json()["results"]]

    assert found(30) == found(3, "known_at") == found(30, source="call") == ["Alpenglow GmbH"]
    assert found(30, "known_at") == found(90) == found(30, value="13") == found(30, source="register") == []
    then = timezone.now() - timedelta(days=60)
    record_fact(
        cast.alpenglow, "tier", "gold", source="list", method="import", programme=cast.programme, observed_at=then, by=cast.maria
    )
    assert found(30, data_point="tier", value="Gold", programme=cast.programme.key) == ["Alpenglow GmbH"]
    assert found(30, data_point="tier", value="gold") == ["Alpenglow GmbH"]
    assert found(30, data_point="tier", value="gold", data_point_2="employees", value_2="12") == ["Alpenglow GmbH"]
    assert found(30, data_point="tier", value="gold", data_point_2="employees", value_2="13") == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"true_at": ""}, "true_at"),
        ({"known_at": "2020-01-01"}, "true_at"),
        ({"true_at": "2900-01-01"}, "true_at"),
        ({"data_point": "shoes"}, "data_point"),
        ({"data_point": "sites"}, "data_point"),
        ({"value": "many"}, "employees"),
        ({"programme": "nowhere"}, "programme"),
        ({"value": ""}, "value"),
        ({"data_point": "contact_name"}, "data_point"),
        ({"data_point_2": "tier"}, "value_2"),
        ({"value_3": "gold"}, "data_point_3"),
        ({"data_point_2": "shoes", "value_2": "red"}, "data_point_2"),
        ({"data_point_2": "employees", "value_2": "13"}, "data_point_2"),
    ],
)
def test_a_question_that_cannot_be_is_named(cast, employees, asked, field):
    whole = {"data_point": "employees", "value": "12", "true_at": "2020-01-01"} | asked
    answer = integrator(cast.maria).get("partners/then/", **{name: value for name, value in whole.items() if value})
    assert (answer.status_code // 100, list(answer.json()["errors"])) == (4, [field])
