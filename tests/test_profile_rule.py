"""What stands is told twice: by the ledger's pages, and by the profile row that segments read. Both say the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from context.actions.data_points import create_data_point
from context.actions.facts import amend_profile, rebuild_profile_facts, record_fact
from context.models import Fact, Verdict
from context.queries.facts import current_facts
from context.queries.profiles import place_name
from partners.models import PartnerProfile
from tests.faults.house import wait_until

# A value, how many days ago it was seen, whether it belongs to the programme, and what was decided about it, one after the other.
said = st.tuples(st.integers(1, 4), st.integers(0, 200), st.booleans(), st.lists(st.sampled_from(Verdict.Kind.values), max_size=3))


@pytest.mark.parametrize("examples", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_the_profile_holds_what_the_pages_show(cast, examples):
    for key, days in (("ages", 90), ("lasts", None)):
        create_data_point(by=cast.maria, key=key, label=key, type="number", stale_after_days=days)
    now = timezone.now()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(["ages", "lasts"]), said), min_size=2, max_size=6))
    def compare(history):
        Verdict.objects.all().delete()
        Fact.objects.filter(data_point__key__in=("ages", "lasts")).delete()
        rebuild_profile_facts([cast.alpenglow.pk])
        for key, (value, days_ago, in_programme, verdicts) in history:
            fact = record_fact(
                cast.alpenglow, key, value, source="call", method="interview", observed_at=now - timedelta(days=days_ago),
                programme=cast.programme if in_programme else None,
            )  # fmt: skip
            for number, kind in enumerate(verdicts):
                Verdict.objects.create(fact=fact, kind=kind, by=cast.maria, at=now + timedelta(seconds=number))
            amend_profile(fact)
        one_by_one = kept()
        rebuild_profile_facts([cast.alpenglow.pk], {name: point.pk for name, point in places().items()})
        among_some = kept()
        rebuild_profile_facts([cast.alpenglow.pk])
        assert one_by_one == among_some == kept() == shown()

    def places() -> dict:
        facts = Fact.objects.filter(partner=cast.alpenglow, contact=None).select_related("data_point", "programme")
        return {place_name(fact.data_point.key, fact.programme.key if fact.programme else ""): fact.data_point for fact in facts}

    def kept() -> tuple[dict, list]:
        profile = PartnerProfile.objects.get(partner=cast.alpenglow)
        return profile.facts, profile.verified

    def shown() -> tuple[dict, list]:
        facts = {
            place_name(fact.data_point.key, cast.programme.key if fact.programme_id else ""): fact
            for fact in current_facts(cast.alpenglow)
        }
        return {name: fact.value for name, fact in facts.items()}, sorted(name for name, fact in facts.items() if fact.is_verified)

    compare()


def test_a_partner_without_a_profile_gets_one_with_the_first_fact(cast):
    create_data_point(by=cast.maria, key="ages", label="Ages", type="number")
    PartnerProfile.objects.filter(partner=cast.alpenglow).delete()
    record_fact(cast.alpenglow, "ages", 7, source="call", method="interview")
    assert PartnerProfile.objects.get(partner=cast.alpenglow).facts["ages"] == 7


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_sees_what_the_first_wrote(cast):
    """While what holds today is being written, what held yesterday comes in, and waits for it."""
    create_data_point(by=cast.maria, key="ages", label="Ages", type="number")
    yesterday = timezone.now() - timedelta(days=1)

    def come_second() -> None:
        try:
            record_fact(cast.alpenglow, "ages", 7, source="file", method="import", observed_at=yesterday)
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT exists(SELECT FROM pg_locks WHERE NOT granted)")
            return cursor.fetchone()[0]

    with ThreadPoolExecutor(1) as somebody:
        with transaction.atomic():
            record_fact(cast.alpenglow, "ages", 9, source="call", method="interview")
            second = somebody.submit(come_second)
            wait_until(waits, 20)
        second.result()
    assert PartnerProfile.objects.get(partner=cast.alpenglow).facts["ages"] == 9
