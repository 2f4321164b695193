"""Figures from an ERP come in by a file, many about one partner, stand against what is known better, and come in once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import Workbook

from context.actions.verdicts import give_verdict
from context.imports import passes
from context.queries.performance import performance_of
from context.queries.typed_rows import rows_as_of
from partners.models import Contact, Partner, PerformanceRecord, Product, Region, Site
from tests.import_story import bring_in, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

HEAD = (
    "name,performance_metric,performance_value,performance_unit,performance_period,performance_from,performance_to,"
    "performance_programme,performance_region,performance_product,performance_industry,performance_activity\n"
)
Q1 = "Corvus AG,license_revenue,120000,,2026-Q1,,,,,,,\n"
Q2 = "Corvus AG,Licence revenue,140000.50,,,2026-04-01,2026-06-30,,,,,\n"


def ledger() -> list[dict]:
    return list(PerformanceRecord.ledger.order_by("pk").values())


def values() -> list[Decimal]:
    return list(PerformanceRecord.objects.order_by("period_end", "pk").values_list("value", flat=True))


def known(cast, text: str) -> str:
    return HEAD + text.replace("Corvus AG", cast.alpenglow.name)


def booked(cast, value=100, **fields) -> PerformanceRecord:
    """What the books say of Alpenglow's first quarter."""
    days = {"period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}
    told = {"metric": "license_revenue", "unit": "EUR", "source": "The books", **days, **fields}
    return PerformanceRecord.objects.create(partner=cast.alpenglow, value=value, **told)


def test_a_table_brings_a_partners_quarters_as_claims_with_their_source(cast, tmp_path):
    run = bring_in(tmp_path, "revenue.csv", HEAD + Q1 + Q2, by=cast.maria)
    assert (run.counts["new"], run.counts["changed"], run.counts["performance"]) == (1, 1, 2)
    assert (run.counts["new_partners"], run.counts["new_enrolments"], run.preview["unused"]) == (1, 1, [])
    first, second = PerformanceRecord.objects.order_by("period_end")
    assert (first.partner.name, first.metric, first.value, first.unit) == ("Corvus AG", "license_revenue", 120000, "EUR")
    assert (first.period_start, first.period_end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert (second.value, second.period_start, second.period_end) == (Decimal("140000.5"), date(2026, 4, 1), date(2026, 6, 30))
    assert (first.source, first.method, first.asserted_by, first.is_verified) == ("revenue.csv", "import", cast.maria, False)
    [figure] = performance_of(first.partner).figures
    assert [(point.label, point.value) for point in figure.points] == [("Q1 2026", 120000), ("Q2 2026", Decimal("140000.5"))]


def test_the_same_file_again_changes_nothing(cast, tmp_path):
    bring_in(tmp_path, "revenue.csv", HEAD + Q1 + Q2)
    before = ledger()
    again = bring_in(tmp_path, "revenue.csv", HEAD + Q1 + Q2)
    assert (again.counts["unchanged"], again.counts["performance"], ledger() == before) == (2, 0, True)
    other = bring_in(tmp_path, "another.csv", HEAD + Q1.replace("120000", "120000.00001") + Q2)
    assert (other.counts["performance"], ledger() == before) == (0, True), "it says what holds already"


def test_what_a_figure_is_of_tells_it_from_others(cast, tmp_path):
    Region.objects.get_or_create(key="dach", defaults={"name": "DACH"})
    aurora = Product.objects.create(programme=cast.programme, line="Aurora", name="Aurora", version="3")
    rows = (
        Q1
        + "Corvus AG,license_revenue,1,EUR,2026-Q1,,,vendor,dach,Aurora,automotive,sells\n"
        + "Corvus AG,license_revenue,2,,2026-Q1,,,,DACH,aurora 3,,\n"
        + "Corvus AG,license_revenue,3,,2026-Q1,,,,,,Automotive,\n"
        + "Corvus AG,license_revenue,4,,2026-01,,,,,,,Installs\n"
        + "Corvus AG,license_revenue,5,,2025,,,,,,,\n"
        + "Corvus AG,defects,-6.25,,2025,,,,,,,\n"
        + "Corvus AG,license_revenue,7,,2026-Q1,,,,,,automotive,\n"
    )
    run = bring_in(tmp_path, "revenue.csv", HEAD + rows)
    assert refusals(run) == ["An earlier row is about the same figure. Keep one of them."]
    by_value = {row.value: row for row in PerformanceRecord.objects.select_related("region", "product", "programme")}
    assert set(by_value) == {120000, 1, 2, 3, 4, 5, Decimal("-6.25")}
    full = by_value[1]
    assert (full.unit, full.programme, full.region.key, full.product, full.industry, full.activity) == (
        "EUR",
        cast.programme,
        "dach",
        aurora,
        "automotive",
        Site.Activity.SELLS,
    )
    assert (by_value[2].product, by_value[2].programme, by_value[3].industry) == (aurora, None, "Automotive")
    assert (by_value[4].period_start, by_value[4].period_end, by_value[4].activity) == (
        date(2026, 1, 1),
        date(2026, 1, 31),
        Site.Activity.INSTALLS,
    )
    assert (by_value[5].period_start, by_value[5].period_end) == (date(2025, 1, 1), date(2025, 12, 31))
    assert by_value[Decimal("-6.25")].unit == "ppm"
    assert bring_in(tmp_path, "revenue.csv", HEAD + rows).counts["performance"] == 0


def test_a_workbook_brings_them_with_its_own_days_and_numbers(cast, tmp_path):
    book = Workbook()
    book.active.append(["Name", "Performance metric", "Performance value", "Performance from", "Performance to"])
    book.active.append(["Corvus AG", "license_revenue", 0.1 + 0.2, date(2026, 1, 1), date(2026, 3, 31)])
    book.active.append(["Corvus AG", "license_revenue", 0, date(2026, 4, 1), date(2026, 6, 30)])
    book.save(tmp_path / "revenue.xlsx")
    bring_in(tmp_path, "revenue.xlsx", (tmp_path / "revenue.xlsx").read_bytes())
    assert values() == [Decimal("0.3"), 0]


def test_activities_are_named_as_people_read_them_in_each_language(cast, tmp_path):
    with translation.override("de"):
        word = str(Site.Activity.INSTALLS.label)
    bring_in(tmp_path, "revenue.csv", HEAD + f"Corvus AG,license_revenue,4,,2026-01,,,,,,,{word}\n")
    assert PerformanceRecord.objects.get().activity == "installs"


NEXT_YEAR = timezone.localdate().year + 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Corvus AG,,12,,2026-Q1,,,,,,,", "The row has details of a figure, but no performance_metric."),
        ("Corvus AG,smiles,12,,2026-Q1,,,,,,,", "There is no performance metric “smiles”. Known are: defects, "),
        ("Corvus AG,defects,12,,2026-Q1,,,,nowhere,,,", "There is no performance region “nowhere”"),
        ("Corvus AG,defects,12,,2026-Q1,,,,,Boreas,,", "There is no performance product “Boreas”"),
        ("Corvus AG,defects,12,,2026-Q1,,,nowhere,,,,", "There is no programme “nowhere”. Known are: "),
        ("Corvus AG,defects,12,,2026-Q1,,,,,,,naps", "There is no performance activity “naps”. Known are: "),
        ("Corvus AG,defects,,,2026-Q1,,,,,,,", "The row names a figure, but no performance_value."),
        ('Corvus AG,defects,"1,250.5",,2026-Q1,,,,,,,', "The performance value “1,250.5” is not a number such as 1250.5."),
        ("Corvus AG,defects,1_250,,2026-Q1,,,,,,,", "The performance value “1_250” is not a number such as 1250.5."),
        ("Corvus AG,defects,many,,2026-Q1,,,,,,,", "The performance value “many” is not a number such as 1250.5."),
        ("Corvus AG,defects,NaN,,2026-Q1,,,,,,,", "The performance value “NaN” is not a number such as 1250.5."),
        ("Corvus AG,defects,1e14,,2026-Q1,,,,,,,", "The performance value “1e14” is not a number such as 1250.5."),
        ("Corvus AG,defects,12,,,,,,,,,", "Say of which period the figure is: performance_period, or both "),
        ("Corvus AG,defects,12,,,2026-01-01,,,,,,", "Say of which period the figure is: performance_period, or both "),
        ("Corvus AG,defects,12,,2026-Q5,,,,,,,", "The period “2026-Q5” is none such as 2026, 2026-Q3 or 2026-07."),
        (
            "Corvus AG,defects,12,,,01.01.2026,2026-01-31,,,,,",
            "The performance from “01.01.2026” is not a date such as 2025-03-31.",
        ),
        ("Corvus AG,defects,12,,,2026-02-01,2026-01-31,,,,,", "A period cannot end before it begins."),
        ("Corvus AG,defects,12,,,0001-01-01,2026-01-31,,,,,", "A period lies between 1900 and 2200."),
        ("Corvus AG,defects,12,,2026-Q1,,2026-01-31,,,,,", "performance_period and the days say different periods."),
        (f"Corvus AG,defects,12,,{NEXT_YEAR},,,,,,,", "The period begins in the future. A figure tells what was."),
        (f"Corvus AG,defects,12,{'x' * 13},2026-Q1,,,,,,,", "The performance unit has 13 characters; it may have 12."),
        ("Corvus AG,defects,12,EUR,2026-Q1,,,,,,,", "“Defects” is kept in ppm, not in EUR."),
    ],
)
def test_what_cannot_be_is_named_with_its_row_and_comes_back_to_be_mended(cast, tmp_path, row, says):
    run = bring_in(tmp_path, "revenue.csv", HEAD + Q1.replace("Corvus", "Delta") + row + "\n")
    [refused] = run.preview["examples"]["refused"]
    assert (refused["row"], refused["what"].startswith(says)) == (3, True), refused["what"]
    assert (values(), Partner.objects.filter(name="Corvus AG").exists()) == ([120000], False)
    handed_back = run.refused.read().decode("utf-8-sig").splitlines()
    assert (handed_back[0], len(handed_back)) == (HEAD.strip() + ",row,reason", 2)


