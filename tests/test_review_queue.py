"""Maria works off what waits for a decision: claims, conflicts, disputes, typed rows; by keyboard or by buttons."""

import re
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
from context.models import Fact, Verdict
from context.queries.review_queue import COUNTED_TO, QUEUES, SHOWN, counted, queue_of, waiting
from partners.actions.typed_rows import save_typed_row
from partners.models import Enrolment, Evidence, PartnerRegion, Region, Site
from partners.panels import needs_of
from tests import factories

pytestmark = pytest.mark.django_db
REVIEW = "/admin/context/fact/review/"


@pytest.fixture
def staff(cast):
    return create_data_point(by=cast.maria, key="staff", label="Staff", type="number", unit="people")


def claim(partner, value, *, days: int = 0, key: str = "staff", method: str = "survey", **fields) -> Fact:
    seen = timezone.now() - timedelta(days=days)
    return record_fact(partner, key, value, source=f"source of {value}", method=method, observed_at=seen, **fields)


def values(queue, user) -> list[str]:
    return [item.value for item in queue_of(queue, user).items]


def entry(thing, kind: str = "fact") -> str:
    return reverse("admin:context_ledger_entry", args=[kind, thing.public_id])


def test_the_newest_claim_waits_and_what_came_by_import_does_not(cast, staff):
    claim(cast.alpenglow, 11, days=9)
    claim(cast.alpenglow, 12, days=3)
    claim(cast.baltic, 99, method="import")
    [item] = queue_of("claims", cast.maria).items
    assert (item.value, [rival.value for rival in item.rivals]) == ("12 people", ["11 people"])
    assert waiting(cast.maria) == {"claims": 1, "conflicts": 1, "disputes": 0, "rows": 0}


def test_what_was_verified_since_settles_an_older_claim(cast, staff):
    claim(cast.alpenglow, 11, days=9)
    newer = claim(cast.alpenglow, 12, days=3)
    give_verdict(newer, "verified", by=cast.maria)
    assert values("claims", cast.maria) == []
    contradicting = claim(cast.alpenglow, 40, days=1)
    [item] = queue_of("conflicts", cast.maria).items
    assert item.thing == contradicting
    assert [(rival.value, rival.standing) for rival in item.rivals][0] == ("12 people", "verified")


def test_what_segments_use_comes_first(cast, staff):
    create_data_point(by=cast.maria, key="hobby", label="Hobby")
    claim(cast.alpenglow, 12)
    claim(cast.alpenglow, "chess", key="hobby")
    assert values("claims", cast.maria) == ["chess", "12 people"]
    factories.make_segment("Large").data_points.set([staff])
    assert values("claims", cast.maria) == ["12 people", "chess"]


def test_disputes_and_typed_rows_wait_too(cast, staff):
    give_verdict(claim(cast.alpenglow, 12), "disputed", by=cast.nora.user, comment="never")
    site = save_typed_row(Site(partner=cast.alpenglow, name="Graz", kind="plant"), by=cast.maria)
    assert values("disputes", cast.maria) == ["12 people"]
    assert [item.thing for item in queue_of("rows", cast.maria).items] == [site]
    give_verdict(site, "verified", by=cast.maria)
    assert queue_of("rows", cast.maria).items == []


