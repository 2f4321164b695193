"""A list month by month: who is missing in a month has left, and who was on it then is a question with an answer."""

from datetime import UTC, datetime

import pytest

from context.imports.cleaning import clean, compile_steps
from context.imports.mapping import shipped_spec
from context.models import DataPoint, Fact
from context.queries.facts import current_facts
from context.queries.history import partners_where_then
from partners.models import Enrolment, Partner
from tests.import_story import bring_in, everything, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

MAPPING = {
    "snapshots": "listed",
    "fields": {
        "name": "name",
        "programme": "programme",
        "tier": {"from": "tier", "clean": ["key"]},
        "observed_on": {"from": "month", "clean": [{"date": "%Y-%m"}]},
    },
    "keys": {"register": "register"},
    "match": ["key.register", "name"],
    "programmes": {"alpine": {"name": "Alpine", "tiers": {"gold": "Gold", "silver": "Silver"}}, "baltic": {"name": "Baltic"}},
}
HEAD = "month,programme,name,register,tier\n"
MONTHS = HEAD + (
    "2020-05,alpine,Corvus,c,Silver\n"
    "2020-05,alpine,Delta,d,Gold\n"
    "2020-06,alpine,Corvus,c,Gold\n"
    "2020-06,alpine,Delta,d,Gold\n"
    "2020-06,baltic,Delta,d,\n"
    "2020-07,alpine,Corvus AG,c,Gold\n"
    "2020-09,alpine,Corvus AG,c,Silver\n"
    "2020-09,alpine,Delta,d,Silver\n"
)


def listed(month: int, programme="alpine", **values) -> list[str]:
    then = datetime(2020, month, 28, tzinfo=UTC)
    return list(
        partners_where_then({"listed": True, **values}, programme=programme, true_at=then)
        .order_by("pk")
        .values_list("name", flat=True)
    )


def test_who_was_listed_with_which_tier_in_which_month(tmp_path):
    run = bring_in(tmp_path, "months.csv", MONTHS, MAPPING)

    assert (run.status, run.rows_done, refusals(run)) == ("done", 8, [])
    assert listed(5, tier="gold") == ["Delta"]
    assert listed(6, tier="gold") == ["Corvus AG", "Delta"]
    assert listed(7, tier="gold") == ["Corvus AG"]
    assert listed(8) == ["Corvus AG"]
    assert listed(9, tier="gold") == []
    assert listed(9, tier="silver") == ["Corvus AG", "Delta"]
    assert listed(4) == []


def test_a_tier_that_a_month_leaves_out_has_ended(tmp_path):
    content = MONTHS + "2020-10,alpine,Corvus AG,c,\n2020-10,alpine,Delta,d,Gold\n"

    bring_in(tmp_path, "months.csv", content, MAPPING)

    assert listed(9, tier="silver") == ["Corvus AG", "Delta"]
    assert (listed(10, tier="silver"), listed(10, tier="gold")) == ([], ["Delta"])
    corvus = Enrolment.objects.get(partner__name="Corvus AG")
    assert corvus.tier is None
    assert "Tier" not in [fact.data_point.label for fact in current_facts(corvus.partner)]
    before = everything()
    bring_in(tmp_path, "months.csv", content, MAPPING)
    assert everything() == before


def test_who_vanishes_has_left_on_that_day_and_may_come_back(tmp_path):
    bring_in(tmp_path, "months.csv", MONTHS, MAPPING)

    delta = Fact.objects.filter(partner__name="Delta", data_point__key="listed", programme__key="alpine").order_by("observed_at")
    assert [(fact.observed_at.date().isoformat(), fact.value) for fact in delta] == [
        ("2020-05-01", True),
        ("2020-07-01", False),
        ("2020-09-01", True),
    ]
    assert Enrolment.objects.current().filter(partner__name="Delta").count() == 2


def test_a_programme_that_a_month_does_not_name_says_nothing(tmp_path):
    bring_in(tmp_path, "months.csv", MONTHS, MAPPING)

    assert listed(9, programme="baltic") == ["Delta"]


def test_only_changes_are_written_and_a_second_time_none(tmp_path):
    run = bring_in(tmp_path, "months.csv", MONTHS, MAPPING)
    assert Fact.objects.filter(data_point__key="tier").count() == 5
    before = everything()

    again = bring_in(tmp_path, "months.csv", MONTHS, MAPPING)

    assert everything() == before
    assert (again.counts["unchanged"], again.counts["changed"], again.counts["new"]) == (8, 0, 0)
    assert run.preview["counts"]["new"] == 3


def test_a_later_file_does_not_undo_the_newest(tmp_path):
    bring_in(tmp_path, "months.csv", MONTHS, MAPPING)

    bring_in(tmp_path, "early.csv", HEAD + "2020-04,alpine,Corvus,c,Gold\n", MAPPING)

    assert Enrolment.objects.get(partner__name="Corvus AG").tier.key == "silver"
    assert listed(4, tier="gold") == ["Corvus AG"]


def test_rows_of_a_day_that_come_late_are_refused_with_the_whole_file(tmp_path):
    run = bring_in(tmp_path, "mixed.csv", MONTHS + "2020-05,alpine,Echo,e,Gold\n", MAPPING)

    assert run.status == "failed"
    assert (
        run.problem
        == "Rows of 2020-05-01 come after rows of 2020-09-01. Sort the file by its days: who is missing on one has left."
    )
    assert not Fact.objects.exists()


def test_of_a_row_that_is_refused_we_do_not_say_that_it_left(tmp_path):
    content = (
        HEAD
        + "2020-05,alpine,Corvus,c,Gold\n2020-05,alpine,Delta,d,Gold\n2020-06,alpine,Corvus,c,Gold\n2020-06,alpine,Delta,d,Copper\n"
    )

    run = bring_in(tmp_path, "unclear.csv", content, MAPPING)

    assert len(refusals(run)) == 1
    assert listed(6) == ["Corvus", "Delta"]


def test_an_address_without_its_beginning_does_not_keep_anybody_off_the_list(tmp_path):
    """The shipped mapping of listings reads “www.corvus.example/” as people mean it; what is no address is refused."""
    head = "month,programme,name,homepage,crunchbase,member_tier,member_since\n"
    rows = "2020-05,KCSP,Corvus (KCSP),www.corvus.example/,c,Gold,\n2020-05,KCSP,Delta (KCSP),to be told,d,Gold,\n"

    run = bring_in(tmp_path, "listings.csv", head + rows, shipped_spec("listings"))

    assert Partner.objects.get(name="Corvus").website == "https://www.corvus.example/"
    assert listed(5, programme="kcsp", tier="gold") == ["Corvus"]
    [reason] = refusals(run)
    assert "“to be told” is not a web address" in reason


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("example.com", "https://example.com"),
        ("www.example.com:8080/a?b=c", "https://www.example.com:8080/a?b=c"),
        ("http://example.com", "http://example.com"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("//example.com", "//example.com"),
        ("n/a", "n/a"),
    ],
)
def test_what_an_address_is_read_as(written, read):
    assert clean(written, compile_steps(["web_address"])) == read


def test_the_data_point_is_there_from_the_start():
    assert DataPoint.objects.get(key="listed").type == DataPoint.Type.YES_NO
