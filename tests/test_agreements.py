"""What was agreed with a partner, until when, and who hears of it in time."""

import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, Refused
from communications.actions.alerts import look_by_rule
from communications.models import Alert
from context.actions.verdicts import give_verdict
from context.models import DataPoint
from context.rules import compile_rules
from partners.actions.agreements import add_agreement, change_agreement, end_agreement
from partners.actions.erasures import erase_everywhere
from partners.actions.evidence import add_evidence
from partners.actions.merges import merge_partners
from partners.actions.typed_rows import save_typed_row
from partners.models import PartnerAgreement
from partners.personal_data import person_of
from portal.copies import copy_for
from portal.queries.holdings import holdings_of
from tests import alert_story, factories
from tests.agreement_story import signed
from tests.api import integrator

pytestmark = pytest.mark.django_db


def test_a_change_is_followed_by_a_claim(cast):
    row = signed(cast)
    first = row.public_id
    assert change_agreement(row, by=cast.maria, title=row.title).public_id == first
    changed = change_agreement(row, by=cast.maria, notice_days=60)
    assert (changed.public_id == first, changed.is_verified, PartnerAgreement.objects.count()) == (False, False, 1)
    assert PartnerAgreement.ledger.count() == 2
    assert changed.notice_by == changed.expires_on - timedelta(days=60)
    end_agreement(changed, by=cast.maria)
    assert not PartnerAgreement.objects.exists()
    with pytest.raises(Refused, match="meanwhile"):
        end_agreement(changed, by=cast.maria)


@pytest.mark.parametrize(
    ("fields", "says", "field"),
    [
        ({"title": " "}, "title is needed", "title"),
        ({"kind": "handshake"}, "handshake", "kind"),
        ({"programme": "nowhere"}, "nowhere", "programme"),
        ({"expires_on": date(2020, 1, 1)}, "before it is signed", "expires_on"),
        ({"expires_on": None}, "Say when it expires", "notice_days"),
        ({"notice_days": 9999}, "number of days", "notice_days"),
        ({"signed_on": "soon"}, "Write the day", "signed_on"),
        ({"observed_at": timezone.now() + timedelta(days=1)}, "future", "observed_at"),
    ],
)
def test_what_cannot_be_is_refused(cast, fields, says, field):
    with pytest.raises(Invalid, match=says) as refusal:
        signed(cast, **fields)
    assert refusal.value.field == field


def test_the_database_keeps_the_order_of_days_too(cast):
    row = signed(cast)
    for wrong in ({"expires_on": date(2001, 1, 1)}, {"expires_on": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PartnerAgreement.objects.filter(pk=row.pk).update(**wrong)


# --- Who sees it ---------------------------------------------------------------------------------------------------------


def test_managers_and_portal_admins_read_it(cast, client):
    signed(cast)
    client.force_login(cast.maria)
    shown = client.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id])).text
    assert "Distribution agreement 2027" in shown
    assert "notice by" in shown
    assert "No agreement is on record." in client.get(reverse("admin:partners_partner_overview", args=[cast.baltic.public_id])).text
    for contact, sees in ((cast.nora, True), (cast.ben, False), (cast.sven, False)):
        client.force_login(contact.user)
        assert ("Distribution agreement 2027" in client.get(reverse("portal:organisation")).text) is sees


def test_what_we_hold_says_it_and_it_can_be_disputed(cast):
    signed(cast)
    held = holdings_of(cast.nora, reader=cast.nora.user).held
    assert [each.holdings[0].value for each in held if each.point.key == "agreements"] == ["Distribution agreement 2027"]


def test_a_colleague_who_is_no_portal_admin_reads_it_nowhere(cast, client, media):
    """Neither in what we hold, nor in the copy to take along, nor as the signed paper; and may not dispute it."""
    row = signed(cast)
    row.evidence_file = add_evidence(cast.alpenglow, SimpleUploadedFile("signed.txt", b"Signed by both"), by=cast.maria)
    row = save_typed_row(row, by=cast.maria)
    places = [reverse("portal:dispute", args=[row.public_id]), reverse("partners:evidence", args=[row.evidence_file.public_id])]
    for contact, sees in ((cast.nora, True), (cast.ben, False)):
        client.force_login(contact.user)
        assert (row.title in client.get(reverse("portal:organisation_data")).text) is sees
        assert [client.get(place).status_code for place in places] == ([200, 200] if sees else [404, 404])
        with copy_for(contact, reader=contact.user) as file, zipfile.ZipFile(file) as archive:
            assert any(row.title in archive.read(name).decode() for name in archive.namelist()) is sees
    client.force_login(cast.maria)
    assert client.get(places[1]).status_code == 200


def test_hidden_from_partners_it_is_on_no_page_of_theirs(cast, client):
    signed(cast)
    DataPoint.objects.filter(key="agreements").update(seen_by="managers")
    client.force_login(cast.nora.user)
    assert "Distribution agreement 2027" not in client.get(reverse("portal:organisation")).text
    assert not [each for each in holdings_of(cast.nora, reader=cast.nora.user).held if each.point.key == "agreements"]


def test_partners_are_not_asked_to_confirm_what_was_agreed(cast):
    point = DataPoint.objects.get(key="agreements")
    assert (point.seen_by, point.edited_by) == ("both", "managers")


