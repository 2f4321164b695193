"""Maria keeps the ledger: what is claimed, what is verified, what has gone stale, and what was known when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid
from context.actions.facts import let_newer_claims_take_over, rebuild_profile_facts, record_fact, record_facts
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Verdict
from context.queries.facts import current_facts
from partners.models import PartnerProfile, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(cast) -> DataPoint:
    return DataPoint.objects.create(key="staff", label="Staff", type="number", stale_after_days=365)


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def told(partner, value, days: int, **fields) -> Fact:
    return record_fact(partner, "staff", value, source="call", method="interview", observed_at=days_ago(days), **fields)


def profile_of(partner) -> dict:
    return PartnerProfile.objects.get(partner=partner).facts


def test_a_claim_is_current_and_in_the_profile_at_once(cast, staff):
    told(cast.alpenglow, "12", 3)
    [fact] = current_facts(cast.alpenglow)
    assert (fact.value, fact.source, fact.is_verified, fact.is_claim, fact.is_stale) == (12, "call", False, True, False)
    assert profile_of(cast.alpenglow) == {"staff": 12}
    assert profile_of(cast.baltic) == {}


def test_a_fresh_verified_value_stands_against_a_newer_claim(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria, comment="seen the payroll")
    told(cast.alpenglow, 40, 1)
    [fact] = current_facts(cast.alpenglow)
    assert (fact.value, fact.is_verified) == (12, True)
    assert profile_of(cast.alpenglow)["staff"] == 12


def test_the_newest_of_two_verified_values_is_current(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria)
    give_verdict(told(cast.alpenglow, 14, 20), "verified", by=cast.maria)
    assert current_facts(cast.alpenglow)[0].value == 14


def test_a_stale_verified_value_stays_until_a_newer_claim_takes_over_as_a_claim(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 400), "verified", by=cast.maria)
    [stale] = current_facts(cast.alpenglow)
    assert (stale.value, stale.is_verified, stale.is_stale) == (12, True, True)
    told(cast.alpenglow, 11, 500)
    assert current_facts(cast.alpenglow)[0].value == 12
    told(cast.alpenglow, 40, 1)
    [claim] = current_facts(cast.alpenglow)
    assert (claim.value, claim.is_claim, claim.is_stale) == (40, True, False)


def test_time_alone_lets_a_waiting_claim_take_over(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria)
    told(cast.alpenglow, 40, 1)
    DataPoint.objects.filter(pk=staff.pk).update(stale_after_days=20)
    assert profile_of(cast.alpenglow)["staff"] == 12
    assert let_newer_claims_take_over() == 1
    assert profile_of(cast.alpenglow)["staff"] == 40


def test_a_withdrawn_value_is_gone_and_a_disputed_one_steps_back(cast, staff):
    told(cast.alpenglow, 10, 9)
    disputed, withdrawn = told(cast.alpenglow, 20, 5), told(cast.alpenglow, 30, 1)
    give_verdict(withdrawn, "withdrawn", by=cast.maria)
    give_verdict(disputed, "disputed", by=cast.maria)
    assert current_facts(cast.alpenglow)[0].value == 10
    assert profile_of(cast.alpenglow)["staff"] == 10
    assert Fact.objects.count() == 3


def test_the_latest_verdict_counts_and_each_is_kept(cast, staff):
    fact = told(cast.alpenglow, 10, 9)
    give_verdict(fact, "verified", by=cast.maria)
    give_verdict(fact, "disputed", by=cast.arthur)
    [current] = current_facts(cast.alpenglow)
    assert (current.is_verified, current.is_disputed) == (False, True)
    assert Verdict.objects.filter(fact=fact).count() == 2
    assert Activity.objects.filter(verb="fact.disputed", actor=cast.arthur, partner_id=cast.alpenglow.pk).count() == 1


def test_what_several_claim_lies_side_by_side_until_someone_decides(cast, staff):
    """Beside a claim stands what others say, each with their latest word; an import and what they said before do not."""
    told(cast.alpenglow, 5, 20)
    record_fact(cast.alpenglow, "staff", 9, source="list.csv", method="import", observed_at=days_ago(15))
    record_fact(cast.alpenglow, "staff", 7, source="Nora", method="survey", observed_at=days_ago(12))
    record_fact(cast.alpenglow, "staff", 10, source="Nora", method="survey", observed_at=days_ago(9))
    second = told(cast.alpenglow, 20, 5)
    [fact] = current_facts(cast.alpenglow)
    assert (fact.value, [(rival.value, rival.source) for rival in fact.rivals]) == (20, [(10, "Nora")])
    give_verdict(second, "verified", by=cast.maria)
    assert [fact.rivals for fact in current_facts(cast.alpenglow)] == [[]]


def test_a_newer_claim_is_told_beside_the_verified_value_and_who_verified_it(cast, staff):
    told(cast.alpenglow, 9, 40)
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria)
    told(cast.alpenglow, 12, 20)
    told(cast.alpenglow, 40, 10)
    told(cast.alpenglow, 41, 5)
    told(cast.alpenglow, 40, 1)
    [fact] = current_facts(cast.alpenglow)
    assert (fact.value, fact.decided_by, fact.decided_at.date()) == (12, "Maria Lund", timezone.now().date())
    assert [(claim.value, claim.source, claim.observed_at.date()) for claim in fact.rivals] == [
        (40, "call", days_ago(1).date()),
        (41, "call", days_ago(5).date()),
    ]
    [before] = current_facts(cast.alpenglow, true_at=days_ago(7))
    assert [claim.value for claim in before.rivals] == [40]


def test_a_claim_that_somebody_decided_about_is_no_conflict_any_more(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria)
    give_verdict(told(cast.alpenglow, 40, 1), "disputed", by=cast.maria)
    assert current_facts(cast.alpenglow)[0].rivals == []


def test_what_was_true_then_and_what_we_knew_then_are_two_questions(cast, staff):
    early, late = told(cast.alpenglow, 10, 100), told(cast.alpenglow, 20, 50)
    Fact.objects.filter(pk=early.pk).update(recorded_at=days_ago(100))
    Fact.objects.filter(pk=late.pk).update(recorded_at=days_ago(5))
    assert current_facts(cast.alpenglow, true_at=days_ago(30))[0].value == 20
    assert current_facts(cast.alpenglow, known_at=days_ago(30))[0].value == 10
    assert current_facts(cast.alpenglow, known_at=days_ago(200)) == []


def test_a_value_of_the_place_in_a_programme_and_one_of_a_person_stay_apart(cast, staff):
    told(cast.alpenglow, 10, 9)
    told(cast.alpenglow, 3, 1, programme=cast.programme)
    told(cast.alpenglow, 7, 1, contact=cast.nora)
    assert profile_of(cast.alpenglow) == {"staff": 10, "staff@vendor": 3}


def test_the_profile_can_be_rebuilt_with_no_difference(cast, staff):
    give_verdict(told(cast.alpenglow, 12, 30), "verified", by=cast.maria)
    told(cast.alpenglow, 40, 1)
    told(cast.baltic, 5, 1)
    before = {partner: profile_of(partner) for partner in (cast.alpenglow, cast.baltic)}
    PartnerProfile.objects.update(facts={"staff": "wrong"})
    rebuild_profile_facts([cast.alpenglow.pk, cast.baltic.pk])
    assert {partner: profile_of(partner) for partner in before} == before


def test_many_facts_come_in_with_a_handful_of_queries(cast, staff, django_assert_max_num_queries):
    rows = [
        Fact(partner=partner, data_point=staff, value=number, source="file.csv", method="import")
        for number, partner in enumerate([cast.alpenglow, cast.baltic] * 50)
    ]
    with django_assert_max_num_queries(12):
        assert record_facts(rows) == 100
    assert (profile_of(cast.alpenglow)["staff"], profile_of(cast.baltic)["staff"]) == (98, 99)


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("stuff", 1, "There is no data point “stuff”. Known are:"),
        ("staff", "many", "“many” is no value of “Staff”"),
        ("staff", float("nan"), "it has to be a number"),
        ("staff", "1e50", "a number of at most 14 digits"),
        ("staff", "1e1000000", "a number of at most 14 digits"),
        ("staff", "0." + "1" * 100, "it has to be a number"),
        ("member_since", "31.12.2023", "a date such as"),
        ("member_since", "2025-03-31 rubbish", "a date such as"),
        ("member_since", "2025-W14-1", "a date such as"),
        ("places", ["dach", "atlantis"], "some of these regions: dach"),
        ("places", [], "one value at least"),
        ("moods", "", "one value at least"),
    ],
)
def test_a_wrong_fact_is_refused_and_nothing_changes(cast, staff, key, value, part):
    DataPoint.objects.create(key="places", label="Places", type="regions")
    DataPoint.objects.create(key="moods", label="Moods", type="choices", choices=["good", "bad"])
    Region.objects.get_or_create(key="dach", defaults={"name": "DACH"})
    with pytest.raises(Invalid, match=part):
        record_fact(cast.alpenglow, key, value, source="call", method="interview")
    assert not Fact.objects.exists()
    assert profile_of(cast.alpenglow) == {}


def test_an_observation_names_its_source_and_lies_in_the_past(cast, staff):
    with pytest.raises(Invalid, match="where this comes from"):
        record_fact(cast.alpenglow, "staff", 1, source=" ", method="manual")
    with pytest.raises(Invalid, match="in the future"):
        told(cast.alpenglow, 1, -2)
    with pytest.raises(Invalid, match="older than 1900"):
        told(cast.alpenglow, 1, 200 * 365)
    with pytest.raises(Invalid, match="Sven Tamm is not at Alpenglow"):
        told(cast.alpenglow, 1, 1, contact=cast.sven)
    with pytest.raises(Invalid, match="no verdict “maybe”"):
        give_verdict(told(cast.baltic, 1, 1), "maybe", by=cast.maria)
    assert not Fact.objects.filter(partner=cast.alpenglow).exists()
    assert not Verdict.objects.exists()
