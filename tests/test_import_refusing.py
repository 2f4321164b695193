"""Rows that cannot be kept: refused with a reason, handed back, mended and fed in again."""

import json

import pytest

from context.models import DataPoint
from partners.models import Partner, PartnerKey
from tests.factories import make_partner
from tests.import_story import AGENCIES, AGENCY_MAPPING, HEAD, TWO, bring_in, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_refused_rows_come_back_mended(cast, tmp_path):
    wrong = TWO.replace(",CH,", ",Schweiz,").replace("logistics", "shipping") + "Echo Ltd,E-1,GB,,reseller,,,,,\n"
    run = bring_in(tmp_path, "list.csv", wrong)
    assert (run.counts["new"], run.counts["refused"]) == (1, 2)
    assert [example["row"] for example in run.preview["examples"]["refused"]] == [2, 3]
    assert "“Schweiz” is not a country code" in refusals(run)[0]
    assert "There is no kind “shipping”. Known are:" in refusals(run)[1]
    assert not Partner.objects.filter(external_id__in=["C-1", "D-1"]).exists()
    handed_back = run.refused.read().decode("utf-8-sig")
    assert handed_back.splitlines()[0] == HEAD.strip() + ",row,reason"
    mended = handed_back.replace("Schweiz", "CH", 1).replace("shipping", "logistics", 1)
    again = bring_in(tmp_path, "mended.csv", mended)
    assert (again.counts["new"], again.counts["refused"], again.preview["unused"]) == (2, 0, [])
    assert Partner.objects.get(external_id="C-1").country == "CH"


def test_refused_rows_of_a_document_come_back_as_plain_columns(cast, tmp_path):
    DataPoint.objects.create(key="staff", label="Staff", type="number")
    broken = json.loads(json.dumps(AGENCIES))
    broken["regions"][0]["agencies"][0]["entry"]["staff"] = "a dozen"
    run = bring_in(tmp_path, "agencies.json", json.dumps(broken), AGENCY_MAPPING)
    assert refusals(run) == ["“a dozen” is no value of “Staff”: it has to be a number such as 1250.5."]
    again = bring_in(tmp_path, "mended.csv", run.refused.read().decode("utf-8-sig").replace("a dozen", "12", 1))
    assert again.counts["new"] == 1
    fjord = Partner.objects.get(name="Fjord Consult")
    assert (fjord.keys.get().system, fjord.enrolments.get().tier.key, fjord.profile.facts["staff"]) == ("registry", "a", 12)


def test_a_row_cannot_hand_a_formula_to_a_spreadsheet(cast, tmp_path):
    run = bring_in(tmp_path, "list.csv", "name,country\n=cmd|'/c calc'!A1,Nowhere\n")
    assert "\n =cmd" in run.refused.read().decode("utf-8-sig")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("Corvus AG,C-1,,,,,,,,\nCorvus Two,C-1,,,,,,,,\n", "Row 2 is about the same partner in the same programme"),
        ("Corvus AG,C-1,,,,,,Ida,i@c.example,\nCorvus AG,C-1,,,,,,Ida,I@c.example,\n", "An earlier row is about the same person"),
        ("Corvus AG,C-1,CH,,,,,Ida,,\nCorvus AG,C-1,AT,,,,,Jan,,\n", "Row 2 says something else about this partner"),
        (",C-1,CH,,,,,,,\n", "A name is needed"),
        ("Corvus AG,,,corvus,,,,,,\n", "“corvus” is not a web address"),
        ("Corvus AG,,,,,platinum,,,,\n", "There is no tier “platinum”. Known are: gold, silver."),
        ("Corvus AG,,,,,,gone,,,\n", "There is no status “gone”"),
        ("Corvus AG,,,,,,,,ida@corvus.example,\n", "but no contact_name"),
        ("Corvus AG,,,,,,,Ida,not an address,\n", "is not an e-mail address"),
        ("Corvus AG,C-1,CH,,,,,,,,slipped\n", "It has 11 values, but there are 10 columns"),
        ("Alpenglow GmbH,X-9,,,,,,,,\n", None),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(cast, tmp_path, rows, sentence):
    run = bring_in(tmp_path, "list.csv", HEAD + rows)
    if sentence is None:
        assert (run.counts["new"], Partner.objects.filter(name="Alpenglow GmbH").count()) == (1, 2)
        return
    assert run.counts["refused"] == 1
    assert sentence in refusals(run)[0]


def test_a_name_that_two_partners_have_asks_for_a_key(cast, tmp_path):
    make_partner("Twin GmbH", programme=cast.programme)
    make_partner("Twin GmbH", programme=cast.programme)
    run = bring_in(tmp_path, "list.csv", "name,country\nTwin GmbH,AT\n")
    assert "There are several partners called “Twin GmbH”" in refusals(run)[0]
    assert not Partner.objects.filter(country="AT").exists()


def test_keys_of_two_partners_in_one_row_are_refused(cast, tmp_path):
    PartnerKey.objects.create(partner=cast.baltic, system="registry", value="77")
    run = bring_in(tmp_path, "list.csv", "name,external_id,key.registry\nAlpenglow GmbH,A-1,77\n")
    assert "Its keys belong to different partners" in refusals(run)[0]