def test_only_the_own_portfolio_and_only_what_managers_see(cast, staff):
    petra = factories.make_user("petra@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=petra)
    create_data_point(by=cast.maria, key="mood", label="Mood", seen_by="partner", edited_by="partner")
    claim(cast.alpenglow, 12)
    claim(cast.baltic, 7)
    claim(cast.baltic, "good", key="mood")
    assert values("claims", petra) == ["7 people"]
    assert waiting(petra)["claims"] == 1


def test_what_is_beyond_a_page_comes_on_the_next(cast, staff, client):
    create_data_point(by=cast.maria, key="hobby", label="Hobby")
    factories.make_segment("Large").data_points.set([staff])
    for number in range(SHOWN):
        partner = factories.make_partner(f"More {number}", programme=cast.programme)
        claim(partner, "chess", key="hobby")
        claim(partner, number)
    told: list[str] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = queue_of("claims", cast.maria, after=after)
        told, after, pages = told + [item.value for item in page.items], page.after, pages + 1
    assert told == [f"{number} people" for number in reversed(range(SHOWN))] + ["chess"] * SHOWN
    assert pages == 2

    client.force_login(cast.maria)
    [link] = re.findall(r'href="(\?queue=claims&amp;after=[^"]+)"', client.get(REVIEW).text)
    text = client.get(REVIEW + link.replace("&amp;", "&")).text
    assert (text.count('<article class="le-item'), "chess" in text, " people" in text) == (SHOWN, True, False)
    assert "after=" not in text
    assert "Open the list of facts" not in client.get(f"{REVIEW}?queue=claims&after=fact.nonsense").text


@pytest.mark.parametrize("queue", ["disputes", "rows"])
def test_disputes_and_typed_rows_have_pages_as_well(cast, staff, queue):
    things = []
    for number in range(SHOWN + 3):
        if queue == "disputes":
            partner = factories.make_partner(f"More {number}", programme=cast.programme)
            things.append(claim(partner, number))
            give_verdict(things[-1], "disputed", by=cast.maria, comment="no")
        else:
            row = Site(partner=cast.alpenglow, name=f"Hall {number}", kind="plant")
            row = row if number % 2 else PartnerRegion(partner=cast.alpenglow, region=Region.objects.create(key=f"r{number}"))
            things.append(save_typed_row(row, by=cast.maria))
    first = queue_of(queue, cast.maria)
    second = queue_of(queue, cast.maria, after=first.after)
    assert [item.thing for item in first.items + second.items] == things[::-1]
    assert second.after == ""


def test_a_thousand_are_counted_and_more_are_said_to_be_more():
    assert [counted(count) for count in (7, 1_000, COUNTED_TO)] == ["7", "1,000", "1,000+"]


def test_twelve_queries_whatever_waits(cast, staff, client):
    client.force_login(cast.maria)
    client.get(REVIEW)
    for number in range(14):
        partner = factories.make_partner(f"More {number}", programme=cast.programme)
        claim(partner, 1, days=4)
        claim(partner, 2, days=2)
        give_verdict(claim(partner, 3, days=6), "disputed", by=cast.maria)
        save_typed_row(Site(partner=partner, name="Graz", kind="plant"), by=cast.maria)
    for queue in QUEUES:
        with CaptureQueriesContext(connection) as asked:
            text = client.get(f"{REVIEW}?queue={queue}").text
        assert "More 3" in text, queue
        assert len(asked) <= 12, queue


def test_maria_verifies_from_the_queue_without_a_script(cast, staff, client):
    fact = claim(cast.alpenglow, 12)
    client.force_login(cast.maria)
    text = client.get(REVIEW).text
    assert "1 wait" in text
    assert "<kbd>v</kbd>" in text
    proof = SimpleUploadedFile("payroll.pdf", b"%PDF-1.7")
    answer = client.post(entry(fact), {"kind": "verified", "queue": "claims", "evidence_file": proof}, follow=True)
    assert answer.redirect_chain[0][0] == f"{REVIEW}?queue=claims"
    assert "Nothing waits for you here" in answer.text
    verdict = Verdict.objects.get(fact=fact)
    assert (verdict.kind, verdict.by, verdict.evidence_file.name) == ("verified", cast.maria, "payroll.pdf")


def test_a_dispute_needs_a_reason_and_nothing_is_kept_without(cast, staff, client):
    fact = claim(cast.alpenglow, 12)
    client.force_login(cast.maria)
    for kind in ("disputed", "withdrawn"):
        answer = client.post(entry(fact), {"kind": kind, "comment": " "})
        assert answer.status_code == 409
        assert "Say in a few words why" in answer.text
    assert client.post(entry(fact), {"kind": "praised"}).status_code == 409
    bad = SimpleUploadedFile("payroll.pdf", b"PK")
    assert client.post(entry(fact), {"kind": "verified", "evidence_file": bad}).status_code == 422
    assert not Verdict.objects.exists()
    assert not Evidence.objects.exists()


def test_of_two_people_at_once_the_second_is_told(cast, staff, client):
    fact = claim(cast.alpenglow, 12)
    give_verdict(fact, "disputed", by=cast.arthur, comment="no")
    client.force_login(cast.maria)
    answer = client.post(entry(fact), {"kind": "verified", "seen": ""}, headers={"HX-Request": "true"})
    assert "Arthur Voss decided “disputed” meanwhile" in answer.text
    assert Verdict.objects.get().kind == "disputed"
    seen = Verdict.objects.get().public_id
    answer = client.post(entry(fact), {"kind": "verified", "seen": seen}, headers={"HX-Request": "true"})
    assert "data-settled" in answer.text
    assert Verdict.objects.first().kind == "verified"


def test_a_typed_row_has_its_page_also_when_it_has_gone(cast, client):
    site = save_typed_row(Site(partner=cast.alpenglow, name="Graz", kind="plant", capacity="40 a day"), by=cast.maria)
    client.force_login(cast.maria)
    assert "40 a day" in client.get(entry(site, "sites")).text
    client.post(entry(site, "sites"), {"kind": "withdrawn", "comment": "closed"})
    text = client.get(entry(site, "sites")).text
    assert "closed" in text
    assert 'name="kind"' not in text
    again = client.post(entry(site, "sites"), {"kind": "verified", "seen": Verdict.objects.get().public_id})
    assert again.status_code == 409
    assert Verdict.objects.count() == 1
    assert client.get(entry(site, "regions")).status_code == 404
    assert client.get(entry(site, "nonsense")).status_code == 404


def test_a_reader_looks_and_does_not_decide(cast, staff, client):
    fact = claim(cast.alpenglow, 12)
    client.force_login(factories.make_user("ana@vendor.example", roles=("Analyst",)))
    assert 'name="kind"' not in client.get(entry(fact)).text
    assert client.post(entry(fact), {"kind": "verified"}).status_code == 403
    client.force_login(cast.arthur)
    assert client.get(REVIEW).status_code == 403


def test_what_waits_is_said_on_the_first_page(cast, staff):
    claim(cast.alpenglow, 12)
    [need] = [need for need in needs_of(cast.maria) if "claim" in need.sentence]
    assert (need.sentence, need.url) == ("1 claim to verify", f"{REVIEW}?queue=claims")
    assert not [need for need in needs_of(cast.arthur) if "claim" in need.sentence]
