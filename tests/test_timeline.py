"""What happened to a partner: of one kind, by one person, between two days, a page at a time; kept in the address."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from partners.queries.timeline import PAGE_LENGTH

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(cast, client):
    """Asks for Alpenglow's timeline; the address is the whole question."""
    client.force_login(cast.maria)
    address = reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id])
    return lambda **asked: client.get(address, {"tab": "timeline", **asked}).content.decode()


@pytest.fixture
def story(cast):
    def tell(sentence: str, verb: str, days: int, by=None, partner=cast.alpenglow) -> None:
        Activity.objects.create(
            sentence=sentence, verb=verb, actor=by, partner_id=partner.pk, occurred_at=timezone.now() - timedelta(days=days)
        )

    tell("A fact was verified", "fact.verified", 1, cast.maria)
    tell("Nora joined", "contact.joined", 5, cast.nora.user)
    tell("Reached Gold", "tier.changed", 9)
    tell("Reminded by a machine", "reminder.sent", 20)
    tell("Another partner's", "fact.verified", 1, cast.maria, cast.baltic)


def test_it_tells_what_was_asked_for(cast, story, page):
    fact, joined, gold, machine = "A fact was verified", "Nora joined", "Reached Gold", "Reminded by a machine"
    for asked, told in (
        ({}, {fact, joined, gold, machine}),
        ({"kind": "knowledge"}, {fact}),
        ({"kind": "people"}, {joined}),
        ({"kind": "places"}, {gold}),
        ({"kind": "other"}, {machine}),
        ({"kind": "work"}, set()),
        ({"who": cast.nora.user.public_id}, {joined}),
        ({"who": "portal"}, {gold, machine}),
        ({"since": _day(9), "until": _day(5)}, {joined, gold}),
        ({"kind": "places", "who": "portal", "since": _day(10)}, {gold}),
    ):
        seen = page(**asked)
        assert {sentence for sentence in (fact, joined, gold, machine) if sentence in seen} == told, asked
        assert "Another partner" not in seen
        assert told or "Nothing of this kind happened then" in seen


def _day(ago: int) -> str:
    return timezone.localdate(timezone.now() - timedelta(days=ago)).isoformat()


def test_what_is_wrong_is_said(story, page):
    assert "The last day has to come after the first one." in page(since=_day(1), until=_day(5))
    assert "Enter a valid date." in page(since="soon")
    assert "Select a valid choice" in page(who="someone")


def test_older_ones_follow_page_by_page_and_keep_the_question(cast, page):
    now = timezone.now()
    rows = [
        Activity(sentence=f"Fact {n:03}", verb="fact.recorded", partner_id=cast.alpenglow.pk, occurred_at=_moment(now, n))
        for n in range(2 * PAGE_LENGTH + 5)
    ]
    Activity.objects.bulk_create(rows)
    seen, asked = [], {"kind": "knowledge"}
    for _page in range(3):
        html = page(**asked)
        assert "kind=knowledge" in html
        seen += [n for n in range(len(rows)) if f"Fact {n:03}" in html]
        asked["before"] = html.partition("&amp;before=")[2].partition('"')[0]
    assert asked["before"] == ""
    assert seen == list(range(len(rows)))


def _moment(now: datetime, n: int) -> datetime:
    """Several at the same moment, as an import writes them."""
    return now - timedelta(minutes=n // 10)


def test_the_side_of_the_page_leads_on_to_older_ones(cast, story, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = page()
    assert 'class="ph-timeline"' in html
    assert "before=" not in page(tab="context")
    Activity.objects.bulk_create(
        Activity(sentence="One more", verb="fact.recorded", partner_id=cast.alpenglow.pk) for _ in range(PAGE_LENGTH)
    )
    assert "?tab=timeline&amp;before=" in page(tab="context")
