"""What Maria and her systems write into a partner's own columns is known with its source, its age and how it stands."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact
from context.queries.data_points import figures_of
from context.queries.history import partners_where_then
from context.queries.profiles import profiles_that_differ
from context.queries.review_queue import queue_of, waiting
from context.rules.compiling import compile_rules
from partners.actions.bulk_edits import apply_bulk_edit, field_of, plan_bulk_edit, undo_bulk_edit
from partners.actions.contacts import add_contact, change_contact, end_contact
from partners.actions.enrolments import change_enrolment, end_enrolment, enrol_partner
from partners.actions.erasures import carry_out_erasure, start_erasure
from partners.actions.merges import merge_partners, undo_merge
from partners.actions.partners import change_partner, create_partner
from partners.actions.splits import split_partner, undo_split
from partners.models import DataCopy, Partner, PartnerProfile
from partners.personal_data import ERASED
from portal.tasks import make_copy
from tests.api import integrator
from tests.factories import make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def cirrus(cast) -> Partner:
    return create_partner(by=cast.maria, name="Cirrus AG", country="CH", website="https://cirrus.example", external_id="C-1")


def said_of(partner: Partner, **which) -> list[tuple]:
    """Of the partner itself, not of its places."""
    facts = Fact.objects.filter(partner=partner, programme=None, **which).order_by("pk")
    return list(facts.values_list("data_point__key", "value", "source", "method", "asserted_by__email"))


def known(partner: Partner) -> dict:
    facts = PartnerProfile.objects.get(partner=partner).facts
    return {name: value for name, value in facts.items() if "@" not in name}


def found(field: str, op: str, value) -> set[str]:
    rules = compile_rules({"field": field, "op": op, "value": value})
    return set(rules.partners().values_list("name", flat=True))


def test_who_adds_a_partner_is_the_source_of_what_its_columns_say(cast, cirrus):
    maria = ("Maria Lund", "manual", "maria@vendor.example")
    assert sorted(said_of(cirrus)) == [
        ("country", "CH", *maria), ("name", "Cirrus AG", *maria), ("website", "https://cirrus.example", *maria),
    ]  # fmt: skip
    assert known(cirrus) == {"name": "Cirrus AG", "country": "CH", "website": "https://cirrus.example"}
    # What happened is told once, as before.
    assert set(Activity.objects.of_partner(cirrus.pk).values_list("verb", flat=True)) == {"partner.created", "enrolment.created"}


def test_an_integration_changes_columns_and_the_list_of_facts_tells_them(cast):
    maria = integrator(cast.maria)
    body = {"website": "https://alpenglow.example", "country": "AT", "name": "Alpenglow GmbH"}
    assert maria.patch(f"partners/{cast.alpenglow.public_id}/", body).status_code == 200
    for key in ("website", "country"):
        [fact] = maria.get("facts/", data_point=key).json()["results"]
        assert (fact["value"], fact["source"], fact["method"], fact["standing"]) == (body[key], "Maria Lund", "api", "claim")
    assert not maria.get("facts/", data_point="name").json()["results"]  # it is as it was

    answer = maria.post("partners/", {"name": "Nimbus AS", "country": "NO"})
    assert answer.status_code == 201, answer.content
    assert {row[:4] for row in said_of(Partner.objects.get(name="Nimbus AS"))} == {
        ("name", "Nimbus AS", "Maria Lund", "api"), ("country", "NO", "Maria Lund", "api"),
    }  # fmt: skip


def test_a_refused_change_is_not_in_the_ledger(cast, cirrus):
    before = said_of(cirrus)
    with pytest.raises(Invalid):
        change_partner(cirrus, by=cast.maria, country="AT", website="javascript:alert(1)")
    maria = integrator(cast.maria)
    assert maria.patch(f"partners/{cirrus.public_id}/", {"country": "AT", "tier": "platin"}).status_code == 422
    assert maria.post("partners/", {"name": "Nimbus AS", "tier": "platin"}).status_code == 422
    assert said_of(cirrus) == before
    assert not Fact.objects.exclude(partner=cirrus).exists()
    assert known(cirrus)["country"] == Partner.objects.get(pk=cirrus.pk).country == "CH"


def test_an_unchanged_value_writes_nothing_and_an_emptied_one_has_ended(cast, cirrus):
    change_partner(cirrus, by=cast.maria, country="ch", website="https://cirrus.example")
    assert len(said_of(cirrus)) == 3
    change_partner(cirrus, by=cast.arthur, website="")
    assert said_of(cirrus)[3:] == [("website", None, "Arthur Voss", "manual", "arthur@vendor.example")]
    assert found("fact.website", "is_empty", True) >= {"Cirrus AG"}
    assert profiles_that_differ() == []


def test_segments_and_figures_find_it_by_the_fact_as_by_the_column(cast, cirrus):
    assert found("fact.country", "eq", "CH") == found("partner.country", "eq", "CH") == {"Cirrus AG"}
    assert found("fact.website", "is_empty", False) == {"Cirrus AG"}
    change_partner(cirrus, by=cast.maria, country="DE")
    assert found("fact.country", "eq", "CH") == set()
    assert found("fact.country", "eq", "DE") == {"Cirrus AG"}
    assert figures_of(DataPoint.objects.get(key="website"), cast.maria).filled == 1


def test_beside_a_verified_value_it_is_a_newer_claim_that_waits_for_a_decision(cast, cirrus):
    assert waiting(cast.maria)["claims"] == 0  # what its column says was decided by who wrote it there
    give_verdict(Fact.objects.get(data_point__key="country"), "verified", by=cast.arthur)
    change_partner(cirrus, by=cast.maria, country="AT")
    assert known(cirrus)["country"] == "CH"
    [item] = queue_of("conflicts", cast.maria).items
    assert (item.value, [rival.value for rival in item.rivals]) == ("Austria", ["Switzerland"])
    give_verdict(item.thing, "verified", by=cast.arthur)
    assert known(cirrus)["country"] == "AT"
    assert waiting(cast.maria)["conflicts"] == 0


def test_a_claim_that_the_column_does_not_say_waits(cast, cirrus):
    record_fact(cirrus, "country", "LI", source="their letter", method="manual", by=cast.maria)
    assert [item.value for item in queue_of("claims", cast.maria).items] == ["Liechtenstein"]


def test_the_column_follows_what_is_verified(cast, cirrus):
    said = {"country": "LI", "name": "Cirrus Holding AG"}
    for key, value in said.items():
        fact = record_fact(cirrus, key, value, source="their letter", method="manual", by=cast.maria)
        assert getattr(Partner.objects.get(pk=cirrus.pk), key) != value
        give_verdict(fact, "verified", by=cast.arthur)
    after = Partner.objects.get(pk=cirrus.pk)
    assert {key: getattr(after, key) for key in said} == said
    assert after.former_names.get().name == "Cirrus AG"
    assert found("partner.country", "eq", "LI") == found("fact.country", "eq", "LI") == {"Cirrus Holding AG"}
    assert [row[:3] for row in said_of(cirrus)][-2:] == [("country", "LI", "their letter"), ("name", said["name"], "their letter")]

    change_partner(after, by=cast.maria, country="AT")
    give_verdict(Fact.objects.get(value="AT"), "withdrawn", by=cast.arthur, comment="A slip of the pen")
    assert Partner.objects.get(pk=cirrus.pk).country == "LI"
    assert profiles_that_differ() == []


def test_what_is_a_claim_or_older_than_what_is_verified_does_not_move_the_column(cast, cirrus):
    give_verdict(Fact.objects.get(data_point__key="country"), "verified", by=cast.arthur)
    year = timezone.now() - timedelta(days=365)
    old = record_fact(cirrus, "country", "LI", source="a list", method="manual", by=cast.maria, observed_at=year)
    give_verdict(old, "verified", by=cast.arthur)
    give_verdict(record_fact(cirrus, "country", "AT", source="a call", method="interview"), "disputed", by=cast.maria, comment="No")
    assert Partner.objects.get(pk=cirrus.pk).country == known(cirrus)["country"] == "CH"


def test_an_edit_of_many_is_told_for_each_and_so_is_its_undoing(cast, cirrus):
    field, rows = field_of(Partner, "country"), Partner.objects.filter(pk__in=[cirrus.pk, cast.baltic.pk])
    plan_bulk_edit(rows, field, "AT", by=cast.maria)
    assert (len(said_of(cirrus)), said_of(cast.baltic)) == (3, [])
    _plan, activity = apply_bulk_edit(rows, field, "AT", by=cast.maria)
    assert found("fact.country", "eq", "AT") == {"Cirrus AG", "Baltic Cloud OÜ"}
    assert undo_bulk_edit(activity, by=cast.maria) == 2
    assert [row[1] for row in said_of(cast.baltic)] == ["AT", "EE"]
    assert known(cirrus)["country"] == "CH"


def test_of_two_partners_that_become_one_the_columns_that_stay_are_known(cast, cirrus):
    twin = create_partner(by=cast.maria, name="Cirrus", country="LI", language="de")
    before = said_of(cirrus), said_of(twin), known(cirrus)
    merge = merge_partners(cirrus, twin, {"name": "kept", "country": "kept"}, by=cast.arthur)
    assert known(cirrus) == {"name": "Cirrus AG", "country": "CH", "website": "https://cirrus.example", "language": "de"}
    undo_merge(merge, by=cast.arthur)
    assert (said_of(cirrus), said_of(twin), known(cirrus)) == before
    assert profiles_that_differ() == []


def test_what_is_split_off_has_columns_of_its_own_and_can_go_back(cast, cirrus):
    fact = record_fact(cirrus, "strengths", "lorries", source="call", method="interview", by=cast.maria)
    before = said_of(cirrus)
    split = split_partner(cirrus, {"name": "Cirrus Logistics", "country": "LI"}, ["facts:all", "people:all"], by=cast.maria,
                          both_in=[cirrus.enrolments.get().pk])  # fmt: skip
    assert known(split.made) == {"name": "Cirrus Logistics", "country": "LI", "strengths": "lorries"}
    assert known(cirrus) == {"name": "Cirrus AG", "country": "CH", "website": "https://cirrus.example"}
    undo_split(split, by=cast.maria)
    assert said_of(cirrus) == before
    assert fact in Fact.objects.filter(partner=cirrus)
    assert not said_of(split.made)


def test_the_form_writes_it_and_the_page_shows_source_and_age(cast, client):
    client.force_login(cast.maria)
    form = {"name": "Cirrus AG", "country": "CH", "status": "active", "website": "", "language": "", "time_zone": "",
            "legal_name": "", "external_id": "", "description": "Flies high"}  # fmt: skip
    answer = client.post("/admin/partners/partner/add/", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Partner.objects.get(name="Cirrus AG")
    assert {row[:2] for row in said_of(made)} == {("name", "Cirrus AG"), ("country", "CH"), ("description", "Flies high")}
    page = client.get(f"/admin/partners/partner/{made.public_id}/overview/").content.decode()
    entry = reverse("admin:context_ledger_entry", args=["fact", Fact.objects.get(value="Flies high").public_id])
    assert entry in page
    told = client.get(entry).content.decode()
    for words in ("Flies high", "Maria Lund", "entered by hand", "proof"):
        assert words in told


def test_the_partners_people_read_it_and_take_it_along(cast, client, media):
    change_partner(cast.alpenglow, by=cast.maria, website="https://alpenglow.example")
    change_partner(cast.alpenglow, by=cast.maria, website="")
    client.force_login(cast.nora.user)
    page = client.get("/data/").content.decode()
    for words in ("https://alpenglow.example", "none any more", "Maria Lund"):
        assert words in page

    client.post("/data/copy/")
    make_copy(DataCopy.objects.get().pk)
    response = client.get("/data/download/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    rows = json.loads(archive.read("organisation/values.json"))
    assert [row["value"] for row in rows if row["data_point"] == "website"] == [None, "https://alpenglow.example"]


def test_a_place_in_a_programme_is_in_the_ledger_and_the_history_answers(cast, client):
    """Whoever gives another tier, Maria or a policy: the ledger says since when, and nobody has to decide about it."""
    place = cast.baltic.enrolments.get()
    then = timezone.now() - timedelta(days=60)
    change_enrolment(place, by=cast.maria, tier="gold")
    told = Fact.objects.get(partner=cast.baltic, data_point__key="tier")
    assert (told.value, told.programme, told.source, told.method) == ("gold", cast.programme, "Maria Lund", "observed")
    Fact.objects.filter(pk=told.pk).update(observed_at=then)

    change_enrolment(place, by=None, tier=None)

    asked = {"tier": "gold"}
    in_between = timezone.now() - timedelta(days=30)
    assert cast.baltic in partners_where_then(asked, programme=cast.programme.key, true_at=in_between)
    assert cast.baltic not in partners_where_then(asked, programme=cast.programme.key, true_at=timezone.now())
    assert sum(waiting(cast.maria).values()) == 0


def test_a_place_that_is_refused_leaves_the_ledger_as_it_was(cast):
    with pytest.raises(Invalid):
        change_enrolment(cast.baltic.enrolments.get(), by=cast.maria, tier="diamond")
    assert not Fact.objects.filter(data_point__key="tier").exists()


def test_a_new_place_and_its_end_are_told(cast):
    enrolment = enrol_partner(cast.baltic, make_programme("cars"), by=cast.maria, stage="onboard")
    end_enrolment(enrolment, by=cast.maria)
    told = Fact.objects.filter(programme=enrolment.programme).order_by("pk").values_list("data_point__key", "value")
    assert list(told) == [("status", "active"), ("stage", "onboard"), ("status", "ended")]


def test_what_is_written_about_a_person_is_in_the_ledger_of_the_person_alone(cast):
    lena = add_contact(cast.alpenglow, by=cast.maria, name="Lena Graf", email="lena@alpenglow.example", functions=["sales"])
    about = Fact.objects.filter(contact=lena).order_by("data_point__key")
    assert list(about.values_list("data_point__key", "value", "source", "method")) == [
        ("contact_email", "lena@alpenglow.example", "Maria Lund", "manual"),
        ("contact_functions", ["sales"], "Maria Lund", "manual"),
        ("contact_name", "Lena Graf", "Maria Lund", "manual"),
    ]
    erp = integrator(cast.maria)
    assert erp.patch(f"contacts/{lena.public_id}/", {"job_title": "Head of sales", "functions": []}).status_code == 200
    assert list(about.filter(method="api").values_list("data_point__key", "value")) == [
        ("contact_functions", None), ("contact_job_title", "Head of sales"),
    ]  # fmt: skip
    assert not any(name.startswith("contact_") for name in known(cast.alpenglow))
    assert profiles_that_differ() == []


def test_who_comes_back_is_known_by_what_was_said_anew(cast):
    end_contact(cast.ben, by=cast.maria)
    add_contact(cast.alpenglow, by=cast.maria, name=cast.ben.name, email=cast.ben.email, job_title="Head of service")
    said = Fact.objects.filter(contact=cast.ben).values_list("data_point__key", "value")
    assert list(said) == [("contact_job_title", "Head of service")]


def test_of_a_person_who_is_forgotten_the_ledger_keeps_no_word(cast):
    change_contact(cast.ben, by=cast.ben.user, phone="+43 660 7654321")
    assert Fact.objects.filter(contact=cast.ben, value="+43 660 7654321", source="Ben Ott").exists()
    carry_out_erasure(start_erasure(cast.ben, by=cast.maria))
    assert set(Fact.objects.filter(contact=cast.ben).values_list("value", "source")) == {(ERASED, ERASED)}
