"""What was agreed with partners comes in by a file, stands against what is known better, and comes in once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from openpyxl import Workbook

from context.actions.verdicts import give_verdict
from context.queries.typed_rows import rows_as_of
from partners.actions.agreements import change_agreement, end_agreement
from partners.models import Partner, PartnerAgreement
from tests.agreement_story import signed
from tests.import_story import bring_in, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

HEAD = (
    "name,agreement_title,agreement_kind,agreement_programme,agreement_reference,agreement_signed,agreement_holds_from,"
    "agreement_expires,agreement_notice\n"
)
FRAME = "Corvus AG,Frame 2029,framework,,F-17,2026-01-10,2026-02-01,2029-01-31,90\n"


def ledger() -> list[dict]:
    return list(PartnerAgreement.ledger.order_by("pk").values())


def known(partner, text: str) -> str:
    return HEAD + text.replace("Corvus AG", partner.name)


def test_a_table_brings_agreements_as_claims_with_their_source(cast, tmp_path):
    run = bring_in(tmp_path, "contracts.csv", HEAD + FRAME, by=cast.maria)
    assert (run.counts["new"], run.counts["agreements"], run.preview["unused"]) == (1, 1, [])
    row = PartnerAgreement.objects.get()
    assert (row.partner.name, row.title, row.kind, row.programme, row.evidence) == (
        "Corvus AG",
        "Frame 2029",
        "framework",
        None,
        "F-17",
    )
    assert (row.signed_on, row.effective_on, row.expires_on) == (date(2026, 1, 10), date(2026, 2, 1), date(2029, 1, 31))
    assert (row.notice_days, row.notice_by) == (90, date(2028, 11, 2))
    assert (row.source, row.method, row.asserted_by, row.is_verified) == ("contracts.csv", "import", cast.maria, False)


def test_the_same_file_again_changes_nothing(cast, tmp_path):
    bring_in(tmp_path, "contracts.csv", HEAD + FRAME)
    before = ledger()
    again = bring_in(tmp_path, "contracts.csv", HEAD + FRAME)
    assert (again.counts["unchanged"], again.counts["agreements"], ledger() == before) == (1, 0, True)
    other = bring_in(tmp_path, "another.csv", HEAD + FRAME)
    assert (other.counts["agreements"], ledger() == before) == (0, True), "it says what holds already"


def test_a_workbook_brings_them_with_its_own_days_and_numbers(cast, tmp_path):
    book = Workbook()
    book.active.append(["Name", "Agreement title", "Agreement expires on", "Agreement notice days"])
    book.active.append(["Corvus AG", "Frame 2029", date(2029, 1, 31), 90])
    book.save(tmp_path / "contracts.xlsx")
    bring_in(tmp_path, "contracts.xlsx", (tmp_path / "contracts.xlsx").read_bytes())
    row = PartnerAgreement.objects.get()
    assert (row.kind, row.expires_on, row.notice_days, row.signed_on) == ("partner", date(2029, 1, 31), 90, None)


def test_a_partner_may_have_several_in_rows_of_one_file(cast, tmp_path):
    rows = FRAME + "Corvus AG,Secrets,confidentiality,vendor,,,,,\nCorvus AG,FRAME 2029,,,,,,2031-01-31,\n"
    run = bring_in(tmp_path, "contracts.csv", HEAD + rows)
    assert set(PartnerAgreement.objects.values_list("title", "programme__key")) == {("Frame 2029", None), ("Secrets", "vendor")}
    assert refusals(run) == ["An earlier row is about the same agreement. Keep one of them."]
    assert Partner.objects.filter(name="Corvus AG").count() == 1


def test_a_kind_is_named_by_key_or_as_people_read_it(cast, tmp_path):
    rows = "Corvus AG,One,Supply agreement,,,,,,\nCorvus AG,Two,Liefervertrag,,,,,,\nCorvus AG,Three,supply,,,,,,\n"
    with translation.override("de"):
        words = str(PartnerAgreement.Kind.SUPPLY.label)
    bring_in(tmp_path, "contracts.csv", HEAD + rows.replace("Liefervertrag", words))
    assert list(PartnerAgreement.objects.values_list("kind", flat=True)) == ["supply"] * 3


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Corvus AG,,framework,,,,,,", "The row has details of an agreement, but no agreement_title."),
        ("Corvus AG,Frame,handshake,,,,,,", "There is no agreement kind “handshake”. Known are: confidentiality, "),
        ("Corvus AG,Frame,,nowhere,,,,,", "There is no programme “nowhere”. Known are: "),
        ("Corvus AG,Frame,,,,,,31.01.2029,", "The agreement expires on “31.01.2029” is not a date such as 2025-03-31."),
        ("Corvus AG,Frame,,,,soon,,,", "The agreement signed on “soon” is not a date such as 2025-03-31."),
        ("Corvus AG,Frame,,,,2026-01-10,,2025-01-31,", "An agreement cannot expire before it is signed or holds."),
        ("Corvus AG,Frame,,,,,2026-02-01,2026-01-31,", "An agreement cannot expire before it is signed or holds."),
        ("Corvus AG,Frame,,,,,,,90", "Say when it expires; notice is given so many days before."),
        ("Corvus AG,Frame,,,,,,2029-01-31,9999", "The notice is a number of days from 0 to 3,650."),
        ("Corvus AG,Frame,,,,,,2029-01-31,three months", "The notice is a number of days from 0 to 3,650."),
        (f"Corvus AG,Frame,,,{'x' * 501},,,,", "The agreement reference has 501 characters; it may have 500."),
    ],
)
def test_what_cannot_be_is_named_with_its_row_and_comes_back_to_be_mended(cast, tmp_path, row, says):
    run = bring_in(tmp_path, "contracts.csv", HEAD + FRAME.replace("Corvus", "Delta") + row + "\n")
    [refused] = run.preview["examples"]["refused"]
    assert (refused["row"], refused["what"].startswith(says)) == (3, True), refused["what"]
    assert (PartnerAgreement.objects.count(), Partner.objects.filter(name="Corvus AG").exists()) == (1, False)
    handed_back = run.refused.read().decode("utf-8-sig").splitlines()
    assert (handed_back[0], len(handed_back)) == (HEAD.strip() + ",row,reason", 2)


def test_a_later_file_is_followed_and_what_it_leaves_out_stays(cast, tmp_path):
    bring_in(tmp_path, "contracts.csv", HEAD + FRAME)
    run = bring_in(tmp_path, "renewed.csv", HEAD + "Corvus AG,Frame 2029,,,,,,2032-01-31,\n")
    [changed] = run.preview["examples"]["changed"]
    assert changed["what"] == "agreement Frame 2029: expires 31 Jan 2029 → 31 Jan 2032"
    row = PartnerAgreement.objects.get()
    assert (row.expires_on, row.notice_days, row.kind, row.evidence) == (date(2032, 1, 31), 90, "framework", "F-17")
    assert PartnerAgreement.ledger.count() == 2
    run = bring_in(tmp_path, "wrong.csv", HEAD + "Corvus AG,Frame 2029,,,,,,2025-01-31,\n")
    assert refusals(run) == ["An agreement cannot expire before it is signed or holds."], (
        "with the day that it was signed on before"
    )


def test_what_was_edited_by_hand_stays_until_the_file_says_something_new(cast, tmp_path):
    bring_in(tmp_path, "contracts.csv", HEAD + FRAME)
    change_agreement(PartnerAgreement.objects.get(), by=cast.maria, notice_days=60, source="Phone call")
    assert bring_in(tmp_path, "contracts.csv", HEAD + FRAME).counts["agreements"] == 0
    assert PartnerAgreement.objects.get().notice_days == 60
    bring_in(tmp_path, "contracts.csv", HEAD + FRAME.replace(",90", ",120"))
    assert PartnerAgreement.objects.get().notice_days == 120


def test_what_was_verified_stays_and_the_file_is_a_claim_beside_it(cast, tmp_path):
    row = signed(cast)
    give_verdict(row, "verified", by=cast.maria)
    later = known(cast.alpenglow, f"Corvus AG,{row.title},,,,,,2035-12-31,\n")
    run = bring_in(tmp_path, "contracts.csv", later)
    assert "noted beside what is known better" in run.preview["examples"]["changed"][0]["what"]
    assert PartnerAgreement.objects.exclude(pk=row.pk).get().expires_on == date(2035, 12, 31)
    row.refresh_from_db()
    assert (row.is_verified, row.withdrawn_at) == (True, None)
    assert bring_in(tmp_path, "contracts.csv", later).counts["agreements"] == 0
    bring_in(tmp_path, "contracts.csv", later.replace("2035", "2036"))
    assert set(PartnerAgreement.objects.values_list("expires_on", flat=True)) == {row.expires_on, date(2036, 12, 31)}
    end_agreement(PartnerAgreement.objects.get(verified_at=None), by=cast.maria)
    again = bring_in(tmp_path, "contracts.csv", later.replace("2035", "2036"))
    assert (again.counts["agreements"], PartnerAgreement.objects.get()) == (0, row), "what was taken back does not return"


def test_a_file_that_is_older_than_what_is_known_goes_into_the_ledger_alone(cast, tmp_path):
    row = signed(cast)
    old = timezone.localdate() - timedelta(days=300)
    text = known(cast.alpenglow, f"Corvus AG,{row.title},,,,,,2040-12-31,\n")
    bring_in(tmp_path, "contracts.csv", text, as_of=old)
    assert PartnerAgreement.objects.get() == row
    [then] = rows_as_of(cast.alpenglow, ["agreements"], true_at=timezone.now() - timedelta(days=200))
    assert (then.expires_on, then.source) == (date(2040, 12, 31), f"contracts.csv, {old.isoformat()}")
    before = ledger()
    bring_in(tmp_path, "contracts.csv", text, as_of=old)
    assert ledger() == before


def test_of_several_with_one_name_the_row_says_which(cast, tmp_path):
    signed(cast)
    signed(cast, kind="supply")
    text = known(cast.alpenglow, "Corvus AG,Distribution agreement 2027,,,,,,2040-12-31,\n")
    run = bring_in(tmp_path, "contracts.csv", text)
    assert refusals(run) == [
        "There are several agreements called “Distribution agreement 2027”. Add agreement_kind or agreement_programme."
    ]
    bring_in(tmp_path, "contracts.csv", text.replace("2027,,", "2027,supply,"))
    assert PartnerAgreement.objects.get(expires_on=date(2040, 12, 31)).kind == "supply"


def test_a_mapping_of_ones_own_reads_columns_of_other_names(cast, tmp_path):
    mapping = {
        "fields": {
            "name": "Lieferant",
            "agreement_title": "Vertrag",
            "agreement_expires_on": {"from": "Ende", "clean": [{"date": "%d.%m.%Y"}]},
        },
        "constants": {"agreement_kind": "supply"},
    }
    text = "Lieferant,Vertrag,Ende\nCorvus AG,LV 7,31.01.2029\nDelta Freight,,\n"
    assert bring_in(tmp_path, "vertraege.csv", text, mapping).counts["new"] == 2
    assert PartnerAgreement.objects.values_list("title", "kind", "expires_on").get() == ("LV 7", "supply", date(2029, 1, 31))
