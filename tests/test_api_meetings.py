"""What managers do on the pages of meetings, integrators do by API: series, hosts, people, attendance in pages, minutes."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activity.models import Task
from collaboration.actions.meetings import close_meeting
from collaboration.models import Meeting, MeetingMail, MeetingSeries
from tests import factories
from tests.api import integrator
from tests.meeting_story import begun, invited, plan, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


def body_of(**changes) -> dict:
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    return {"title": "Roadmap", "starts_at": f"{day}T09:00:00", "time_zone": "Europe/Berlin", **changes}


def own(meeting) -> str:
    return f"meetings/{meeting.public_id}/"


# --- Series and hosts ------------------------------------------------------------------------------------------------


def test_a_series_with_its_host_and_co_hosts(cast, api):
    body = body_of(segment=str(factories.make_segment().public_id), repeats="monthly", every=2, host=cast.arthur.email,
                   co_hosts=[cast.maria.email], minutes_long=45)  # fmt: skip
    first = api.post("meetings/", body)
    assert first.status_code == 201, first.content
    told = first.json()
    assert (told["host"], told["co_hosts"], told["minutes_long"]) == (cast.arthur.email, [cast.maria.email], 45)
    series = MeetingSeries.objects.get()
    assert (told["series"], series.rhythm, series.every) == (str(series.public_id), "monthly", 2)
    assert told["starts_at"][:10] == body["starts_at"][:10], "the first is answered"
    listed = api.get("meetings/", series=told["series"], ordering="starts_at").json()["results"]
    assert [row["id"] for row in listed][0] == told["id"]
    assert len(listed) == series.meetings.count() > 5

    changed = api.patch(f"meetings/{told['id']}/", {"host": cast.maria.email, "co_hosts": [], "and_following": True})
    assert changed.json()["host"] == cast.maria.email
    assert set(series.meetings.values_list("host__email", flat=True)) == {cast.maria.email}
    assert api.post(f"meetings/{listed[1]['id']}/cancel/", {"and_following": True}).status_code == 200
    assert series.meetings.exclude(state="cancelled").count() == 1


def test_a_series_keeps_what_the_clock_shows_where_it_is_held(cast, api):
    """A time with an offset is that instant; what repeats is what clocks in Berlin show then."""
    day = timezone.localdate() + timedelta(days=9)
    body = body_of(segment=str(factories.make_segment().public_id), starts_at=f"{day}T23:30:00Z", repeats="weekly",
                   last_day=(day + timedelta(days=30)).isoformat())  # fmt: skip
    assert api.post("meetings/", body).status_code == 201
    series = MeetingSeries.objects.get()
    assert series.first_day == day + timedelta(days=1)
    assert series.wall_time.minute == 30
    assert series.meetings.count() == 5


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"starts_at": "2020-01-01T09:00:00Z"}, 422, "starts_at"),
        ({"starts_at": "2020-01-01T09:00:00Z", "repeats": "weekly"}, 422, "starts_at"),
        ({"starts_at": "2090-01-01T09:00:00Z", "repeats": "weekly"}, 422, "starts_at"),
        ({"starts_at": "2031-03-30T02:30:00"}, 422, "starts_at"),
        ({"repeats": "daily"}, 400, "repeats"),
        ({"repeats": "weekly", "last_day": "2020-01-01"}, 422, "last_day"),
        ({"repeats": "weekly", "conference_id": "811"}, 422, "conference_id"),
        ({"every": 2}, 422, "repeats"),
        ({"last_day": "2031-01-01"}, 422, "repeats"),
        ({"host": "nora@alpenglow.example"}, 422, "host"),
        ({"co_hosts": ["nobody@x.example"]}, 422, "co_hosts"),
        ({"people": ["nobody"]}, 422, "people"),
        ({"minutes_long": 2}, 400, "minutes_long"),
        ({"and_following": True}, 400, "and_following"),
        ({"state": "held"}, 400, "state"),
    ],
)
def test_a_refusal_names_the_callers_field(cast, api, changes, status, field):
    answer = api.post("meetings/", body_of(segment=str(factories.make_segment().public_id), **changes))
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    assert not Meeting.objects.exists()
    assert not MeetingSeries.objects.exists()


# --- People ------------------------------------------------------------------------------------------------------------


def test_whom_one_with_a_partner_is_for_is_chosen_and_chosen_anew(cast, api):
    made = api.post("meetings/", body_of(partner=str(cast.alpenglow.public_id), people=[str(cast.nora.public_id)]))
    meeting = Meeting.objects.get(public_id=made.json()["id"])
    people, nora, ben = f"{own(meeting)}people/", str(cast.nora.public_id), str(cast.ben.public_id)
    refused = api.delete(f"{people}{nora}/")
    assert (refused.status_code, "everybody there" in refused.json()["detail"]) == (409, True)
    assert api.post(people, {"contact": ben}).json()["contact"] == ben
    strange = api.post(people, {"contact": str(cast.sven.public_id)})
    assert (strange.status_code, list(strange.json()["errors"])) == (422, ["contact"])
    assert api.post(people, {"contact": ben}).status_code == 409, "invited already"
    assert api.delete(f"{people}{nora}/").status_code == 204
    assert api.delete(f"{people}{nora}/").status_code == 404
    assert "yet" in api.patch(f"{people}{ben}/", {"answer": "yes"}).json()["detail"]
    assert api.post(f"{own(meeting)}invite/").json()["state"] == "invited"
    assert [mail.invitee.contact for mail in MeetingMail.objects.all()] == [cast.ben]
    assert api.delete(f"{people}{ben}/").status_code == 409, (
        "who has the invitation is told that it is off, or that they may stay away"
    )


def test_one_more_is_invited_and_what_they_said_is_noted(cast, api):
    meeting = invited(cast)
    liis = factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")
    added = api.post(f"{own(meeting)}people/", {"contact": str(liis.public_id)})
    assert (added.status_code, added.json()["standing"]) == (201, "invited")
    assert MeetingMail.objects.filter(invitee__contact=liis, kind="invitation").count() == 1
    said = api.patch(f"{own(meeting)}people/{liis.public_id}/", {"answer": "no", "comment": "On leave"})
    assert said.json()["standing"] == "declined"
    assert seat(meeting, liis).answered_how == "manager"
    assert api.patch(f"{own(meeting)}people/{liis.public_id}/", {"answer": "perhaps"}).status_code == 400


def test_who_was_there_comes_in_pages_and_by_standing(cast, api, django_assert_max_num_queries):
    for number in range(7):
        factories.make_contact(cast.baltic, f"Person {number}", f"p{number}@baltic.example")
    meeting = begun(invited(cast))
    there = [{"contact": str(cast.nora.public_id), "attended": True}]
    assert api.post(f"{own(meeting)}attendance/", {"people": there}).json()["attended"] == 1
    address, seen = f"{own(meeting)}attendance/", []
    with django_assert_max_num_queries(30):
        page = api.get(address, page_size=4).json()
        while True:
            seen += [row["contact"] for row in page["results"]]
            if not page["next"]:
                break
            page = api.client.get(page["next"], **api._headers()).json()
    assert len(seen) == len(set(seen)) == 10
    only = api.get(address, standing="attended").json()["results"]
    assert [row["contact"] for row in only] == [str(cast.nora.public_id)]
    assert api.get(f"{own(meeting)}figures/").json()["total"] == 10
    assert api.get(address, standing="somewhere").status_code == 400


# --- Minutes -----------------------------------------------------------------------------------------------------------


def test_minutes_with_decisions_and_actions_are_written_read_and_shared(cast, api):
    meeting = begun(invited(cast), minutes=70)
    address = f"{own(meeting)}minutes/"
    assert api.get(address).json() == {"minutes": "", "shared_at": None, "decisions": [], "actions": []}
    assert api.post(f"{address}share/").status_code == 409, "it is not closed"
    close_meeting(meeting, by=cast.maria)
    assert api.post(f"{address}share/").status_code == 422, "nothing is written"
    assert api.patch(address, {"minutes": "All was said."}).json()["minutes"] == "All was said."
    decision = api.post(f"{own(meeting)}decisions/", {"text": "Prices stay"})
    assert (decision.status_code, decision.json()["text"]) == (201, "Prices stay")
    wrong = api.post(f"{own(meeting)}decisions/", {"text": "Prices go"}).json()
    assert api.delete(f"{own(meeting)}decisions/{wrong['id']}/").status_code == 204
    assert api.delete(f"{own(meeting)}decisions/{wrong['id']}/").status_code == 404
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    theirs = api.post(f"{own(meeting)}actions/", {"title": "Name a trainer", "partner": str(cast.baltic.public_id), "due_on": due})
    ours = api.post(f"{own(meeting)}actions/", {"title": "Send the list"})
    assert (theirs.status_code, ours.status_code) == (201, 201), theirs.content
    shared = api.post(f"{address}share/").json()
    assert shared["shared_at"]
    assert [row["text"] for row in shared["decisions"]] == ["Prices stay"]
    assert [(row["title"], row["partner"], row["owner"], row["due_on"]) for row in shared["actions"]] == [
        ("Name a trainer", str(cast.baltic.public_id), None, due), ("Send the list", None, cast.maria.email, None),
    ]  # fmt: skip
    assert Task.objects.get(title="Name a trainer").is_shared


def test_an_action_for_yesterday_or_for_who_takes_no_part_is_none(cast, api):
    meeting, elsewhere = begun(invited(cast)), factories.make_partner("Cirrus", programme=cast.programme)
    for body, field in (({"due_on": date(2020, 1, 1).isoformat()}, "due_on"), ({"partner": str(elsewhere.public_id)}, "partner")):
        answer = api.post(f"{own(meeting)}actions/", {"title": "Count", **body})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Task.objects.exists()


def test_who_may_only_read_reads(cast):
    meeting = begun(plan(cast, partner=cast.alpenglow, people=[cast.nora]))
    reader = integrator(cast.maria, "meetings:read")
    for path in ("minutes/", "attendance/", "figures/"):
        assert reader.get(own(meeting) + path).status_code == 200
    for path in ("minutes/share/", "decisions/", "actions/", "people/", "attendance/"):
        assert reader.post(own(meeting) + path, {"text": "x"}).status_code == 403
    assert reader.patch(f"{own(meeting)}minutes/", {"minutes": "x"}).status_code == 403
    assert reader.delete(f"{own(meeting)}people/{cast.nora.public_id}/").status_code == 403
    assert meeting.invitees.count() == 1
