"""Maria's integration writes an announcement, Arthur's approves it, it goes out, and the figures come back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from communications.models import Acknowledgement, Announcement, Answer, Delivery, EngagementEvent, Question
from partners.models import Enrolment
from tests.api import integrator
from tests.factories import make_announcement, make_segment, make_user, what_kind_asks


@pytest.fixture
def maria(cast):
    return integrator(cast.maria)


@pytest.fixture
def arthur(cast):
    return integrator(cast.arthur)


@pytest.fixture
def segment(cast):
    return make_segment()


@pytest.fixture
def draft(maria, segment) -> str:
    answer = maria.post(
        "announcements/",
        {
            "title": "Aurora 3",
            "body": "Hello {{ contact.name }}",
            "segment": str(segment.public_id),
            **what_kind_asks("product_update"),
        },
    )
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


@pytest.fixture
def approved(maria, arthur, draft) -> str:
    version = maria.post(f"announcements/{draft}/submit/").json()["version"]
    assert arthur.post(f"announcements/{draft}/approve/", {"version": version}).status_code == 200
    return draft


@pytest.fixture
def delivered(cast, segment):
    """Sent to Nora and to Sven in the portal; Sven opened it, his mail scanner clicked."""
    announcement = make_announcement(programme=cast.programme, segment=segment, author=cast.maria, state="sent")
    now = timezone.now()
    for contact in (cast.nora, cast.sven):
        row = {"announcement": announcement, "contact": contact, "partner": contact.partner, "channel": "portal"}
        Delivery.objects.create(**row, state="delivered", settled_at=now)
    for action, actor in (("opened", "human"), ("clicked", "machine")):
        EngagementEvent.objects.create(announcement=announcement, contact=cast.sven, channel="email", action=action, actor=actor,
                                       occurred_at=now)  # fmt: skip
    return announcement


def state(announcement_id: str) -> str:
    return Announcement.objects.get(public_id=announcement_id).state


def test_title_text_and_segment_are_enough(cast, maria, draft):
    announcement = maria.get(f"announcements/{draft}/").json()
    assert (announcement["state"], announcement["kind"], announcement["author"]) == ("draft", "product_update", cast.maria.email)
    assert set(announcement["channels"]) == {"portal", "email"}
    assert announcement["programme"] == str(cast.programme.public_id)


def test_every_field_of_an_announcement_can_be_given(maria, segment):
    body = {"title": "Prices", "body": "New prices.", "kind": "price_list", "segment": str(segment.public_id),
            "channels": ["portal"], "topic": "general", "requires_acknowledgement": True, "acknowledge_by": "2031-05-01",
            "call_to_action": "Acknowledge it"}  # fmt: skip
    make = maria.post("announcements/", {"title": "First", "body": "x", "segment": str(segment.public_id)})
    assert make.status_code == 201
    answer = maria.post("announcements/", body)
    assert answer.status_code == 201, answer.content
    assert body.items() <= answer.json().items()
    assert maria.patch(f"announcements/{answer.json()['id']}/", {"title": "Prices of May"}).json()["title"] == "Prices of May"


def test_from_draft_to_scheduled_and_cancelled(maria, arthur, draft):
    submitted = maria.post(f"announcements/{draft}/submit/")
    assert (submitted.status_code, submitted.json()) == (200, {"version": 1, "state": "submitted"})
    assert arthur.post(f"announcements/{draft}/approve/", {"version": 1}).json()["approved_version"] == 1
    assert maria.post(f"announcements/{draft}/schedule/", {"send_at": "2031-03-10T09:00:00+01:00"}).json()["state"] == "scheduled"
    assert Announcement.objects.get(public_id=draft).send_at == datetime(2031, 3, 10, 8, tzinfo=UTC)
    for move, becomes in (("pause", "paused"), ("resume", "scheduled"), ("cancel", "cancelled")):
        assert maria.post(f"announcements/{draft}/{move}/").json()["state"] == becomes


def test_without_a_time_it_goes_now(maria, approved):
    answer = maria.post(f"announcements/{approved}/schedule/")
    assert answer.status_code == 200, answer.content
    assert Announcement.objects.due().filter(public_id=approved).exists()


def test_a_wall_clock_time_means_the_named_zone(maria, approved):
    answer = maria.post(f"announcements/{approved}/schedule/", {"send_at": "2031-07-01T09:00:00", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 200, answer.content
    assert Announcement.objects.get(public_id=approved).send_at == datetime(2031, 7, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"send_at": "2031-07-01T09:00:00"}, "zone"),
        ({"send_at": "2031-03-30T02:30:00", "time_zone": "Europe/Berlin"}, "no such time"),
        ({"send_at": "2020-01-01T00:00:00Z"}, "passed"),
        ({"send_at": "tomorrow"}, "ISO 8601"),
        ({"send_at": "2031-07-01T09:00:00Z", "time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"at": "2031-07-01T09:00:00Z"}, "no such field"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_changes(maria, approved, body, word):
    answer = maria.post(f"announcements/{approved}/schedule/", body)
    assert answer.status_code in (400, 422), answer.content
    assert word in answer.json()["detail"]
    assert state(approved) == "approved"


def test_what_was_never_submitted_is_no_version_that_could_be_approved(arthur, draft):
    answer = arthur.post(f"announcements/{draft}/approve/", {"version": 1})
    assert (answer.status_code, answer.json()["detail"]) == (409, "“Aurora 3” is draft, so it cannot become approved.")
    assert Announcement.objects.get(public_id=draft).state == "draft"


def test_only_the_version_submitted_is_approved(maria, arthur, draft):
    maria.post(f"announcements/{draft}/submit/")
    maria.patch(f"announcements/{draft}/", {"body": "Other words"})
    maria.post(f"announcements/{draft}/submit/")
    answer = arthur.post(f"announcements/{draft}/approve/", {"version": 1})
    assert answer.status_code == 409
    assert "version 2" in answer.json()["detail"]
    assert state(draft) == "submitted"


def test_ones_own_is_not_approved(cast, segment):
    cast.maria.groups.add(*cast.arthur.groups.all())
    both = integrator(cast.maria)
    body = {"title": "Mine", "body": "x", "segment": str(segment.public_id), **what_kind_asks("product_update")}
    own = both.post("announcements/", body).json()["id"]
    both.post(f"announcements/{own}/submit/")
    answer = both.post(f"announcements/{own}/approve/", {"version": 1})
    assert answer.status_code == 403
    assert "another person" in answer.json()["detail"]
    assert state(own) == "submitted"


def test_approving_needs_its_own_scope_and_sending_its_own_right(cast, maria, draft, segment):
    assert maria.post(f"announcements/{draft}/submit/").status_code == 200
    assert maria.post(f"announcements/{draft}/approve/", {"version": 1}).status_code == 403
    author = integrator(make_user("ada@vendor.example", roles=("Author",)))
    for move in ("schedule", "pause", "resume", "cancel"):
        assert author.post(f"announcements/{draft}/{move}/").status_code == 403
    assert state(draft) == "submitted"


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Dear {{ contact.password }}"},
        {"body": "{% load static %}{{ settings.SECRET_KEY }}"},
        {"kind": "gossip"},
        {"channels": ["fax"]},
        {"channels": []},
        {"topic": "nothing"},
        {"segment": str(uuid4())},
        {"state": "sent"},
        {"author": "arthur@vendor.example"},
        {"version": 9},
        {"title": "Two\nlines"},
    ],
)
def test_what_an_announcement_cannot_be_is_refused_and_nothing_changes(cast, maria, draft, segment, change):
    body = {"title": "Second", "body": "x", "segment": str(segment.public_id), **change}
    for answer in (maria.post("announcements/", body), maria.patch(f"announcements/{draft}/", {"title": "Changed", **change})):
        assert answer.status_code in (400, 422), answer.content
        assert answer["Content-Type"] == "application/problem+json"
    assert Announcement.objects.get().title == "Aurora 3"


def test_a_double_click_on_schedule_is_told_so(maria, approved):
    assert maria.post(f"announcements/{approved}/schedule/").status_code == 200
    assert maria.post(f"announcements/{approved}/schedule/").status_code == 409


def test_the_report_adds_up(cast, maria, delivered):
    Acknowledgement.objects.create(announcement=delivered, contact=cast.nora, partner=cast.alpenglow, version=1)
    report = maria.get(f"announcements/{delivered.public_id}/report/").json()
    assert report["audience"] == 2
    portal = report["channels"]["portal"]
    assert portal["delivered"] == portal["audience"] == 2
    assert {"pending", "delivered", "failed", "suppressed", "in_doubt", "cancelled"} <= report["channels"]["email"].keys()
    assert (report["acknowledged"], report["questions"]) == (1, 0)
    assert report["opened"].keys() == report["clicked"].keys() == {"human", "machine"}


def test_deliveries_are_paged_by_their_composite_key(cast, maria, delivered):
    page = maria.get("deliveries/", announcement=str(delivered.public_id), page_size=1).json()
    following = maria.client.get(page["next"], headers={"authorization": f"Bearer {maria.token}"}).json()
    seen = [row["contact"] for row in page["results"] + following["results"]]
    assert sorted(seen) == sorted([str(cast.nora.public_id), str(cast.sven.public_id)])
    assert following["next"] is None


def test_engagement_says_who_is_suspected_to_be_a_machine(cast, maria, delivered):
    [click] = maria.get("engagement/", announcement=str(delivered.public_id), action="clicked").json()["results"]
    assert (click["contact"], click["partner"], click["actor"]) == (str(cast.sven.public_id), str(cast.baltic.public_id), "machine")


def test_a_question_is_answered(cast, maria, delivered):
    question = Question.objects.create(announcement=delivered, contact=cast.nora, partner=cast.alpenglow, text="When?")
    answer = maria.post(f"questions/{question.public_id}/answer/", {"text": "In May."})
    assert answer.status_code == 201, answer.content
    assert [(said["text"], said["by"]) for said in answer.json()["answers"]] == [("In May.", cast.maria.email)]
    assert maria.get("questions/", is_open="true").json()["results"] == []


def test_a_portfolio_manager_sees_deliveries_hits_and_questions_of_hers_only(cast, delivered):
    pia = make_user("pia@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=pia)
    foreign = Question.objects.create(announcement=delivered, contact=cast.sven, partner=cast.baltic, text="Canary")
    her = integrator(pia)
    assert [row["contact"] for row in her.get("deliveries/").json()["results"]] == [str(cast.nora.public_id)]
    assert her.get("engagement/").json()["results"] == her.get("questions/").json()["results"] == []
    theirs = her.post(f"questions/{foreign.public_id}/answer/", {"text": "x"})
    nobodys = her.post(f"questions/{uuid4()}/answer/", {"text": "x"})
    assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content) == (404, nobodys.content)
    assert not Answer.objects.exists()


def test_lists_take_a_bounded_number_of_queries(cast, maria, delivered, segment, django_assert_max_num_queries):
    for number in range(10):
        announcement = make_announcement(f"No {number}", programme=cast.programme, segment=segment, author=cast.maria)
        question = Question.objects.create(announcement=announcement, contact=cast.nora, partner=cast.alpenglow, text="When?")
        Answer.objects.create(question=question, by=cast.maria, text="Soon.", at=timezone.now() + timedelta(seconds=number))
    for noun in ("announcements", "deliveries", "engagement", "questions"):
        with django_assert_max_num_queries(12):
            assert maria.get(f"{noun}/").json()["results"]