def test_of_two_versions_of_a_product_the_row_says_which(cast, tmp_path):
    _two, three = (Product.objects.create(programme=cast.programme, line="A", name="Aurora", version=nth) for nth in "23")
    row = "Corvus AG,defects,12,,2026-Q1,,,,,Aurora,,\n"
    run = bring_in(tmp_path, "revenue.csv", HEAD + row)
    assert refusals(run) == ["There are several products “Aurora”. Add the version, or performance_programme."]
    bring_in(tmp_path, "revenue.csv", HEAD + row.replace("Aurora", "Aurora 3"))
    assert PerformanceRecord.objects.get().product == three


def test_a_later_file_is_followed(cast, tmp_path):
    row = booked(cast)
    run = bring_in(tmp_path, "revenue.csv", known(cast, Q1))
    [changed] = run.preview["examples"]["changed"]
    assert changed["what"] == "figure Licence revenue, Q1 2026: value 100 → 120,000"
    now = PerformanceRecord.objects.get()
    assert (now.value, now.unit, now.source, now.pk == row.pk) == (120000, "EUR", "revenue.csv", False)
    assert [held["withdrawn_at"] is None for held in ledger()] == [False, True]


def test_what_was_verified_stays_and_what_the_file_says_is_for_the_ledger_alone(cast, tmp_path):
    """A claim that holds beside it would be summed up as well."""
    row = booked(cast)
    give_verdict(row, "verified", by=cast.maria)
    run = bring_in(tmp_path, "revenue.csv", known(cast, Q1))
    assert "noted beside what is known better" in run.preview["examples"]["changed"][0]["what"]
    claim = PerformanceRecord.ledger.exclude(pk=row.pk).get()
    row.refresh_from_db()
    assert (row.is_verified, row.withdrawn_at, row.value, claim.value, claim.is_verified) == (True, None, 100, 120000, False)
    assert (values(), claim.withdrawn_at is None) == ([100], False)
    assert bring_in(tmp_path, "revenue.csv", known(cast, Q1)).counts["performance"] == 0
    assert bring_in(tmp_path, "revenue.csv", known(cast, Q1.replace("120000", "130000"))).counts["performance"] == 1
    assert values() == [100]


