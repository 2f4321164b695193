"""Sites come in by a file, one of a name at a time, and a row may bring several kinds of things at once."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from context.actions.verdicts import give_verdict
from context.queries.typed_rows import rows_as_of
from partners.actions.sites import add_site
from partners.models import Contact, Partner, PartnerAgreement, PerformanceRecord, Site
from tests.import_story import bring_in, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

HEAD = "name,site,site_kind,site_city,site_country,site_activities,site_capacity\n"
PLANT = 'Corvus AG,Basel,plant,Basel,ch,"makes, delivers",three shifts\n'


def known(cast, text: str) -> str:
    return HEAD + text.replace("Corvus AG", cast.alpenglow.name)


def test_a_table_brings_a_partners_sites(cast, tmp_path):
    rows = PLANT + "Corvus AG,Rotterdam,Warehouse,,NL,,\nCorvus AG,BASEL,,,,,\n"
    run = bring_in(tmp_path, "sites.csv", HEAD + rows, by=cast.maria)
    assert (run.counts["new"], run.counts["sites"], run.preview["unused"]) == (1, 2, [])
    assert refusals(run) == ["An earlier row is about the same site. Keep one of them."]
    basel, rotterdam = Site.objects.order_by("name")
    assert (basel.partner.name, basel.kind, basel.city, basel.country) == ("Corvus AG", "plant", "Basel", "CH")
    assert (basel.activities, basel.capacity, basel.source) == (["makes", "delivers"], "three shifts", "sites.csv")
    assert (rotterdam.kind, rotterdam.country, rotterdam.activities) == ("warehouse", "NL", [])
    again = bring_in(tmp_path, "other.csv", HEAD + PLANT.replace("makes, delivers", "delivers, makes"))
    assert (again.counts["sites"], Site.ledger.count()) == (0, 2), "in another order it is the same"


def test_a_nested_document_brings_them_with_lists_and_words_of_another_language(cast, tmp_path):
    with translation.override("de"):
        kind, activity = str(Site.Kind.PLANT.label), str(Site.Activity.MAKES.label)
    person = {"contact_name": "Ida Frey", "contact_functions": ["sales", "technical"]}
    rows = [{"name": "Corvus AG", "site_name": "Basel", "site_kind": kind, "site_activities": [activity, "sells"], **person}]
    bring_in(tmp_path, "sites.json", json.dumps(rows))
    assert list(Site.objects.values_list("kind", "activities")) == [("plant", ["makes", "sells"])]
    assert Contact.objects.get(name="Ida Frey").functions == ["sales", "technical"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Corvus AG,,plant,Basel,,,", "The row has details of a site, but no site_name."),
        ("Corvus AG,Basel,castle,,,,", "There is no site kind “castle”. Known are: "),
        ("Corvus AG,Basel,,,,,", "The site is new: say its site_kind. Known are: plant, "),
        ("Corvus AG,Basel,plant,,Switzerland,,", "“Switzerland” is not a country code; use CH."),
        ("Corvus AG,Basel,plant,,,naps,", "There is no site activities “naps”. Known are: "),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, tmp_path, row, says):
    run = bring_in(tmp_path, "sites.csv", HEAD + row + "\n")
    [refused] = run.preview["examples"]["refused"]
    assert refused["what"].startswith(says), refused["what"]
    assert not Partner.objects.filter(name="Corvus AG").exists()


def test_a_site_that_is_known_is_followed_and_keeps_what_the_row_leaves_out(cast, tmp_path):
    add_site(
        cast.alpenglow, by=cast.maria, name="Basel", kind="plant", capacity_value=40, capacity_unit="pallets", serves=["CH", "DE"]
    )
    run = bring_in(tmp_path, "sites.csv", known(cast, "Corvus AG,BASEL,,Muttenz,,sells,\n"))
    assert run.preview["examples"]["changed"][0]["what"] == "site BASEL: city – → Muttenz, activities – → sells"
    row = Site.objects.get()
    assert (row.name, row.kind, row.city, row.activities) == ("Basel", "plant", "Muttenz", ["sells"])
    assert (row.capacity_value, row.capacity_unit, row.serves, Site.ledger.count()) == (40, "pallets", ["CH", "DE"], 2)


def test_beside_a_verified_site_the_file_is_in_the_ledger_alone(cast, tmp_path):
    row = add_site(cast.alpenglow, by=cast.maria, name="Basel", kind="plant", city="Basel")
    give_verdict(row, "verified", by=cast.maria)
    text = known(cast, "Corvus AG,Basel,,Muttenz,,,\n")
    run = bring_in(tmp_path, "sites.csv", text)
    assert "noted beside what is known better" in run.preview["examples"]["changed"][0]["what"]
    assert (Site.objects.get(), Site.ledger.count()) == (row, 2)
    assert bring_in(tmp_path, "sites.csv", text).counts["sites"] == 0


def test_an_older_file_tells_how_it_was(cast, tmp_path):
    row = add_site(cast.alpenglow, by=cast.maria, name="Basel", kind="plant", city="Basel")
    old = timezone.localdate() - timedelta(days=300)
    bring_in(tmp_path, "sites.csv", known(cast, "Corvus AG,Basel,,Muttenz,,,\n"), as_of=old)
    [then] = rows_as_of(cast.alpenglow, ["sites"], true_at=timezone.now() - timedelta(days=200))
    assert (then.city, Site.objects.get()) == ("Muttenz", row)


def test_one_row_may_bring_a_site_an_agreement_and_a_figure(cast, tmp_path):
    head = "name,site,site_kind,agreement,agreement_expires,performance_metric,performance_period,performance_value\n"
    row = "Corvus AG,Basel,plant,Frame,2029-01-31,license_revenue,2026-Q1,120\n"
    run = bring_in(tmp_path, "all.csv", head + row)
    assert [run.counts[kind] for kind in ("sites", "agreements", "performance", "certifications")] == [1, 1, 1, 0]
    assert (Site.objects.get().name, PerformanceRecord.objects.get().value) == ("Basel", 120)
    assert PartnerAgreement.objects.get().expires_on == date(2029, 1, 31)
    assert bring_in(tmp_path, "all.csv", head + row).counts["unchanged"] == 1
