"""What waits for a decision is kept beside the ledger. It is held to the rule as one would say it, told here in plain Python."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from activity.refusals import Refused
from context.actions.data_points import create_data_point
from context.actions.facts import record_fact, record_facts
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Verdict, Waiting
from context.models.facts import SAID_BY_PEOPLE
from context.queries.data_points import OF_A_PARTNER
from context.queries.waiting import partners_waiting_wrongly
from partners.actions.merges import merge_partners, undo_merge
from partners.actions.partners import change_partner
from partners.models import Partner
from tests.database import back_again

pytestmark = pytest.mark.django_db


def by_the_rule() -> dict[int, str]:
    """{fact: how it waits}"""
    waits: dict[int, str] = {}
    places: dict[tuple, list[Fact]] = {}
    for fact in Fact.objects.filter(contact=None).select_related("partner", "data_point"):
        places.setdefault((fact.partner_id, fact.data_point_id, fact.programme_id), []).append(fact)
        if _latest(fact) == "disputed":
            waits[fact.pk] = "dispute"
    for facts in places.values():
        undecided = [fact for fact in facts if _latest(fact) is None]
        claim = max(undecided, key=lambda fact: (fact.observed_at, fact.pk), default=None)
        if claim and claim.method in SAID_BY_PEOPLE and _asks(claim, facts):
            others = [fact for fact in facts if fact.value != claim.value and _latest(fact) in (None, "verified")]
            waits[claim.pk] = "conflict" if others else "claim"
    return waits


def _asks(claim: Fact, facts: list[Fact]) -> bool:
    verified = [fact for fact in facts if _latest(fact) == "verified"]
    if any(fact.observed_at >= claim.observed_at for fact in verified):
        return False
    key = claim.data_point.key
    stands_there = key in OF_A_PARTNER and getattr(claim.partner, key) == (claim.value or "")
    return not stands_there or any(fact.value != claim.value for fact in verified)


def _latest(fact: Fact) -> str | None:
    return Verdict.objects.filter(fact=fact).values_list("kind", flat=True).first()


def kept() -> dict[int, str]:
    rows = Waiting.objects.select_related("fact")
    assert all((row.partner_id, row.data_point_id) == (row.fact.partner_id, row.fact.data_point_id) for row in rows)
    return {row.pk: row.kind for row in rows}


_ABOUT = some.tuples(
    some.sampled_from(["staff", "country"]), some.sampled_from(["DE", "AT"]), some.sampled_from(["survey", "api", "import"]),
    some.integers(0, 3), some.booleans(), some.booleans(),
)  # fmt: skip
_DECIDED = some.tuples(some.integers(0, 30), some.sampled_from(Verdict.Kind.values))
_STEPS = some.lists(some.one_of(_ABOUT, _DECIDED), max_size=12)


@pytest.mark.parametrize("examples", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_whatever_happens_in_whatever_order(cast, examples):
    create_data_point(by=cast.maria, key="staff", label="Staff")

    @settings(max_examples=examples)
    @given(_STEPS)
    def live(steps):
        with back_again():
            now = replace(cast, alpenglow=Partner.objects.get(pk=cast.alpenglow.pk))
            for step in steps:
                _take(step, now)
            assert kept() == by_the_rule()
            assert partners_waiting_wrongly() == 0

    live()


def _take(step: tuple, cast) -> None:
    if len(step) == 2:
        number, kind = step
        facts = list(Fact.objects.order_by("pk"))
        if facts:
            give_verdict(facts[number % len(facts)], kind, by=cast.maria, comment="so it is")
        return
    key, value, method, days, in_programme, is_bulk = step
    said = {"source": "somebody", "method": method, "observed_at": timezone.now() - timedelta(days=days)}
    said["programme"] = cast.programme if in_programme else None
    if is_bulk:
        record_facts([Fact(partner=cast.alpenglow, data_point=DataPoint.objects.get(key=key), value=value, **said)])
    else:
        record_fact(cast.alpenglow, key, value, **said)


def test_the_partners_own_column_settles_and_unsettles_what_is_said_of_it(cast):
    partner = Partner.objects.get(pk=cast.alpenglow.pk)
    said = record_fact(partner, "country", "AT", source="a survey", method="survey")
    assert kept() == {said.pk: "claim"}
    change_partner(partner, by=cast.maria, country="AT")
    assert kept() == by_the_rule() == {}
    other = record_fact(partner, "country", "CH", source="a survey", method="survey")
    assert kept() == by_the_rule() == {other.pk: "conflict"}


def test_what_is_said_of_a_place_is_held_against_the_column_that_followed_a_verdict(cast):
    said = record_fact(cast.alpenglow, "country", "AT", source="a survey", method="survey")
    record_fact(cast.alpenglow, "country", "AT", source="a survey", method="survey", programme=cast.programme)
    give_verdict(said, "verified", by=cast.maria)
    assert Partner.objects.get(pk=cast.alpenglow.pk).country == "AT"
    assert kept() == by_the_rule() == {}


def test_it_follows_its_facts_through_a_merge_and_back(cast):
    create_data_point(by=cast.maria, key="staff", label="Staff")
    claim = record_fact(cast.baltic, "staff", "7", source="x", method="api")
    disputed = record_fact(cast.baltic, "challenges", "Rain", source="x", method="api")
    give_verdict(disputed, "disputed", by=cast.maria, comment="no")
    before = {claim.pk: "claim", disputed.pk: "dispute"}
    assert kept() == before

    merge = merge_partners(cast.alpenglow, cast.baltic, by=cast.maria)
    assert kept() == by_the_rule()
    assert Waiting.objects.get(fact=disputed).partner_id == cast.alpenglow.pk
    assert partners_waiting_wrongly() == 0
    undo_merge(merge, by=cast.maria)
    assert kept() == by_the_rule() == before


def test_what_is_kept_wrongly_is_found_and_mended(cast, capsys):
    claim = record_fact(cast.baltic, "challenges", "Rain", source="x", method="api")
    Waiting.objects.update(kind="conflict")
    with pytest.raises(CommandError, match="kept wrongly of 1 partners"):
        call_command("rebuild_profiles", check=True)
    call_command("rebuild_profiles")
    assert "was kept wrongly of 1 partners" in capsys.readouterr().out
    call_command("rebuild_profiles", check=True)
    assert kept() == {claim.pk: "claim"}


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_do_not_both(cast):
    """Each has seen that nobody decided; whoever comes second is told."""
    create_data_point(by=cast.maria, key="staff", label="Staff")
    facts = [record_fact(partner, "staff", "7", source="x", method="api") for partner in (cast.alpenglow, cast.baltic) * 4]

    def decide(fact: Fact, kind: str, by) -> str:
        try:
            return give_verdict(fact, kind, by=by, comment="so it is", seen=None).kind
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        for fact in facts:
            both = people.map(decide, (fact, fact), ("verified", "disputed"), (cast.maria, cast.arthur))
            told = sorted(both, key=len)
            assert told[0] == Verdict.objects.get(fact=fact).kind
            assert "meanwhile. Load the page again" in told[1]
    assert kept() == by_the_rule()


@pytest.mark.django_db(transaction=True)
def test_many_who_speak_at_once_leave_one_claim(cast):
    create_data_point(by=cast.maria, key="staff", label="Staff")

    def say(value: int) -> None:
        try:
            record_fact(cast.alpenglow, "staff", str(value), source="x", method="api")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        list(people.map(say, range(24)))
    assert kept() == by_the_rule()
    assert list(kept().values()) == ["conflict"]
