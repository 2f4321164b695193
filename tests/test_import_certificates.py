"""Certificates of organisations and of their people come in by a file, are found by segments, and come in once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from context.actions.verdicts import give_verdict
from context.imports import passes
from partners.models import Certification, Contact, Partner, PartnerCertification, PartnerProfile
from tests.import_story import bring_in, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

HEAD = "name,certification,certification_issued,certification_expires,certification_reference\n"
ROW = "Corvus AG,ISO 9001,2024-05-01,2027-04-30,No. 17\n"


@pytest.fixture(autouse=True)
def _iso_9001(cast) -> None:
    Certification.objects.get_or_create(key="iso_9001", defaults={"name": "ISO 9001"})


def known(cast, text: str) -> str:
    return HEAD + text.replace("Corvus AG", cast.alpenglow.name)


def held(cast, **fields) -> PartnerCertification:
    told = {"issued_on": date(2024, 5, 1), "expires_on": date(2026, 4, 30), **fields}
    return PartnerCertification.objects.create(
        partner=cast.alpenglow, certification=Certification.objects.get(key="iso_9001"), **told
    )


def days() -> list[tuple]:
    return list(PartnerCertification.objects.order_by("issued_on", "pk").values_list("issued_on", "expires_on"))


def test_a_table_brings_them_and_the_profile_knows(cast, tmp_path):
    run = bring_in(tmp_path, "certificates.csv", HEAD + ROW, by=cast.maria)
    assert (run.counts["new"], run.counts["certifications"], run.preview["unused"]) == (1, 1, [])
    row = PartnerCertification.objects.get()
    assert (row.partner.name, str(row), row.contact, row.evidence) == ("Corvus AG", "ISO 9001", None, "No. 17")
    assert days() == [(date(2024, 5, 1), date(2027, 4, 30))]
    assert (row.source, row.method, row.asserted_by, row.is_verified) == ("certificates.csv", "import", cast.maria, False)
    assert PartnerProfile.objects.get(partner=row.partner).certifications == ["iso_9001"]
    again = bring_in(tmp_path, "certificates.csv", HEAD + ROW.replace("ISO 9001", "iso_9001"))
    assert (again.counts["unchanged"], PartnerCertification.ledger.count()) == (1, 1)


def test_the_profile_of_a_partner_that_is_known_follows(cast, tmp_path):
    bring_in(tmp_path, "certificates.csv", known(cast, ROW))
    assert PartnerProfile.objects.get(partner=cast.alpenglow).certifications == ["iso_9001"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Corvus AG,,2024-05-01,,", "The row has details of a certificate, but no certification."),
        ("Corvus AG,Best of all,,,", "There is no certification “Best of all”. Known are: "),
        ("Corvus AG,ISO 9001,,30.04.2027,", "The certification expires on “30.04.2027” is not a date such as 2025-03-31."),
        ("Corvus AG,ISO 9001,2027-05-01,2027-04-30,", "A certificate cannot expire before it is issued."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, tmp_path, row, says):
    run = bring_in(tmp_path, "certificates.csv", HEAD + row + "\n")
    [refused] = run.preview["examples"]["refused"]
    assert refused["what"].startswith(says), refused["what"]
    assert not Partner.objects.filter(name="Corvus AG").exists()


def test_what_a_row_leaves_out_stays_and_another_day_of_issue_is_a_renewal(cast, tmp_path):
    held(cast, evidence="No. 3")
    run = bring_in(tmp_path, "longer.csv", known(cast, "Corvus AG,ISO 9001,,2026-12-31,\n"))
    assert run.preview["examples"]["changed"][0]["what"] == "certificate ISO 9001: expires 30 Apr 2026 → 31 Dec 2026"
    assert PartnerCertification.objects.get().evidence == "No. 3"
    bring_in(tmp_path, "renewed.csv", known(cast, "Corvus AG,ISO 9001,2026-10-01,2029-09-30,\n"))
    assert days() == [(date(2024, 5, 1), date(2026, 12, 31)), (date(2026, 10, 1), date(2029, 9, 30))]
    run = bring_in(tmp_path, "which.csv", known(cast, "Corvus AG,ISO 9001,,2030-12-31,\n"))
    assert refusals(run) == ["There are several certificates “ISO 9001” of this partner. Add certification_issued_on."]


def test_a_day_of_issue_that_nobody_knew_is_filled_in(cast, tmp_path):
    held(cast, issued_on=None)
    bring_in(tmp_path, "certificates.csv", known(cast, "Corvus AG,ISO 9001,2024-05-01,,\n"))
    assert days() == [(date(2024, 5, 1), date(2026, 4, 30))]


def test_a_verified_one_stays_with_the_claim_beside_it_and_an_older_file_goes_to_the_ledger_alone(cast, tmp_path):
    row = held(cast)
    old = timezone.localdate() - timedelta(days=300)
    bring_in(tmp_path, "old.csv", known(cast, ROW), as_of=old)
    assert (days(), PartnerCertification.ledger.count()) == ([(row.issued_on, row.expires_on)], 2)
    give_verdict(row, "verified", by=cast.maria)
    bring_in(tmp_path, "certificates.csv", known(cast, ROW))
    assert days() == [(row.issued_on, row.expires_on), (date(2024, 5, 1), date(2027, 4, 30))]
    assert bring_in(tmp_path, "certificates.csv", known(cast, ROW)).counts["certifications"] == 0


PEOPLE = "name,contact_name,contact_email,certification,certification_holder,certification_expires\n"
IDA = "Corvus AG,Ida Frey,ida@corvus.example,ISO 9001,person,2027-04-30\n"


def test_a_persons_certificates_are_those_of_the_contact_that_the_row_names(cast, tmp_path):
    Certification.objects.get_or_create(key="aurora", defaults={"name": "Aurora"})
    rows = (
        IDA + IDA.replace("ISO 9001", "aurora") + IDA.replace("Ida Frey,ida", "Jo Lind,jo") + IDA.replace("person", "organisation")
    )
    run = bring_in(tmp_path, "people.csv", PEOPLE + rows + IDA)
    assert refusals(run) == ["An earlier row is about the same certificate. Keep one of them."]
    assert sorted(PartnerCertification.objects.values_list("contact__name", "certification__key"), key=str) == [
        ("Ida Frey", "aurora"),
        ("Ida Frey", "iso_9001"),
        ("Jo Lind", "iso_9001"),
        (None, "iso_9001"),
    ]
    assert Contact.objects.filter(partner__name="Corvus AG").count() == 2
    assert bring_in(tmp_path, "people.csv", PEOPLE + rows).counts["certifications"] == 0
    bring_in(tmp_path, "longer.csv", PEOPLE + IDA.replace("2027", "2028"))
    changed = PartnerCertification.objects.get(expires_on=date(2028, 4, 30))
    assert (changed.contact.name, PartnerCertification.objects.count()) == ("Ida Frey", 4)


def test_a_later_batch_knows_the_person_of_an_earlier_one(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "BATCH_ROWS", 1)
    Certification.objects.get_or_create(key="aurora", defaults={"name": "Aurora"})
    bring_in(tmp_path, "people.csv", PEOPLE + IDA + IDA.replace("ISO 9001", "aurora"))
    assert Contact.objects.get(name="Ida Frey").certifications.count() == 2


def test_whose_a_certificate_is_has_to_be_clear(cast, tmp_path):
    nobody = IDA.replace("Ida Frey,ida@corvus.example", ",")
    run = bring_in(tmp_path, "people.csv", PEOPLE + nobody + IDA.replace("person", "somebody"))
    assert refusals(run) == [
        "The certificate is held by a person, but the row has no contact_name.",
        "There is no certification holder “somebody”. Known are: organisation, person.",
    ]


def test_a_certificate_of_a_person_is_another_one(cast, tmp_path):
    held(cast, contact=cast.nora)
    bring_in(tmp_path, "certificates.csv", known(cast, ROW))
    assert set(PartnerCertification.objects.values_list("contact", "expires_on")) == {
        (cast.nora.pk, date(2026, 4, 30)),
        (None, date(2027, 4, 30)),
    }