def test_maria_writes_it_on_the_form_of_the_partner(cast, client):
    client.force_login(cast.maria)
    page = client.get(reverse("admin:partners_partner_change", args=[cast.alpenglow.pk]))
    [formset] = [each.formset for each in page.context["inline_admin_formsets"] if each.formset.model is PartnerAgreement]
    assert {"kind", "title", "programme", "signed_on", "effective_on", "expires_on", "notice_days", "proof"} <= set(
        formset.empty_form.fields
    )


# --- Rules and alerts ----------------------------------------------------------------------------------------------------


def found(rule: dict) -> set:
    return set(compile_rules(rule).partners())


def test_segments_ask_for_it(cast):
    row = signed(cast)
    soon = {"field": "agreement.expires", "op": "within_days", "value": 90}
    assert found(soon) == {cast.alpenglow}
    assert found({**soon, "value": 10}) == set()
    of_kind = {"field": "agreement.kind", "op": "eq", "value": "distribution"}
    assert found({"all": [of_kind, soon]}) == {cast.alpenglow}
    other = signed(cast, title="Secrets", kind="confidentiality", days=900)
    assert found({"all": [{**of_kind, "value": "confidentiality"}, soon]}) == set(), "one and the same agreement"
    assert found({"field": "agreement.kind", "op": "is_empty", "value": True}) == {cast.baltic}
    assert found({"field": "agreement.programme", "op": "eq", "value": cast.programme.key}) == {cast.alpenglow}
    verified = {**of_kind, "only": ["verified"]}
    assert found(verified) == set()
    give_verdict(row, "verified", by=cast.maria)
    assert found(verified) == {cast.alpenglow}
    end_agreement(other, by=cast.maria)
    assert found({**of_kind, "value": "confidentiality"}) == set()


def test_people_of_such_partners_are_found_and_it_is_said_in_words(cast, client):
    signed(cast)
    soon = {"field": "agreement.expires", "op": "within_days", "value": 90}
    assert set(compile_rules(None, soon).contacts()) == {cast.nora, cast.ben}


@pytest.mark.parametrize(("days", "alerts"), [(0, 0), (19, 0), (20, 1), (90, 1)])
def test_an_alert_comes_before_notice_is_to_be_given(cast, days, alerts):
    """It runs out in fifty days and notice is thirty days before: twenty are left."""
    signed(cast)
    look_by_rule(alert_story.rule(cast, "Agreements", cause="agreements", days=days or 1))
    assert Alert.objects.count() == alerts


def test_what_is_followed_by_another_needs_nobody(cast):
    signed(cast, days=20)
    signed(cast, cast.baltic, days=20)
    signed(cast, title="Distribution agreement 2029", days=800)
    rule = alert_story.rule(cast, "Agreements", cause="agreements", days=60)
    look_by_rule(rule)
    assert [alert.partner for alert in Alert.objects.all()] == [cast.baltic]
    look_by_rule(rule)
    assert Alert.objects.count() == 1


def test_a_rule_can_be_of_one_kind_and_keeps_to_its_programme(cast):
    signed(cast, days=20)
    other = factories.make_programme("suppliers")
    signed(cast, cast.baltic, days=20, programme=other)
    look_by_rule(alert_story.rule(cast, "Supply", cause="agreements", parameter="supply", days=60))
    assert not Alert.objects.exists()
    look_by_rule(alert_story.rule(cast, "Distribution", cause="agreements", parameter="distribution", days=60))
    assert [alert.partner for alert in Alert.objects.all()] == [cast.alpenglow]


# --- The API -------------------------------------------------------------------------------------------------------------


def test_integrators_read_and_write_it(cast):
    api = integrator(cast.maria, "partners:read", "partners:write")
    made = api.post(
        "agreements/",
        {"partner": str(cast.alpenglow.public_id), "title": "Supply 2030", "kind": "supply", "programme": cast.programme.key,
         "expires_on": "2030-12-31", "notice_days": 90},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    assert (made.json()["notice_by"], made.json()["method"], made.json()["is_verified"]) == ("2030-10-02", "api", False)
    changed = api.patch(f"agreements/{made.json()['id']}/", {"notice_days": 30})
    assert (changed.status_code, changed.json()["notice_by"]) == (200, "2030-12-01")
    listed = api.get("agreements/", kind="supply", expires_before="2031-01-01").json()["results"]
    assert [each["title"] for each in listed] == ["Supply 2030"]
    refused = api.patch(f"agreements/{changed.json()['id']}/", {"expires_on": None})
    assert (refused.status_code, "Say when it expires" in refused.text) == (422, True)
    assert api.delete(f"agreements/{changed.json()['id']}/").status_code == 204
    assert not PartnerAgreement.objects.exists()


# --- What happens to partners and people ---------------------------------------------------------------------------------


def test_it_follows_a_merge(cast):
    signed(cast, cast.baltic)
    merge_partners(cast.alpenglow, cast.baltic, by=cast.maria)
    assert PartnerAgreement.objects.get().partner == cast.alpenglow


def test_a_person_is_forgotten_in_its_words(cast):
    add_agreement(cast.alpenglow, by=cast.maria, title="Agreement with Nora Berg", source="Nora Berg, by mail")
    erase_everywhere(person_of(cast.nora))
    row = PartnerAgreement.objects.get()
    assert "Nora" not in row.title + row.source
