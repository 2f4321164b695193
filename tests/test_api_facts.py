"""The ledger by API: claims come in, verdicts are given, and a profile answers for a day in the past."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Access, Activity
from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.segments import create_segment
from context.actions.verdicts import give_verdict
from context.models import Fact, Verdict
from partners.models import Enrolment, PartnerProfile, Site
from tests.api import integrator
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(cast):
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number", unit="people", stale_after_days=100)
    return integrator(cast.maria)


def body(partner, /, **values) -> dict:
    return {"partner": str(partner.public_id), "data_point": "staff", "value": 12, "source": "ERP"} | values


def test_a_claim_comes_in_with_where_it_is_from(cast, maria):
    answer = maria.post("facts/", body(cast.alpenglow, observed_at="2025-01-31T12:00:00+01:00", evidence="ticket 7", unit="people"))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["value"], told["unit"], told["standing"], told["is_stale"]) == (12, "people", "claim", True)
    assert (told["source"], told["method"], told["asserted_by"]) == ("ERP", "api", "maria@vendor.example")
    assert maria.get(f"facts/{told['id']}/").json() == told
    assert maria.get("facts/", is_stale="true", standing="claim", data_point="staff").json()["results"] == [told]
    assert maria.get("facts/", is_stale="false").json()["results"] == []
    assert maria.get("facts/", partner=str(cast.baltic.public_id)).json()["results"] == []


def test_what_waits_for_a_manager_is_found_by_api(cast, maria):
    _older, newer, disputed = (
        record_fact(partner, "staff", value, source="x", method="api", observed_at=timezone.now() - timedelta(days=value))
        for partner, value in ((cast.alpenglow, 2), (cast.alpenglow, 1), (cast.baltic, 3))
    )
    give_verdict(disputed, "disputed", by=cast.maria, comment="no")

    def told(**asked) -> list[int]:
        return [row["value"] for row in maria.get("facts/", **asked).json()["results"]]

    assert told(waits="claims") == told(waits="conflicts") == [1]
    assert told(waits="disputes") == [3]
    give_verdict(newer, "verified", by=cast.maria)
    assert (told(waits="claims"), told(standing="claim")) == ([], [2])
    assert maria.get("facts/", waits="everything").status_code == 400


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"value": "many"}, "staff", "a number such as 1250.5 in people"),
        ({"value": {"a": 1}}, "staff", "a number"),
        ({"unit": "EUR"}, "unit", "kept in people, not in EUR"),
        ({"data_point": "shoes"}, "data_point", "There is no data point"),
        ({"partner": str(uuid4())}, "partner", "There is no partner"),
        ({"observed_at": "2999-01-01T00:00:00Z"}, "observed_at", "cannot lie in the future"),
        ({"observed_at": "2025-01-01T00:00:00"}, "observed_at", "with an offset"),
        ({"source": "x" * 201}, "source", "200"),
        ({"method": "import"}, "method", "cannot be set"),
        ({"data_point": "sites"}, "sites", "rows of their own"),
        ({"data_point": "mood"}, "data_point", "edited by the partner alone"),
        ({"data_point": "secret"}, "data_point", "There is no data point"),
        ({"data_point": "contact_name", "value": "Somebody"}, "data_point", "about a person: change it on the contact"),
        ({"data_point": "tier", "value": "gold"}, "data_point", "change it on the enrolment"),
        ({"data_point": "tier", "value": "gold", "programme": "vendor"}, "data_point", "change it on the enrolment"),
        ({"data_point": "country", "value": "zz"}, "country", "is not a country code"),
        ({"data_point": "website", "value": "alpenglow"}, "website", "is not a web address"),
        ({"data_point": "time_zone", "value": "Mars/Base"}, "time_zone", "is not a time zone"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast, maria, values, field, says):
    create_data_point(by=cast.maria, key="mood", label="Mood", edited_by="partner")
    create_data_point(by=cast.maria, key="secret", label="Secret", seen_by="partner", edited_by="partner")
    answer = maria.post("facts/", body(cast.alpenglow, **values))
    assert answer.status_code in (400, 403, 422)
    assert says in answer.text
    assert field in answer.json().get("errors", {field: 1})
    assert not Fact.objects.exists()


def test_verdicts_are_given_and_two_at_once_are_told(cast, maria):
    fact = record_fact(cast.alpenglow, "staff", 12, source="call", method="interview")
    address = f"facts/{fact.public_id}/verdicts/"
    unknown = maria.post(address, {"kind": "verified", "seen": str(uuid4())})
    assert (unknown.status_code, "Nobody has decided" in unknown.text) == (409, True)
    first = maria.post(address, {"kind": "verified", "seen": None})
    assert first.status_code == 201, first.content
    late = maria.post(address, {"kind": "disputed", "comment": "no", "seen": None})
    assert (late.status_code, "decided “verified” meanwhile" in late.json()["detail"]) == (409, True)
    assert maria.post(address, {"kind": "disputed", "comment": "no", "seen": str(uuid4())}).status_code == 409
    assert maria.post(address, {"kind": "withdrawn"}).status_code == 422
    assert maria.post(address, {"kind": "praised"}).status_code == 400
    assert [row["kind"] for row in maria.get(address).json()["results"]] == ["verified"]
    assert maria.post(address, {"kind": "disputed", "comment": "no", "seen": first.json()["id"]}).status_code == 201
    assert maria.get(f"facts/{fact.public_id}/").json()["standing"] == "disputed"
    assert Verdict.objects.count() == 2


def test_the_same_request_twice_records_once(cast, maria):
    for _time in range(2):
        assert maria.post("facts/", body(cast.alpenglow), **{"idempotency-key": "once"}).status_code == 201
    assert Fact.objects.count() == 1


def test_scope_role_and_portfolio(cast, maria):
    petra = make_user("petra@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    record_fact(cast.alpenglow, "staff", 12, source="call", method="interview")
    hers = integrator(petra)
    assert hers.get("facts/").json()["results"] == []
    assert hers.post("facts/", body(cast.alpenglow)).status_code == 422
    assert hers.post("facts/", body(cast.baltic)).status_code == 201
    assert integrator(cast.maria, "facts:read").post("facts/", body(cast.alpenglow)).status_code == 403
    assert integrator(cast.maria, "partners:read").get("facts/").status_code == 403
    assert hers.get(f"partners/{cast.alpenglow.public_id}/profile/").status_code == 404


def test_a_profile_answers_for_a_day(cast, maria):
    def days_ago(days: int):
        return timezone.now() - timedelta(days=days)

    first = record_fact(cast.alpenglow, "staff", 10, source="call", method="interview", observed_at=days_ago(60))
    second = record_fact(cast.alpenglow, "staff", 11, source="mail", method="interview", observed_at=days_ago(59))
    give_verdict(second, "verified", by=cast.maria)
    Fact.objects.filter(pk=first.pk).update(recorded_at=days_ago(40))
    Site.objects.create(partner=cast.alpenglow, name="Graz", kind="plant", observed_at=days_ago(50), recorded_at=days_ago(45),
                        withdrawn_at=days_ago(5))  # fmt: skip
    address, day = f"partners/{cast.alpenglow.public_id}/profile/", days_ago(30).date().isoformat()

    def known(**asked):
        told = maria.get(address, **asked).json()
        return [(fact["value"], fact["standing"]) for fact in told["facts"]], [row["name"] for row in told["rows"]]

    assert known() == ([(11, "verified")], [])
    assert known(known_at=day) == ([(10, "claim")], ["Graz"])
    assert known(true_at=day) == ([(11, "verified")], ["Graz"])
    both = maria.get(address, known_at=day, true_at=day)
    assert (both.status_code, "Ask one question" in both.json()["detail"]) == (422, True)
    for wrong in ("soon", "2999-01-01", "2025-01-01T00:00:00"):
        assert maria.get(address, true_at=wrong).status_code == 422
    assert maria.get(address, known_at="1187-11-17T08:49:39-17:54").status_code == 200
    assert maria.get(address, known_at="0001-01-01T00:00:00+14:00").status_code == 422
    assert maria.get(address, when=day).status_code == 400


def test_many_come_in_at_once(cast, maria):
    rows = [body(cast.alpenglow, value=n) for n in (7, 8)] + [body(cast.baltic, value=3)]
    answer = maria.post("facts/batch/", {"facts": rows})
    assert answer.status_code == 201, answer.content
    assert list(Fact.objects.order_by("pk").values_list("public_id", flat=True)) == [UUID(id_) for id_ in answer.json()["ids"]]
    assert set(Fact.objects.values_list("method", "source", "asserted_by__email")) == {("api", "ERP", "maria@vendor.example")}
    profiles = PartnerProfile.objects.filter(partner__in=[cast.alpenglow, cast.baltic])
    assert {profile.partner_id: profile.facts["staff"] for profile in profiles} == {cast.alpenglow.pk: 8, cast.baltic.pk: 3}
    told = Activity.objects.filter(verb="fact.recorded_many").order_by("partner_id")
    assert list(told.values_list("partner_id", "sentence")) == [
        (cast.alpenglow.pk, "2 facts came in"), (cast.baltic.pk, "1 fact came in"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ({"value": "many"}, "facts.1.staff", "Row 2: “many” is no value of “Staff”"),
        ({"data_point": "shoes"}, "facts.1.data_point", "Row 2: There is no data point with this id or key"),
        ({"partner": str(uuid4())}, "facts.1.partner", "Row 2: There is no partner with this id"),
        ({"unit": "dozen"}, "facts.1.unit", "Row 2: “Staff” is kept in people, not in dozen."),
        ({"observed_at": "2900-01-01T00:00:00Z"}, "facts.1.observed_at", "Row 2: An observation cannot lie in the future."),
    ],
)
def test_of_many_one_that_is_wrong_is_named_and_none_is_kept(cast, maria, row, field, says):
    answer = maria.post("facts/batch/", {"facts": [body(cast.alpenglow), body(cast.alpenglow, **row), body(cast.baltic)]})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert answer.json()["detail"].startswith(says)
    assert not Fact.objects.exists()
    assert not Activity.objects.filter(verb__startswith="fact.").exists()


def test_too_many_at_once_or_none_are_refused(cast, maria):
    for rows, status in (([], 422), ([body(cast.alpenglow)] * 501, 422), ("facts", 400), ([7], 400)):
        assert maria.post("facts/batch/", {"facts": rows}).status_code == status
    assert not Fact.objects.exists()


def test_who_reads_facts_by_api_or_takes_them_in_a_file_is_on_record(cast, maria, client):
    record_fact(cast.alpenglow, "staff", 5, source="call", method="manual", by=cast.maria)
    maria.get("facts/", data_point="staff")
    assert list(Access.objects.values_list("partner_id", "user", "way")) == [(cast.alpenglow.pk, cast.maria.pk, "api")]
    client.force_login(cast.maria)
    b"".join(client.get("/admin/context/fact/facts.csv").streaming_content)
    segment = create_segment(by=cast.maria, name="All", rule={"field": "partner.country", "op": "is_empty", "value": False})
    b"".join(client.get(reverse("admin:context_segment_partners", args=[segment.public_id])).streaming_content)
    told = Access.objects.filter(way="file").order_by("partner_id")
    assert list(told.values_list("partner_id", flat=True)) == [cast.alpenglow.pk, cast.baltic.pk]
