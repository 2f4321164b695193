"""Maria's integration keeps partners, their people and what they sell in step with her own systems."""

from uuid import uuid4

import pytest

from activity.models import Activity
from partners.models import Contact, Enrolment, Partner, Product
from tests.api import integrator
from tests.factories import make_contact, make_partner, make_programme, make_user


@pytest.fixture
def maria(cast):
    return integrator(cast.maria)


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_name_is_enough_to_create_a_partner(cast, maria):
    answer = maria.post("partners/", {"name": "Cirrus AS"})
    assert answer.status_code == 201, answer.content
    partner = Partner.objects.get(public_id=answer.json()["id"])
    assert answer.json()["programme"] == str(cast.programme.public_id)
    assert (answer.json()["status"], answer.json()["kind"], answer.json()["external_id"]) == ("active", None, None)
    assert Activity.objects.filter(verb="partner.created", partner_id=partner.pk, actor=cast.maria).exists()


def test_kind_tier_and_status_are_those_of_the_primary_enrolment(cast, maria):
    body = {
        "name": "Cirrus AS",
        "country": "NO",
        "website": "https://cirrus.example",
        "external_id": "C-1",
        "kind": "reseller",
        "tier": "gold",
    }
    answer = maria.post("partners/", {**body, "programme": "vendor", "status": "prospect"})
    assert answer.status_code == 201, answer.content
    assert {**body, "status": "prospect"}.items() <= answer.json().items()

    answer = maria.patch(f"partners/{answer.json()['id']}/", {"tier": "silver", "name": "Cirrus ASA"})
    assert (answer.json()["name"], answer.json()["tier"]) == ("Cirrus ASA", "silver")
    assert Enrolment.objects.get(partner__external_id="C-1").tier.key == "silver"


def test_an_unknown_tier_is_refused_with_the_known_ones_and_nothing_is_made(cast, maria):
    answer = maria.post("partners/", {"name": "Cirrus AS", "tier": "platin"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert "gold" in answer.json()["detail"]
    assert not Partner.objects.filter(name="Cirrus AS").exists()


def test_a_taken_external_id_is_refused(cast, maria):
    answer = maria.post("partners/", {"name": "Cirrus AS", "external_id": "A-1"})
    assert answer.status_code == 409
    assert "A-1" in answer.json()["detail"]
    assert Partner.objects.count() == 2


@pytest.mark.parametrize("query", [{"cursor": "bm90IG91cnM"}, {"cursor": "%%"}, {"cursor": "W10"}, {"cursor": "W2ZhbHNlLCJ4Il0"},
                                   {"cursor": "null"}, {"name": "a\x00"}, {"programme": "\x00"}])  # fmt: skip
def test_a_cursor_of_someone_elses_making_or_a_nul_is_refused(cast, maria, query):
    assert maria.get("partners/", **query).status_code == 422


@pytest.mark.parametrize("body", [{"colour": "red"}, {"id": "x"}, {"is_staff": True}, {"role": "admin"}, {"programme": "other"}])
def test_what_may_not_be_set_is_refused_and_nothing_changes(cast, maria, body):
    answer = maria.patch(f"partners/{cast.alpenglow.public_id}/", {"name": "Changed", **body})
    assert answer.status_code == 400
    assert next(iter(body)) in answer.json()["errors"]
    cast.alpenglow.refresh_from_db()
    assert cast.alpenglow.name == "Alpenglow GmbH"


@pytest.mark.parametrize("field", ["partner", "user", "is_partner_admin", "is_staff", "role"])
def test_a_contact_is_not_moved_or_raised_by_patch(cast, maria, field):
    answer = maria.patch(f"contacts/{cast.ben.public_id}/", {"name": "Ben", field: str(cast.baltic.public_id)})
    assert answer.status_code == 400
    ben = Contact.objects.get(pk=cast.ben.pk)
    assert (ben.name, ben.partner, ben.is_partner_admin, ben.user.is_staff) == ("Ben Ott", cast.alpenglow, False, False)


def test_a_contact_is_added_with_functions_and_gets_no_login(cast, maria):
    body = {"partner": str(cast.alpenglow.public_id), "name": "Ida Ek", "email": "ida@alpenglow.example",
            "functions": ["technical"], "language": "de", "time_zone": "Europe/Berlin"}  # fmt: skip
    answer = maria.post("contacts/", body)
    assert answer.status_code == 201, answer.content
    assert body.items() <= answer.json().items()
    assert Contact.objects.get(name="Ida Ek").user is None
    answer = maria.patch(f"contacts/{answer.json()['id']}/", {"functions": ["sales", "technical"]})
    assert answer.json()["functions"] == ["sales", "technical"]
    assert maria.patch(f"contacts/{answer.json()['id']}/", {"functions": [" "]}).status_code == 422


def test_a_partner_enters_a_second_programme_and_leaves_it(cast, maria):
    other = make_programme("cars")
    body = {"partner": str(cast.alpenglow.public_id), "programme": "cars", "kind": "supplier"}
    answer = maria.post("enrolments/", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["programme"] == str(other.public_id)
    assert maria.post("enrolments/", body).status_code == 409

    answer = maria.patch(f"enrolments/{answer.json()['id']}/", {"status": "ended"})
    assert answer.json()["ends_on"]
    assert ids(maria.get("enrolments/", programme="cars", is_current="true")) == []


def test_a_product_is_created_and_changed(cast, maria):
    answer = maria.post("products/", {"line": "Aurora", "name": "Aurora", "version": "3"})
    assert answer.status_code == 201, answer.content
    assert (
        maria.patch(f"products/{answer.json()['id']}/", {"status": "end_of_sale", "end_of_sale": "2031-01-31"}).status_code == 200
    )
    assert Product.objects.get().status == "end_of_sale"


def test_programmes_show_their_tiers(cast, maria):
    [programme] = maria.get("programmes/").json()["results"]
    assert programme["key"] == "vendor"
    assert {tier["key"] for tier in programme["tiers"]} == {"gold", "silver"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"country": "ee"}, "baltic"),
        ({"tier": "gold"}, "alpenglow"),
        ({"external_id": "B-1"}, "baltic"),
        ({"name": "alpen"}, "alpenglow"),
        ({"programme": "vendor", "tier": "silver", "status": "active"}, "baltic"),
    ],
)
def test_partners_are_found_by_declared_filters(cast, maria, query, found):
    assert ids(maria.get("partners/", **query)) == [str(getattr(cast, found).public_id)]


