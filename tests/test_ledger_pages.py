"""Maria at a partner's page: she records by hand, decides, looks back to a day, and takes the facts along as a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Verdict
from context.queries.as_of import facts_as_of, typed_rows_as_of
from partners.actions.typed_rows import save_typed_row
from partners.models import Evidence, PartnerRegion, Region, Site

pytestmark = pytest.mark.django_db
LIST, EXPORT = "/admin/context/fact/", "/admin/context/fact/facts.csv"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number", unit="people", stale_after_days=100)
    return client


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def claim(partner, value, *, days: int = 0, **fields) -> Fact:
    told = {"source": f"source of {value}", "method": "interview", "observed_at": days_ago(days)}
    return record_fact(partner, "staff", value, **{**told, **fields})


def record(client, partner, key: str = "staff", **values):
    address = reverse("admin:context_fact_record", args=[partner.public_id]) + f"?data_point={key}"
    today = timezone.localdate().isoformat()
    return client.post(address, {"source": "call", "method": "manual", "observed_at": today, "value": "12", **values})


def test_a_fact_is_recorded_by_hand_with_its_proof(cast, maria):
    proof = SimpleUploadedFile("payroll.pdf", b"%PDF-1.7")
    answer = record(maria, cast.alpenglow, value="12 people", evidence_file=proof, observed_at="2020-02-03")
    fact = Fact.objects.get()
    assert answer["Location"] == reverse("admin:context_ledger_entry", args=["fact", fact.public_id])
    assert (fact.value, fact.asserted_by, fact.evidence_file.name, fact.observed_at.year) == (12, cast.maria, "payroll.pdf", 2020)
    assert "payroll.pdf" in maria.get(answer["Location"]).text


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"value": "many"}, "a number such as 1250.5 in people"),
        ({"value": "12 EUR"}, "a number such as 1250.5 in people"),
        ({"value": ""}, "has to be"),
        ({"source": ""}, "required"),
        ({"observed_at": "2999-01-01"}, "cannot lie in the future"),
        ({"observed_at": "yesterday"}, "valid date"),
        ({"evidence_file": SimpleUploadedFile("a.pdf", b"MZ")}, "not what its name says"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast, maria, values, says):
    answer = record(maria, cast.alpenglow, **values)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Fact.objects.exists()
    assert not Evidence.objects.exists()


def test_a_choice_that_has_gone_is_refused(cast, maria):
    create_data_point(by=cast.maria, key="focus", label="Focus", type="choice", choices=["cloud", "edge"])
    assert "cloud" in maria.get(reverse("admin:context_fact_record", args=[cast.alpenglow.public_id]) + "?data_point=focus").text
    assert record(maria, cast.alpenglow, "focus", value="mainframe").status_code == 422
    assert record(maria, cast.alpenglow, "focus", value="edge").status_code == 302


def test_only_what_managers_may_edit_is_offered(cast, maria):
    create_data_point(by=cast.maria, key="mood", label="Mood of the partner", edited_by="partner")
    DataPoint.objects.filter(key="challenges").update(retired_at=timezone.now())
    text = maria.get(reverse("admin:context_fact_record", args=[cast.alpenglow.public_id])).text
    assert "Staff" in text
    assert "Mood of the partner" not in text
    assert "?data_point=challenges" not in text
    record(maria, cast.alpenglow, "mood", value="good")
    assert not Fact.objects.exists()


def test_the_partner_page_tells_claims_from_what_is_verified(cast, maria):
    give_verdict(claim(cast.alpenglow, 12, days=120), "verified", by=cast.maria)
    DataPoint.objects.filter(key="sites").update(stale_after_days=10)
    save_typed_row(Site(partner=cast.alpenglow, name="Graz", kind="plant", observed_at=days_ago(30)), by=cast.maria)
    text = maria.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id])).text
    assert (text.count('class="mark stale"'), text.count('class="mark good"')) == (2, 1)
    assert reverse("admin:context_fact_record", args=[cast.alpenglow.public_id]) in text


def test_the_list_finds_claims_disputes_and_what_is_stale(cast, maria):
    give_verdict(claim(cast.alpenglow, 12), "verified", by=cast.maria)
    give_verdict(claim(cast.alpenglow, 13), "disputed", by=cast.maria)
    claim(cast.baltic, 14, days=200)

    def shown(query: str) -> str:
        return maria.get(LIST + query).text

    assert "source of 14" in shown("?standing=claim")
    assert "source of 12" not in shown("?standing=claim")
    assert "source of 12" in shown("?standing=verified")
    assert "source of 13" in shown("?standing=disputed")
    assert "source of 14" in shown("?age=stale")
    assert "source of 14" not in shown("?age=fresh")


def test_the_file_of_facts_tells_what_others_say_instead(cast, maria):
    give_verdict(claim(cast.alpenglow, 12, days=9, source="ERP"), "verified", by=cast.maria)
    claim(cast.alpenglow, 40, days=1, source="=cmd")
    rows = list(csv.DictReader(io.StringIO(maria.get(EXPORT).getvalue().decode("utf-8-sig"))))
    day = days_ago(1).strftime("%Y-%m-%d")
    assert {row["value"]: row["rivals"] for row in rows} == {"12": f"40 (=cmd, {day})", "40": ""}


def test_the_file_holds_what_the_list_shows_and_no_formula(cast, maria):
    give_verdict(claim(cast.alpenglow, 12, source="=cmd()"), "verified", by=cast.maria)
    claim(cast.baltic, 14, days=200)
    rows = list(csv.DictReader(io.StringIO(maria.get(EXPORT).getvalue().decode("utf-8-sig"))))
    assert [(row["value"], row["standing"], row["is_stale"]) for row in rows] == [("14", "claim", "1"), ("12", "verified", "0")]
    assert (rows[1]["source"], rows[1]["decided_by"]) == ("'=cmd()", "Maria Lund")
    only = maria.get(EXPORT + "?standing=claim").getvalue().decode()
    assert "source of 14" in only
    assert "cmd" not in only
    maria.force_login(cast.arthur)
    assert maria.get(EXPORT).status_code == 403


@pytest.fixture
def past(cast, maria) -> None:
    """Said 40 days ago of 60 days ago: 10 people. Corrected 20 days ago, of 60 days ago: 11. A site was there until 5 days ago."""
    first = claim(cast.alpenglow, 10, days=60)
    Fact.objects.filter(pk=first.pk).update(recorded_at=days_ago(40))
    second = claim(cast.alpenglow, 11, days=59)
    Fact.objects.filter(pk=second.pk).update(recorded_at=days_ago(20))
    give_verdict(second, "verified", by=cast.maria)
    Verdict.objects.update(at=days_ago(10))
    Site.objects.create(partner=cast.alpenglow, name="Graz", kind="plant", observed_at=days_ago(50), recorded_at=days_ago(45),
                        withdrawn_at=days_ago(5))  # fmt: skip


def test_what_was_true_and_what_was_known_are_two_answers(cast, past):
    def values(**when) -> list:
        return [fact.value for fact in facts_as_of(cast.alpenglow, **when)]

    def rows(**when) -> list[str]:
        return [str(row) for row in typed_rows_as_of(cast.alpenglow, **when)]

    assert (values(known_at=days_ago(30)), values(true_at=days_ago(30))) == ([10], [11])
    assert (values(known_at=days_ago(50)), values(true_at=days_ago(50))) == ([], [11])
    assert [fact.is_verified for fact in facts_as_of(cast.alpenglow, known_at=days_ago(15))] == [False]
    assert (rows(known_at=days_ago(47)), rows(true_at=days_ago(47))) == ([], ["Graz"])
    assert (rows(known_at=days_ago(6)), rows(true_at=days_ago(4))) == (["Graz"], [])


def test_a_row_shows_what_stood_then(cast, maria):
    alps = Region.objects.create(key="alps", name="Alps")
    row = save_typed_row(PartnerRegion(partner=cast.alpenglow, region=alps, observed_at=days_ago(9)), by=cast.maria)
    PartnerRegion.objects.update(recorded_at=days_ago(8))
    give_verdict(row, "verified", by=cast.maria)
    Verdict.objects.update(at=days_ago(4))
    assert [one.standing for one in typed_rows_as_of(cast.alpenglow, known_at=days_ago(6))] == ["claim"]
    assert [one.standing for one in typed_rows_as_of(cast.alpenglow, known_at=days_ago(2))] == ["verified"]
    assert typed_rows_as_of(cast.alpenglow, known_at=days_ago(2), hidden=frozenset({"regions"})) == []


def test_the_page_asks_one_question(cast, past, maria):
    page = reverse("admin:context_partner_as_of", args=[cast.alpenglow.public_id])
    day = timezone.localdate(days_ago(30)).isoformat()
    known = maria.get(page, {"on": day, "ask": "known_at"}).text
    assert "right or wrong" in known
    assert "source of 10" in known
    assert "source of 11" not in known
    true = maria.get(page, {"on": day, "ask": "true_at"}).text
    assert "by what is known today" in true
    assert "source of 11" in true
    assert "lies in the future" in maria.get(page, {"on": "2999-01-01", "ask": "true_at"}).text
    assert "valid date" in maria.get(page, {"on": "x", "ask": "true_at"}).text
    with CaptureQueriesContext(connection) as asked:
        maria.get(page, {"on": day, "ask": "known_at"})
    assert len(asked) <= 16


def _site_form(partner, **values) -> dict:
    row = {"name": "Graz", "kind": "plant", "source": "visit", "method": "manual", "observed_at_0": "2025-01-01",
           "observed_at_1": "10:00", "partner": partner.pk, "id": ""}  # fmt: skip
    names = ("regions", "specialties", "certifications", "agreements", "sites", "performance", "keys", "relations")
    forms = {f"{name}-{end}": 0 for name in names for end in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return (
        forms
        | {"name": partner.name, "sites-TOTAL_FORMS": 1}
        | {f"sites-0-{name}": value for name, value in {**row, **values}.items()}
    )


def test_a_typed_row_comes_with_its_proof(cast, maria):
    address = reverse("admin:partners_partner_change", args=[cast.alpenglow.pk])
    proof = SimpleUploadedFile("lease.pdf", b"%PDF-1.7")
    answer = maria.post(address, _site_form(cast.alpenglow, proof=proof))
    assert answer.status_code == 302, answer.context["errors"]
    assert Site.objects.get().evidence_file.name == "lease.pdf"
    wrong = maria.post(address, _site_form(cast.alpenglow, name="Linz", proof=SimpleUploadedFile("lease.pdf", b"MZ")))
    assert "not what its name says" in wrong.text
    assert Site.objects.count() == Evidence.objects.count() == 1


def test_a_site_keeps_its_own_kind_wherever_it_is_shown(cast, maria):
    save_typed_row(Site(partner=cast.alpenglow, name="Graz", kind="plant"), by=cast.maria)
    day = {"on": timezone.localdate().isoformat(), "ask": "known_at"}
    assert "plant" in maria.get(reverse("admin:context_partner_as_of", args=[cast.alpenglow.public_id]), day).text.lower()
    maria.force_login(cast.nora.user)
    assert "Plant" in maria.get(reverse("portal:sites")).text