def test_a_file_that_is_older_than_what_is_known_goes_into_the_ledger_alone(cast, tmp_path):
    row = booked(cast)
    old = timezone.localdate() - timedelta(days=100)
    bring_in(tmp_path, "revenue.csv", known(cast, Q1), as_of=old)
    assert PerformanceRecord.objects.get() == row
    [then] = rows_as_of(cast.alpenglow, ["performance"], true_at=timezone.now() - timedelta(days=50))
    assert (then.value, then.source) == (120000, f"revenue.csv, {old.isoformat()}")
    before = ledger()
    bring_in(tmp_path, "revenue.csv", known(cast, Q1), as_of=old)
    assert ledger() == before


def _months(name: str) -> str:
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    return "".join(f"{name},license_revenue,{nth},,{month},,,,,,,\n" for nth, month in enumerate(months))


def test_a_later_batch_knows_what_an_earlier_one_said(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "BATCH_ROWS", 13)
    rows = _months("Corvus AG")
    run = bring_in(tmp_path, "revenue.csv", HEAD + rows + rows.splitlines()[0] + "\n")
    assert (run.counts["new_partners"], run.counts["performance"], values()) == (1, 24, list(range(24)))
    assert refusals(run) == ["An earlier row is about the same figure. Keep one of them."]


