"""The life of an announcement through its page: each button, who may press it, and what a refusal leaves unchanged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from communications.actions import announcements as actions
from communications.models import Announcement, State
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def draft(cast):
    return announcement_story.draft(cast)


def page_url(announcement) -> str:
    return reverse("admin:communications_announcement_page", args=[announcement.public_id])


def act_url(announcement, verb: str) -> str:
    return reverse("admin:communications_announcement_act", args=[announcement.public_id, verb])


def press(client, announcement, verb: str, **values):
    answer = client.post(act_url(announcement, verb), values)
    announcement.refresh_from_db()
    return answer


def snapshot(announcement) -> tuple:
    row = Announcement.objects.values_list().get(pk=announcement.pk)
    return row, announcement.transitions.count(), announcement.versions.count(), Activity.objects.count()


def refused(client, announcement, verb: str, status: int, **values) -> str:
    before = snapshot(announcement)
    answer = client.post(act_url(announcement, verb), values)
    assert answer.status_code == status
    assert snapshot(announcement) == before
    return str(answer.context["refusal"])


def test_the_whole_way_by_its_buttons(cast, draft, as_, sink):
    press(as_(cast.maria), draft, "submit")
    shown = as_(cast.arthur).get(page_url(draft)).content.decode()
    assert "Approve version 1" in shown
    press(as_(cast.arthur), draft, "approve", version="1")
    assert "Send to 3 people now" in as_(cast.maria).get(page_url(draft)).content.decode()
    answer = press(as_(cast.maria), draft, "send")
    assert answer.url == reverse("admin:communications_announcement_report", args=[draft.public_id])
    announcement_story.work_off()
    draft.refresh_from_db()
    assert draft.state == State.SENT
    assert len(sink.mails) == 3


def test_the_version_that_is_shown_is_the_one_that_is_approved(cast, draft, as_):
    actions.submit_announcement(draft, by=cast.maria)
    seen = as_(cast.arthur).get(page_url(draft)).content.decode()
    assert 'name="version" value="1"' in seen
    actions.change_announcement(draft, by=cast.maria, body="Other words")
    actions.submit_announcement(draft, by=cast.maria)
    assert "version 2 is" in refused(as_(cast.arthur), draft, "approve", 409, version="1")
    assert "which version" in refused(as_(cast.arthur), draft, "approve", 422)


def test_nobody_is_offered_to_approve_their_own_words(cast, draft, as_):
    press(as_(cast.maria), draft, "submit")
    shown = as_(cast.maria).get(page_url(draft)).content.decode()
    assert "wants another person" in shown
    assert "Approve version 1" not in shown
    assert "another person" in refused(as_(cast.maria), draft, "approve", 403, version="1")


def test_a_return_needs_its_reason(cast, draft, as_):
    press(as_(cast.maria), draft, "submit")
    assert "Say why" in refused(as_(cast.arthur), draft, "return", 422, reason=" ")
    press(as_(cast.arthur), draft, "return", reason="The date is missing.")
    assert draft.state == State.DRAFT
    assert "The date is missing." in as_(cast.maria).get(page_url(draft)).content.decode()


def test_it_is_scheduled_in_the_zone_that_was_chosen(cast, draft, as_):
    announcement_story.approve(draft, cast)
    press(as_(cast.maria), draft, "schedule", day="2090-07-01", time="09:00", time_zone="Europe/Berlin")
    assert draft.state == State.SCHEDULED
    assert draft.send_at == datetime(2090, 7, 1, 7, 0, tzinfo=UTC)
    assert draft.time_zone == "Europe/Berlin"


TIMES_THAT_CANNOT_BE = [
    ({"day": "2090-03-26", "time": "02:30", "time_zone": "Europe/Berlin"}, "no such time"),
    ({"day": "2001-01-01", "time": "09:00", "time_zone": "UTC"}, "has passed"),
    ({"day": "2090-01-01", "time": "09:00", "time_zone": "Mars/Olympus"}, "no time zone"),
    ({"day": "soon", "time": "09:00", "time_zone": "UTC"}, "Day"),
    ({"day": "2090-01-01", "time": "", "time_zone": "UTC"}, "Time"),
]


def test_a_time_that_cannot_be_is_refused_and_kept_on_the_form(cast, draft, as_):
    announcement_story.approve(draft, cast)
    maria = as_(cast.maria)
    for when, words in TIMES_THAT_CANNOT_BE:
        assert words in refused(maria, draft, "schedule", 422, **when), when
        answer = maria.post(act_url(draft, "schedule"), when)
        assert answer.context["timetable"]["time_zone"].value() == when["time_zone"], when


def test_a_second_click_on_send_changes_nothing(cast, draft, as_):
    announcement_story.approve(draft, cast)
    press(as_(cast.maria), draft, "send")
    assert "scheduled" in refused(as_(cast.maria), draft, "send", 409)


def test_pause_resume_take_back_and_cancel(cast, draft, as_):
    announcement_story.approve(draft, cast)
    maria = as_(cast.maria)
    press(maria, draft, "schedule", day=str(timezone.localdate() + timedelta(days=3)), time="09:00", time_zone="UTC")
    press(maria, draft, "pause")
    assert draft.state == State.PAUSED
    press(maria, draft, "resume")
    press(maria, draft, "unschedule")
    assert draft.state == State.APPROVED
    press(maria, draft, "cancel", reason="Not now")
    assert draft.state == State.CANCELLED
    assert draft.transitions.last().reason == "Not now"


@pytest.mark.parametrize(
    ("role", "verb", "state"),
    [
        ("Author", "approve", "submitted"),
        ("Author", "send", "approved"),
        ("Author", "cancel", "draft"),
        ("Partner manager", "approve", "submitted"),
        ("Analyst", "submit", "draft"),
        ("Analyst", "pause", "scheduled"),
        ("Approver", "submit", "draft"),
    ],
)
def test_a_role_does_only_what_is_its_own(cast, draft, as_, role, verb, state):
    if state in ("submitted", "approved", "scheduled"):
        actions.submit_announcement(draft, by=cast.maria)
    if state in ("approved", "scheduled"):
        actions.approve_announcement(draft, by=cast.arthur, version=1)
    if state == "scheduled":
        actions.schedule_announcement(draft, by=cast.maria, send_at=timezone.now() + timedelta(days=1))
    person = factories.make_user("someone@vendor.example", roles=(role,))
    assert "Your role does not let you" in refused(as_(person), draft, verb, 403, version="1")
    shown = as_(person).get(page_url(draft)).content.decode()
    assert act_url(draft, verb) not in shown


def test_who_may_not_see_announcements_sees_none(cast, draft, as_):
    seller = factories.make_user("seller@vendor.example", roles=("Vendor sales",))
    for url in (page_url(draft), act_url(draft, "cancel"), reverse("admin:communications_announcement_changelist")):
        before = snapshot(draft)
        answer = as_(seller).post(url) if "/act/" in url else as_(seller).get(url)
        assert answer.status_code == 403
        assert snapshot(draft) == before
    partner = as_(cast.nora.user).get(page_url(draft))
    assert partner.status_code == 302  # to the sign-in of the admin
    assert as_(cast.maria).get(page_url(draft).replace(str(draft.public_id), str(cast.nora.public_id))).status_code == 404


def test_a_get_does_nothing_and_a_foreign_form_neither(cast, draft, as_):
    before = snapshot(draft)
    assert as_(cast.maria).get(act_url(draft, "submit")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(act_url(draft, "submit")).status_code == 403
    assert snapshot(draft) == before


def test_two_versions_are_compared(cast, draft, as_):
    actions.submit_announcement(draft, by=cast.maria)
    body = "Hello {{ contact.name }}, read [the new notes](https://vendor.example/notes)."
    actions.change_announcement(draft, by=cast.maria, body=body, title="Aurora 3.1")
    actions.submit_announcement(draft, by=cast.maria)
    page = as_(cast.arthur).get(reverse("admin:communications_announcement_version", args=[draft.public_id, 2]))
    diff = page.context["diff"]
    assert [(change.before, change.after) for change in diff.fields] == [("Aurora 3 is here", "Aurora 3.1")]
    assert ("added", "new") in {(piece.change, piece.text.strip()) for piece in diff.text}
    assert (
        "first version"
        in as_(cast.arthur).get(reverse("admin:communications_announcement_version", args=[draft.public_id, 1])).content.decode()
    )
    assert as_(cast.arthur).get(reverse("admin:communications_announcement_version", args=[draft.public_id, 9])).status_code == 404


def test_the_list_asks_the_same_for_many(cast, as_, django_assert_max_num_queries):
    segment = factories.make_segment()
    for n in range(60):
        announcement_story.draft(cast, f"Number {n}", segment=segment)
    url = reverse("admin:communications_announcement_changelist")
    as_(cast.maria).get(url)
    with django_assert_max_num_queries(12):
        page = as_(cast.maria).get(url)
    assert "Number 59" in page.content.decode()


def test_what_waits_is_told_on_the_first_page(cast, draft, as_):
    actions.submit_announcement(draft, by=cast.maria)
    assert "version 1, waits for approval" in as_(cast.arthur).get(reverse("admin:index")).content.decode()
    assert "waits for approval" not in as_(cast.maria).get(reverse("admin:index")).content.decode()
