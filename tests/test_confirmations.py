"""Nora confirms or corrects what Alpenglow is asked: only what is stale, disputed, or required and missing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.refusals import NotAllowed, Refused
from context.actions.confirmations import abstain, add_rows, confirm_row, confirm_value, correct_value
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import Abstention, DataPoint, Fact
from context.queries.confirmations import asked_of
from context.queries.facts import current_facts
from partners.models import Certification, PartnerCertification, Region, Site
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db) -> DataPoint:
    return DataPoint.objects.create(key="staff", label="Staff", type="number", stale_after_days=365, purpose="Plans training.")


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def told(partner, key: str, value, days: int) -> Fact:
    return record_fact(partner, key, value, source="annual review", method="review", observed_at=days_ago(days))


def labels(partner) -> list[str]:
    return [one.data_point.label for one in asked_of(partner)]


def seen(partner) -> str:
    return str(asked_of(partner)[0].seen)


def test_nothing_asks_for_a_fresh_fact(cast, staff):
    told(cast.alpenglow, "staff", 12, 364)
    assert labels(cast.alpenglow) == []
    told(cast.baltic, "staff", 12, 366)
    assert labels(cast.baltic) == ["Staff"]


def test_a_disputed_value_is_asked_however_fresh(cast, staff):
    give_verdict(told(cast.alpenglow, "staff", 12, 3), "disputed", by=cast.maria)
    assert [(one.why, one.fact.value) for one in asked_of(cast.alpenglow)] == [("disputed", 12)]


def test_what_is_required_of_its_kind_or_stage_is_asked_while_it_is_missing(cast, staff):
    enrolment = cast.alpenglow.enrolments.get()
    staff.required_kinds.add(enrolment.kind)
    assert labels(cast.alpenglow) == ["Staff"]
    staff.required_stages = ["sell"]
    staff.save()
    assert labels(cast.alpenglow) == []
    cast.alpenglow.enrolments.update(stage="sell")
    assert labels(cast.alpenglow) == ["Staff"]
    told(cast.alpenglow, "staff", 12, 3)
    assert labels(cast.alpenglow) == []


@pytest.mark.parametrize("hidden", [{"seen_by": "managers"}, {"edited_by": "managers"}, {"retired_at": timezone.now()}])
def test_only_what_partners_may_see_and_edit_is_asked(cast, staff, hidden):
    told(cast.alpenglow, "staff", 12, 400)
    DataPoint.objects.filter(pk=staff.pk).update(**hidden)
    assert labels(cast.alpenglow) == []


def test_most_valuable_first(cast, staff):
    for key, days in (("oldest", 900), ("newer", 500), ("used", 400), ("used_twice", 390)):
        DataPoint.objects.create(key=key, label=key, stale_after_days=30)
        told(cast.alpenglow, key, "x", days)
    for name, keys in (("One", ["used", "used_twice"]), ("Two", ["used_twice"])):
        factories.make_segment(name).data_points.set(DataPoint.objects.filter(key__in=keys))
    staff.required_kinds.add(cast.alpenglow.enrolments.get().kind)
    assert labels(cast.alpenglow) == ["used_twice", "used", "Staff", "oldest", "newer"]


def test_one_click_claims_the_same_value_as_observed_now(cast, staff):
    give_verdict(told(cast.alpenglow, "staff", 12, 400), "verified", by=cast.maria)
    fact = confirm_value(cast.alpenglow, staff, by=cast.nora.user, seen=seen(cast.alpenglow))
    assert (fact.value, fact.asserted_by, fact.source) == (12, cast.nora.user, "confirmed by Nora Berg in the portal")
    assert (timezone.now() - fact.observed_at).seconds < 60
    [current] = current_facts(cast.alpenglow)
    assert (current.value, current.is_stale, current.is_claim) == (12, False, True)
    assert asked_of(cast.alpenglow) == []


def test_twice_is_refused_because_it_is_fresh(cast, staff):
    told(cast.alpenglow, "staff", 12, 400)
    fact = confirm_value(cast.alpenglow, staff, by=cast.nora.user, seen=seen(cast.alpenglow))
    with pytest.raises(Refused, match="still fresh"):
        confirm_value(cast.alpenglow, staff, by=cast.nora.user, seen=str(fact.pk))
    assert Fact.objects.count() == 2


def test_what_the_reader_has_not_seen_is_not_overwritten(cast, staff):
    told(cast.alpenglow, "staff", 12, 400)
    shown = seen(cast.alpenglow)
    told(cast.alpenglow, "staff", 40, 390)
    with pytest.raises(Refused, match="newer value came in meanwhile"):
        confirm_value(cast.alpenglow, staff, by=cast.nora.user, seen=shown)
    with pytest.raises(Refused, match="newer value came in meanwhile"):
        correct_value(cast.alpenglow, staff, 20, by=cast.nora.user, seen=shown)
    assert Fact.objects.count() == 2


def test_a_member_and_another_partner_may_not(cast, staff):
    told(cast.alpenglow, "staff", 12, 400)
    for user in (cast.ben.user, cast.sven.user, cast.maria):
        with pytest.raises(NotAllowed):
            confirm_value(cast.alpenglow, staff, by=user, seen=seen(cast.alpenglow))
    assert Fact.objects.count() == 1


def test_not_knowing_is_not_asked_again_for_a_month(cast, staff):
    told(cast.alpenglow, "staff", 12, 400)
    abstain(cast.alpenglow, staff, "unknown", by=cast.nora.user)
    assert asked_of(cast.alpenglow) == []
    Abstention.objects.update(until=days_ago(1))
    assert labels(cast.alpenglow) == ["Staff"]
    assert Fact.objects.count() == 1


def test_a_certificate_and_a_site_go_stale_and_are_confirmed_or_ended(cast):
    DataPoint.objects.filter(key__in=["certifications", "sites"]).update(stale_after_days=100)
    kept = {"partner": cast.alpenglow, "source": "interview"}
    iso = Certification.objects.create(key="iso", name="ISO 9001")
    row = PartnerCertification.objects.create(certification=iso, observed_at=days_ago(200), **kept)
    site = Site.objects.create(name="Munich", kind="branch", observed_at=days_ago(150), **kept)
    Site.objects.create(name="Bonn", kind="branch", observed_at=days_ago(50), **kept)
    assert [one.row_id for one in asked_of(cast.alpenglow)] == [row.pk, site.pk]

    new = confirm_row(row, DataPoint.objects.get(key="certifications"), by=cast.nora.user)
    assert (new.source, new.certification, new.asserted_by) == ("confirmed by Nora Berg in the portal", iso, cast.nora.user)
    assert PartnerCertification.ledger.count() == 2
    assert [one.row_id for one in asked_of(cast.alpenglow)] == [site.pk]
    with pytest.raises(Refused, match="still fresh"):
        confirm_row(new, DataPoint.objects.get(key="certifications"), by=cast.nora.user)


def test_who_confirms_a_row_and_who_decides_about_it_hold_it_and_the_profile_in_one_order(cast):
    point = DataPoint.objects.get(key="sites")
    DataPoint.objects.filter(pk=point.pk).update(stale_after_days=10)
    point.refresh_from_db()
    _admin(cast.nora)
    site = Site.objects.create(partner=cast.alpenglow, name="Linz", kind="branch", observed_at=days_ago(11))

    def held_in_order(does) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            does()
        held = [sql["sql"] for sql in asked if "UPDATE" in sql["sql"]]
        tables = [name for sql in held for name in re.findall("partners_site|partners_partnerprofile", sql)[:1]]
        return list(dict.fromkeys(tables))

    assert held_in_order(lambda: give_verdict(site, "disputed", by=cast.maria)) == ["partners_site", "partners_partnerprofile"]
    site.refresh_from_db()
    assert held_in_order(lambda: confirm_row(site, point, by=cast.nora.user)) == ["partners_site", "partners_partnerprofile"]


def test_a_kind_of_rows_that_is_required_is_asked_while_there_is_none(cast, staff):
    kind = cast.alpenglow.enrolments.get().kind
    sites = DataPoint.objects.get(key="sites")
    sites.required_kinds.add(kind)
    staff.required_kinds.add(kind)
    factories.make_segment("Near us").data_points.add(sites)
    assert [(one.data_point.key, one.why, one.row_id) for one in asked_of(cast.alpenglow)] == [
        ("sites", "missing", None),
        ("staff", "missing", None),
    ]
    [site] = add_rows(cast.alpenglow, sites, [Site(name="Graz", kind="plant")], by=cast.nora.user)
    assert (site.source, site.method, site.asserted_by) == ("told by Nora Berg in the portal", "manual", cast.nora.user)
    assert labels(cast.alpenglow) == ["Staff"]
    with pytest.raises(Refused, match="came in meanwhile"):
        add_rows(cast.alpenglow, sites, [Site(name="Graz", kind="plant")], by=cast.nora.user)
    abstain(cast.baltic, sites, "not_applicable", by=_admin(cast.sven))
    assert labels(cast.baltic) == ["Staff"]
    assert Site.ledger.count() == 1


def _admin(contact):
    contact.is_partner_admin = True
    contact.save()
    return contact.user


# The page


@pytest.fixture
def nora(client, cast):
    client.force_login(cast.nora.user)
    return client


def page_of(client) -> str:
    return client.get(reverse("context:confirmations")).content.decode()


def answer(client, point: DataPoint, headers=None, **data):
    return client.post(reverse("context:confirm_value", args=[point.public_id]), data, headers=headers)


def test_the_page_shows_value_source_and_age(cast, staff, nora):
    told(cast.alpenglow, "staff", 12, 400)
    page = page_of(nora)
    assert "One thing to confirm or correct" in page
    for words in ("Staff", "annual review", "old", "Why we ask: Plans training.", "Still right"):
        assert words in page
    assert "1 thing to confirm or correct" in nora.get("/").content.decode()


def test_seven_at_a_time(cast, nora, django_assert_max_num_queries):
    for number in range(9):
        DataPoint.objects.create(key=f"p{number}", label=f"Point {number}", stale_after_days=30)
        told(cast.alpenglow, f"p{number}", "x", 90)
    page = page_of(nora)
    assert page.count("Still right") == 7
    assert "You see the 7 that matter most" in page
    with django_assert_max_num_queries(12):
        page_of(nora)


def test_without_scripts_nora_confirms_and_corrects(cast, staff, nora):
    told(cast.alpenglow, "staff", 12, 400)
    wrong = answer(nora, staff, answer="correct", seen=seen(cast.alpenglow), value="many")
    assert wrong.status_code == 422
    assert "“many” is no value of “Staff”: it has to be a number such as 1250.5." in wrong.content.decode()
    assert Fact.objects.count() == 1

    done = nora.post(
        reverse("context:confirm_value", args=[staff.public_id]),
        {"answer": "correct", "seen": seen(cast.alpenglow), "value": "14"},
        follow=True,
    )
    assert "Staff: Thank you. It is now: 14" in done.content.decode()
    assert "Everything we know about you is fresh" in done.content.decode()


def test_with_htmx_the_card_is_replaced_and_the_heading_counts_down(cast, staff, nora):
    told(cast.alpenglow, "staff", 12, 400)
    part = answer(nora, staff, {"HX-Request": "true"}, answer="confirm", seen=seen(cast.alpenglow)).content.decode()
    assert "<html" not in part
    assert "Confirmed: 12" in part
    assert 'hx-swap-oob="true">Nothing to confirm' in part


def test_sites_are_corrected_and_ended_on_the_page(cast, nora):
    DataPoint.objects.filter(key="sites").update(stale_after_days=100)
    fields = {"partner": cast.alpenglow, "kind": "branch", "observed_at": days_ago(200)}
    munich, bonn = Site.objects.create(name="Munich", **fields), Site.objects.create(name="Bonn", **fields)
    assert page_of(nora).count("No longer so") == 2
    taken = nora.post(reverse("context:confirm_row", args=["sites", munich.public_id]), {"answer": "correct", "name": "Bonn"})
    assert taken.status_code == 422
    assert "Another of your sites has this name." in taken.content.decode()
    right = {"answer": "correct", "name": "Munich", "capacity": "24 people"}
    nora.post(reverse("context:confirm_row", args=["sites", munich.public_id]), right)
    nora.post(reverse("context:confirm_row", args=["sites", bonn.public_id]), {"answer": "ended"})
    assert [(site.name, site.capacity) for site in Site.objects.all()] == [("Munich", "24 people")]
    assert Site.ledger.count() == 3
    assert "Everything we know about you is fresh" in page_of(nora)


def test_what_is_not_theirs_is_absent(cast, staff, nora):
    DataPoint.objects.filter(key="sites").update(stale_after_days=100)
    site = Site.objects.create(partner=cast.baltic, name="Tallinn", kind="branch", observed_at=days_ago(200))
    assert nora.post(reverse("context:confirm_row", args=["sites", site.public_id]), {"answer": "ended"}).status_code == 404
    DataPoint.objects.filter(pk=staff.pk).update(seen_by="managers")
    assert answer(nora, staff, answer="unknown").status_code == 404


def test_members_are_told_who_may(client, cast, staff):
    told(cast.alpenglow, "staff", 12, 400)
    client.force_login(cast.ben.user)
    refused = client.get(reverse("context:confirmations"))
    assert refused.status_code == 403
    assert "portal admins" in refused.content.decode()
    assert "to confirm or correct" not in client.get("/").content.decode()


def test_nora_adds_what_is_missing_on_the_page(cast, client):
    kind = cast.alpenglow.enrolments.get().kind
    for key in ("regions", "certifications"):
        DataPoint.objects.get(key=key).required_kinds.add(kind)
    dach, nordic = Region.objects.create(key="dach", name="DACH"), Region.objects.create(key="nordic", name="Nordics")
    iso = Certification.objects.create(key="iso", name="ISO 9001")
    client.force_login(cast.nora.user)
    text = client.get(reverse("context:confirmations")).text
    assert "2 things to confirm or correct" in text
    regions = reverse("context:confirm_kind", args=["regions"])
    assert client.post(regions, {"answer": "correct"}).status_code == 422
    client.post(regions, {"answer": "correct", "words": [dach.pk, nordic.pk]})
    assert sorted(row.region.key for row in cast.alpenglow.regions.all()) == ["dach", "nordic"]
    certificates = reverse("context:confirm_kind", args=["certifications"])
    wrong = {"answer": "correct", "certification": iso.pk, "issued_on": "2026-02-01", "expires_on": "2026-01-01"}
    assert "cannot expire before" in client.post(certificates, wrong).text
    assert not cast.alpenglow.certifications.exists()
    client.post(certificates, {**wrong, "expires_on": "2029-01-01"})
    assert cast.alpenglow.certifications.get().certification == iso
    assert asked_of(cast.alpenglow) == []
    assert client.post(reverse("context:confirm_kind", args=["performance"]), {"answer": "correct"}).status_code == 404