@pytest.mark.parametrize(
    "query",
    [
        {"contacts__user__password__startswith": "p"},
        {"manager__password__startswith": "p"},
        {"_connector": "OR"},
        {"_negated": "1"},
        {"ordering": "contacts__user__password"},
        {"ordering": "name; DROP TABLE partners_partner"},
        {"ordering": "-created_at,name"},
        {"name.x": "1"},
        {"na\x00me": "1"},
        {"status": "invented"},
        {"status": ""},
        {"page_size": "501"},
        {"page_size": "0"},
    ],
)
def test_nothing_else_can_be_asked(cast, maria, query):
    answer = maria.get("partners/", **query)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_cursor_pages_hold_every_row_once_while_rows_are_added(cast, maria):
    for number in range(7):
        make_partner("Same name", programme=cast.programme, external_id=f"S-{number}")
    page = maria.get("partners/", page_size=2, ordering="name").json()
    seen = [row["id"] for row in page["results"]]
    make_partner("A late arrival", programme=cast.programme)
    while page["next"]:
        page = maria.client.get(page["next"], headers={"authorization": f"Bearer {maria.token}"}).json()
        seen += [row["id"] for row in page["results"]]
    assert len(seen) == len(set(seen)) == 9
    back = maria.client.get(page["previous"], headers={"authorization": f"Bearer {maria.token}"}).json()
    assert [row["id"] for row in back["results"]] == seen[6:8]


def test_a_portfolio_manager_sees_only_hers_and_a_foreign_id_answers_like_an_absent_one(cast):
    pia = make_user("pia@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=pia)
    her = integrator(pia)
    assert ids(her.get("partners/")) == [str(cast.alpenglow.public_id)]
    assert str(cast.sven.public_id) not in ids(her.get("contacts/"))
    foreign, absent = cast.baltic.public_id, uuid4()
    for ask in (
        lambda partner: her.get(f"partners/{partner}/"),
        lambda partner: her.patch(f"partners/{partner}/", {"name": "Mine now"}),
        lambda partner: her.get("contacts/", partner=str(partner)),
        lambda partner: her.post("contacts/", {"partner": str(partner), "name": "Spy"}),
        lambda partner: her.post("enrolments/", {"partner": str(partner), "programme": "vendor"}),
    ):
        theirs, nobodys = ask(foreign), ask(absent)
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
    cast.baltic.refresh_from_db()
    assert cast.baltic.name == "Baltic Cloud OÜ"
    assert not Contact.objects.filter(name="Spy").exists()


def test_what_a_portfolio_manager_creates_is_hers(cast):
    pia = make_user("pia@vendor.example", roles=("Partner manager",))
    answer = integrator(pia).post("partners/", {"name": "Cirrus AS"})
    assert answer.status_code == 201, answer.content
    assert Enrolment.objects.get(partner__name="Cirrus AS").manager == pia


def test_lists_take_as_many_queries_for_fifty_rows_as_for_two(cast, maria, django_assert_max_num_queries):
    for number in range(50):
        make_contact(
            make_partner(f"Partner {number}", programme=cast.programme, tier="gold"), "Kim", f"kim{number}@partner.example"
        )
    for noun in ("programmes", "partners", "enrolments", "contacts", "products"):
        with django_assert_max_num_queries(12):
            assert maria.get(f"{noun}/", page_size=100).status_code == 200


def test_the_same_idempotency_key_makes_one_partner(cast, maria):
    first = maria.post("partners/", {"name": "Cirrus AS"}, idempotency_key="k1")
    again = maria.post("partners/", {"name": "Cirrus AS"}, idempotency_key="k1")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    assert maria.post("partners/", {"name": "Dune SA"}, idempotency_key="k1").status_code == 422
    assert list(Partner.objects.filter(name__in=["Cirrus AS", "Dune SA"]).values_list("name", flat=True)) == ["Cirrus AS"]


@pytest.mark.parametrize("key", ["", "two words", "ключ", "k" * 256])
def test_a_key_that_is_none_is_refused(cast, maria, key):
    assert maria.post("partners/", {"name": "Cirrus AS"}, idempotency_key=key).status_code == 422
    assert Partner.objects.count() == 2


def test_a_refused_request_keeps_no_answer_for_its_key(cast, maria):
    assert maria.post("partners/", {"name": "Cirrus AS", "tier": "platin"}, idempotency_key="k1").status_code == 422
    assert maria.post("partners/", {"name": "Cirrus AS", "tier": "gold"}, idempotency_key="k1").status_code == 201
