"""What an organisation's people see of what is known about it."""

import pytest

from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.periods import period_in_words
from context.trends import HEIGHT, draw_bars
from tests import portal_story

pytestmark = pytest.mark.django_db


def test_ben_sees_the_profile_with_its_proofs(client, cast):
    portal_story.tell(cast)
    client.force_login(cast.ben.user)

    page = client.get("/organisation/").content.decode()

    assert "Gold reseller" in page
    assert "ISO 27001" in page
    assert "Expired" in page
    assert "Certificate on file" in page
    assert "Maria Lund" in page


def test_the_trend_has_its_table_behind_it(client, cast):
    portal_story.tell(cast)
    client.force_login(cast.ben.user)

    figure = client.get("/organisation/").context["organisation"].performance.figures[0]

    assert (figure.name, figure.unit) == ("Licence revenue", "EUR")
    assert [int(point.value) for point in figure.points] == [305_400, 298_000, 362_250, 351_000, 388_500, 412_000]
    assert figure.change == 412_000 - 388_500


def test_what_is_unknown_stays_unknown(client, cast):
    client.force_login(cast.sven.user)

    page = client.get("/organisation/").content.decode()

    assert "not known" in page
    assert "No certificates yet" in page
    assert "Estonia" in page
    assert "ISO" not in page


def test_what_was_claimed_after_a_verified_value_stands_beside_it(client, cast):
    give_verdict(record_fact(cast.baltic, "country", "EE", source="register", method="manual"), "verified", by=cast.maria)
    record_fact(cast.baltic, "country", "LV", source="a call", method="interview")
    client.force_login(cast.sven.user)

    page = " ".join(client.get("/organisation/").content.decode().split())

    assert "verified by Maria Lund on" in page
    claimed = page.index('Latvia</span> <span class="known-end"><span class="mark claim">Claimed since')
    assert page.index("register, entered by hand") < claimed < page.index("a call")


def test_it_asks_the_database_little(client, cast, django_assert_max_num_queries):
    portal_story.tell(cast)
    client.force_login(cast.nora.user)
    client.get("/organisation/")

    with django_assert_max_num_queries(12):
        client.get("/organisation/")


def test_bars_stand_on_zero():
    bars = draw_bars([("Q1", 50, None), ("Q2", 100, None), ("Q3", 0, None)], stacked=True)

    assert bars[1].height == pytest.approx(2 * bars[0].height, abs=0.2)
    assert bars[2].height == 0
    assert all(bar.y + bar.height == pytest.approx(HEIGHT) for bar in bars)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-10-01", "2026-10-31", "Oct 2026"),
        ("2026-07-01", "2026-09-30", "Q3 2026"),
        ("2025-01-01", "2025-12-31", "2025"),
        ("2026-01-05", "2026-01-18", "Jan 2026"),
        ("2026-01-20", "2026-02-10", "20 Jan – 10 Feb 2026"),
    ],
)
def test_periods_are_said_as_people_say_them(start, end, words):
    from datetime import date

    assert period_in_words(date.fromisoformat(start), date.fromisoformat(end)) == words
