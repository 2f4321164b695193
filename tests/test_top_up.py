"""An announcement that stays open: who joins its segment later gets it, too, once, and until it expires."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid
from communications.actions import announcements, audiences, deliveries
from communications.models import Delivery, DeliveryState, State
from communications.queries.announcement_report import report_of
from tests import announcement_story, factories
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def welcome(cast, sink):
    """Sent to everyone in sales, and open for a week to whoever starts there."""
    segment = factories.make_segment("Sales", contact_rule={"all": [{"field": "contact.function", "op": "eq", "value": "sales"}]})
    week = timezone.now() + timedelta(days=7)
    draft = announcement_story.draft(cast, "Welcome", segment=segment, stays_open=True, expires_at=week)
    return announcement_story.send(draft, cast)


def top_up(announcement) -> int:
    added = audiences.top_up_open()
    announcement_story.work_off()
    announcement.refresh_from_db()
    return added


def addresses(sink) -> list[str]:
    return sorted(sink.recipients)


def test_who_joins_later_gets_it_once(cast, welcome, sink):
    assert addresses(sink) == ["nora@alpenglow.example", "sven@baltic.example"]
    factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")

    assert [top_up(welcome), top_up(welcome)] == [1, 0]
    assert addresses(sink) == ["nora@alpenglow.example", "olga@baltic.example", "sven@baltic.example"]
    report = report_of(welcome)
    assert report.audience == 3
    assert {sums.audience for sums in report.channels.values()} == {sums.delivered for sums in report.channels.values()} == {3}


def test_the_history_says_that_it_went_on(cast, welcome):
    factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    factories.make_contact(cast.baltic, "Juri Saar", "juri@baltic.example")
    assert audiences.top_up_open() == 2
    welcome.refresh_from_db()
    assert (welcome.state, welcome.finished_at) == (State.SENDING, None)
    assert report_of(welcome).channels["email"].pending == 2

    announcement_story.work_off()
    steps = list(welcome.transitions.values_list("to_state", "reason"))[-3:]
    assert steps == [("sent", ""), ("sending", "2 people joined later"), ("sent", "")]


def test_nobody_gets_it_twice_by_another_partner_and_who_leaves_keeps_it(cast, welcome, sink):
    factories.make_contact(cast.baltic, "Nora Berg", "NORA@alpenglow.example")
    cast.sven.functions = ["technical"]
    cast.sven.save()

    assert top_up(welcome) == 1
    assert sink.recipients.count("nora@alpenglow.example") == 1
    sums = report_of(welcome).channels["email"]
    assert (sums.delivered, sums.suppressed, sums.audience) == (2, 1, 3)
    assert Delivery.objects.get(contact=cast.sven, channel="email").state == DeliveryState.DELIVERED


def test_newcomers_have_chunks_of_their_own(cast, welcome, monkeypatch):
    monkeypatch.setattr(audiences, "CHUNK_ROWS", 2)
    for n in range(5):
        factories.make_contact(cast.baltic, f"Person {n}", f"person{n}@baltic.example")
    top_up(welcome)
    numbers = welcome.chunks.filter(channel="email").order_by("number").values_list("number", flat=True)
    assert list(numbers) == [0, 1, 2, 3]
    assert not welcome.chunks.filter(done_at=None).exists()


def test_with_nobody_new_it_is_one_query_and_no_change(cast, welcome, django_assert_num_queries):
    with django_assert_num_queries(3):  # which are open, their version, who is new
        assert audiences.top_up_open() == 0
    assert welcome.transitions.last().to_state == State.SENT


@pytest.mark.parametrize(
    "change", [{"stays_open": False}, {"expires_at": "past"}, {"state": State.PAUSED}, {"state": State.CANCELLED}]
)
def test_what_is_closed_expired_or_stopped_is_not_topped_up(cast, welcome, change):
    if change.get("expires_at"):
        change = {"expires_at": timezone.now()}
    type(welcome).objects.update(**change)
    factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    assert audiences.top_up_open() == 0
    assert report_of(welcome).audience == 2


def test_rules_that_speak_of_something_deleted_close_it_with_a_reason(cast, welcome):
    factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    welcome.versions.update(rule={"all": [{"field": "fact.gone", "op": "is", "value": 1}]})
    assert audiences.top_up_open() == 0
    welcome.refresh_from_db()
    assert (welcome.stays_open, welcome.state) == (False, State.SENT)


def test_it_needs_a_day_on_which_it_ends(cast):
    draft = announcement_story.draft(cast, stays_open=True)
    with pytest.raises(Invalid, match="Say when it expires"):
        announcements.submit_announcement(draft, by=cast.maria)
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (State.DRAFT, 0)


def test_a_manager_closes_it_on_its_page(cast, welcome, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:communications_announcement_page", args=[welcome.public_id])
    assert "Close it for those who join later" in client.get(page).text
    close = reverse("admin:communications_announcement_act", args=[welcome.public_id, "close"])
    assert "Closed." in client.post(close, follow=True).text
    assert "is not open for those who join later" in client.post(close).text
    factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    assert top_up(welcome) == 0


def test_by_api_it_is_opened_and_closed(cast, sink):
    api = integrator(cast.maria)
    segment = factories.make_segment()
    until = (timezone.now() + timedelta(days=7)).isoformat()
    body = {"title": "Hi", "body": "Hello", "segment": str(segment.public_id), "stays_open": True, "expires_at": until}
    made = api.post("announcements/", body).json()
    assert made["stays_open"] is True
    assert api.post(f"announcements/{made['id']}/close/").status_code == 409


def test_what_is_deferred_is_given_up_days_after_its_own_chunk(cast, welcome, sink):
    type(welcome).objects.update(send_at=timezone.now() - timedelta(days=5))
    sink.on_recipient = lambda _address: "451 4.7.1 try later"
    olga = factories.make_contact(cast.baltic, "Olga Mets", "olga@baltic.example")
    top_up(welcome)
    assert Delivery.objects.get(contact=olga, channel="email").state == DeliveryState.DEFERRED
    assert deliveries.release_due() == 0
