"""From draft to sent: who may do what, in which order, and what each refusal leaves unchanged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions import announcements as actions
from communications.local_time import instant_of
from communications.models import Announcement, ApprovalPolicy, State
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast) -> Announcement:
    return factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.maria)


def approved(draft, cast) -> Announcement:
    version = actions.submit_announcement(draft, by=cast.maria)
    actions.approve_announcement(draft, by=cast.arthur, version=version.number)
    return draft


def snapshot(announcement: Announcement) -> tuple:
    row = Announcement.objects.values_list().get(pk=announcement.pk)
    return row, announcement.transitions.count(), announcement.versions.count(), Activity.objects.count()


def refused(announcement, error, act) -> str:
    """Run `act`, expect `error` and prove that nothing changed. Returns the sentence."""
    before = snapshot(announcement)
    with pytest.raises(error) as caught:
        act()
    assert snapshot(announcement) == before
    return str(caught.value)


def test_the_whole_way(cast, draft):
    approved(draft, cast)
    actions.schedule_announcement(draft, by=cast.maria)
    assert draft.state == State.SCHEDULED
    assert [step.to_state for step in draft.transitions.all()] == ["submitted", "approved", "scheduled"]


def test_what_has_expired_is_neither_submitted_nor_approved(cast, draft, client):
    actions.change_announcement(draft, by=cast.maria, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    client.force_login(cast.arthur)
    page = reverse("admin:communications_announcement_page", args=[draft.public_id])
    assert "expired 1 Jan 2020" in client.get(page).text
    sentence = refused(draft, Invalid, lambda: actions.submit_announcement(draft, by=cast.maria))
    assert "It expired on" in sentence
    actions.change_announcement(draft, by=cast.maria, expires_at=timezone.now() + timedelta(days=1))
    version = actions.submit_announcement(draft, by=cast.maria)
    assert "nobody would get it" not in client.get(page).text
    Announcement.objects.filter(pk=draft.pk).update(expires_at=timezone.now())
    sentence = refused(draft, Invalid, lambda: actions.approve_announcement(draft, by=cast.arthur, version=version.number))
    assert "It expired on" in sentence


def test_nobody_approves_their_own_words(cast, draft):
    version = actions.submit_announcement(draft, by=cast.maria)
    sentence = refused(draft, NotAllowed, lambda: actions.approve_announcement(draft, by=cast.maria, version=version.number))
    assert "another person" in sentence


def test_the_policy_may_allow_it_for_a_small_audience(cast, draft):
    ApprovalPolicy.objects.create(kind="product_update", from_people=0, needs_another_person=False)
    ApprovalPolicy.objects.create(kind="product_update", from_people=1000, needs_another_person=True)
    version = actions.submit_announcement(draft, by=cast.maria)
    actions.approve_announcement(draft, by=cast.maria, version=version.number)
    assert draft.state == State.APPROVED


def test_only_the_version_that_was_seen_is_approved(cast, draft):
    actions.submit_announcement(draft, by=cast.maria)
    actions.change_announcement(draft, by=cast.maria, body="Other words")
    actions.submit_announcement(draft, by=cast.maria)
    sentence = refused(draft, Refused, lambda: actions.approve_announcement(draft, by=cast.arthur, version=1))
    assert "version 2 is" in sentence


def test_a_change_takes_the_approval_back(cast, draft):
    approved(draft, cast)
    actions.change_announcement(draft, by=cast.maria, title="Aurora 3.1 is here")
    assert draft.state == State.DRAFT
    assert draft.approved_version is None
    refused(draft, Refused, lambda: actions.schedule_announcement(draft, by=cast.maria))


def test_what_is_on_its_way_is_not_changed(cast, draft):
    approved(draft, cast)
    actions.schedule_announcement(draft, by=cast.maria)
    refused(draft, Refused, lambda: actions.change_announcement(draft, by=cast.maria, title="Too late"))


def test_a_second_click_on_send_is_refused(cast, draft):
    approved(draft, cast)
    actions.schedule_announcement(draft, by=cast.maria)
    sentence = refused(draft, Refused, lambda: actions.schedule_announcement(draft, by=cast.maria))
    assert "scheduled" in sentence


def test_a_returned_announcement_says_why(cast, draft):
    actions.submit_announcement(draft, by=cast.maria)
    refused(draft, Invalid, lambda: actions.return_announcement(draft, by=cast.arthur, reason=" "))
    actions.return_announcement(draft, by=cast.arthur, reason="The date is missing.")
    assert draft.state == State.DRAFT
    assert draft.transitions.last().reason == "The date is missing."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "title"),
        ({"title": "Hello\r\nBcc: all@x.example"}, "one line"),
        ({"body": "Dear {{ contact.nmae }}"}, "Did you mean {{ contact.name }}"),
        ({"body": "[here](javascript:alert(1))"}, ""),
        ({"body": "[here](https://x.example/?n={{ contact.name }})"}, "merge field"),
        ({"body": "![shot](https://tracker.example/x.png)"}, "not attached"),
        ({"kind": "gossip"}, "no kind"),
        ({"channels": []}, "at least one channel"),
        ({"channels": ["fax"]}, "at least one channel"),
        ({"author": None}, "no field"),
    ],
)
def test_bad_content_is_refused_with_a_sentence(cast, draft, fields, words):
    if "javascript" in str(fields):  # Markdown itself does not make a link of it
        actions.change_announcement(draft, by=cast.maria, **fields)
        return
    assert words in refused(draft, Invalid, lambda: actions.change_announcement(draft, by=cast.maria, **fields))


def test_a_named_file_must_be_attached(cast, draft):
    actions.change_announcement(draft, by=cast.maria, body="See ![plan](plan.png)")
    assert "plan.png" in refused(draft, Invalid, lambda: actions.submit_announcement(draft, by=cast.maria))


def test_an_empty_audience_is_refused(cast, draft):
    draft.segment.rule = {"all": [{"field": "partner.country", "op": "eq", "value": "JP"}]}
    draft.segment.save()
    assert "reaches nobody" in refused(draft, Invalid, lambda: actions.submit_announcement(draft, by=cast.maria))


def test_a_time_that_has_passed_is_refused(cast, draft):
    approved(draft, cast)
    past = timezone.now() - timedelta(hours=1)
    assert "passed" in refused(draft, Invalid, lambda: actions.schedule_announcement(draft, by=cast.maria, send_at=past))
    naive = datetime(2090, 1, 1, 9, 0)
    assert "offset" in refused(draft, Invalid, lambda: actions.schedule_announcement(draft, by=cast.maria, send_at=naive))


def test_a_time_that_no_clock_shows_is_refused():
    with pytest.raises(Invalid, match="no such time"):
        instant_of(datetime(2027, 3, 28, 2, 30), "Europe/Berlin")


def test_a_time_that_comes_twice_means_the_first():
    assert instant_of(datetime(2027, 10, 31, 2, 30), "Europe/Berlin") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_paused_before_it_began_it_goes_back_to_the_timetable(cast, draft):
    approved(draft, cast)
    actions.schedule_announcement(draft, by=cast.maria, send_at=timezone.now() + timedelta(days=1))
    actions.pause_announcement(draft, by=cast.maria)
    actions.resume_announcement(draft, by=cast.maria)
    assert draft.state == State.SCHEDULED


def test_a_cancelled_announcement_stays_cancelled(cast, draft):
    actions.cancel_announcement(draft, by=cast.maria)
    for act in (actions.resume_announcement, actions.pause_announcement, actions.submit_announcement):
        refused(draft, Refused, lambda act=act: act(draft, by=cast.maria))