def test_what_is_held_is_asked_once_for_each_batch(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "BATCH_ROWS", 13)
    with CaptureQueriesContext(connection) as asked:
        bring_in(tmp_path, "revenue.csv", known(cast, _months("Corvus AG")))
    reading = [query for query in asked if 'FROM "partners_performancerecord"' in query["sql"]]
    assert len(reading) == 4, "two batches, looked at and brought in"
    with CaptureQueriesContext(connection) as asked:
        bring_in(tmp_path, "plain.csv", f"name,country\n{cast.alpenglow.name},DE\n")
    assert not [query for query in asked if "performancerecord" in query["sql"]]


def test_a_contact_named_beside_each_figure_is_one_person(cast, tmp_path):
    head = "name,contact_name,contact_email,performance_metric,performance_period,performance_value\n"
    row = "Corvus AG,Ida Frey,ida@corvus.example,license_revenue,2026-Q1,120\n"
    rows = row + row.replace("Q1", "Q2") + row.replace("Q1", "Q3").replace("Frey", "Fry")
    run = bring_in(tmp_path, "revenue.csv", head + rows)
    assert (values(), Contact.objects.filter(partner__name="Corvus AG").count()) == ([120, 120], 1)
    assert refusals(run) == ["An earlier row is about the same person at this partner. Keep one of them."]


def test_a_mapping_of_ones_own_reads_an_erps_columns(cast, tmp_path):
    mapping = {
        "fields": {
            "name": "Debitor",
            "performance_value": {"from": "Umsatz", "clean": [{"strip_suffix": " EUR"}]},
            "performance_period": "Quartal",
        },
        "constants": {"performance_metric": "license_revenue", "performance_programme": "vendor"},
    }
    text = "Debitor;Quartal;Umsatz\nCorvus AG;2026-Q1;120.5 EUR\nDelta Freight;;\n"
    assert bring_in(tmp_path, "umsatz.csv", text, mapping).counts["new"] == 2
    row = PerformanceRecord.objects.get()
    assert (row.partner.name, row.value, row.programme) == ("Corvus AG", Decimal("120.5"), cast.programme)
