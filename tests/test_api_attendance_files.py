"""Who was there, handed in by API: a CSV file or a report in JSON, looked at first, then taken; and the follow-ups of a meeting."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from collaboration.actions.meetings import close_meeting
from collaboration.models import AttendanceFile, Invitee, Presence
from collaboration.reading.attendance import NoAttendanceError, read_report
from communications.models import Announcement
from partners.models import Contact
from tests import factories
from tests.api import integrator
from tests.meeting_story import begun, invited, seat
from tests.test_meeting_attendance import TEAMS, ZOOM

pytestmark = pytest.mark.django_db

AT_TEAMS = {
    "id": "811",
    "attendanceRecords": [
        {"emailAddress": "Nora@Alpenglow.example", "identity": {"displayName": "Nora Berg"}, "totalAttendanceInSeconds": 2400,
         "attendanceIntervals": [{"joinDateTime": "2026-03-12T08:00:00Z", "leaveDateTime": "2026-03-12T08:40:00.1234567Z"}]},
        {"emailAddress": None, "identity": {"displayName": "Guest"}, "totalAttendanceInSeconds": 600},
        {"emailAddress": "nobody@x.example", "identity": {}, "attendanceIntervals": [{"joinDateTime": "soon"}]},
    ],
}  # fmt: skip
AT_ZOOM = {
    "page_size": 30,
    "participants": [
        {"name": "Sven Tamm", "user_email": "", "join_time": "2026-03-12T08:05:00Z", "leave_time": "2026-03-12T08:35:00Z"},
        {"name": "Mallory", "user_email": "mallory@evil.example", "duration": 90},
    ],
}


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


@pytest.fixture
def meeting(cast):
    return begun(invited(cast), minutes=40)


@pytest.fixture
def address(meeting):
    return f"meetings/{meeting.public_id}/attendance-file/"


def names(rows: list[dict]) -> list[tuple]:
    return [(row["name"], row["minutes"]) for row in rows]


def sent(api, address: str, content: bytes, name: str = "zoom.csv"):
    return api.post_form(address, {"file": SimpleUploadedFile(name, content, "text/csv")})


def test_a_csv_file_is_looked_at_and_taken(cast, api, meeting, address):
    liis = factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")
    contacts = Contact.objects.count()
    read = sent(api, address, ZOOM)
    assert read.status_code == 201, read.content
    plan = read.json()
    assert (names(plan["invited"]), plan["name"], plan["unread"]) == ([("Nora Berg", 50), ("Sven Tamm", 30)], "zoom.csv", 0)
    assert [row["is_by_name"] for row in plan["invited"]] == [False, True]
    assert [row["contact"] for row in plan["uninvited"]] == [str(liis.public_id)]
    assert [(row["name"], row["address"], row["contact"]) for row in plan["strangers"]] == [
        ("Mallory", "mallory@evil.example", None)
    ]
    assert api.get(address).json() == plan
    assert not Invitee.objects.filter(attended=True).exists(), "nothing is noted yet"

    taken = api.post(f"{address}take/", {"read_at": plan["read_at"]})
    assert (taken.status_code, taken.json()) == (200, {"there": 3, "strangers": 1})
    assert seat(meeting, cast.nora).minutes_there == 50
    assert Presence.objects.get(invitee=None).name == "Mallory"
    assert Contact.objects.count() == contacts
    assert api.get(address).status_code == 404


@pytest.mark.parametrize(
    ("report", "invited_there", "strangers", "unread"),
    [(AT_TEAMS, [("Nora Berg", 40)], [("Guest", 10)], 1), (AT_ZOOM, [("Sven Tamm", 30)], [("Mallory", 2)], 0)],
)
def test_a_report_in_json_is_read_by_api_and_on_the_page(cast, api, meeting, address, report, invited_there, strangers, unread):
    plan = api.post(address, {"report": report, "name": "March"}).json()
    assert (names(plan["invited"]), names(plan["strangers"]), plan["unread"]) == (invited_there, strangers, unread)
    assert api.delete(address).status_code == 204
    assert api.delete(address).status_code == 404
    maria = Client()
    maria.force_login(cast.maria)
    page = reverse("admin:collaboration_meeting_attendance", args=[meeting.public_id])
    file = SimpleUploadedFile("report.json", json.dumps(report).encode(), "application/json")
    shown = maria.post(page, {"do": "look", "file": file}, follow=True).content.decode()
    assert strangers[0][0] in shown
    assert invited_there[0][0] in shown


def test_only_the_file_that_was_looked_at_is_taken(api, address):
    seen = sent(api, address, ZOOM).json()["read_at"]
    sent(api, address, TEAMS, "teams.csv")
    refused = api.post(f"{address}take/", {"read_at": seen})
    assert (refused.status_code, "not there any more" in refused.json()["detail"]) == (409, True)
    assert not Invitee.objects.filter(attended=True).exists()


@pytest.mark.parametrize("body", [{"report": {}}, {"report": {"participants": [{"name": ""}]}}, {"report": {"value": 3}}])
def test_a_report_without_anybody_is_refused(api, address, body):
    refused = api.post(address, body)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["file"])
    assert not AttendanceFile.objects.exists()


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[1, null, {}]", '{"participants": [{"name": "A", "duration": "x"}]}'])
def test_no_report_says_so(text):
    with pytest.raises(NoAttendanceError):
        read_report(text)


def test_who_was_not_invited_to_it_and_who_may_only_read_hands_in_nothing(cast, address):
    reader = integrator(cast.maria, "meetings:read")
    assert reader.post(address, {"report": AT_ZOOM}).status_code == 403
    assert integrator(cast.arthur).post(address, {"report": AT_ZOOM}).status_code == 403
    assert not AttendanceFile.objects.exists()


# --- What follows -----------------------------------------------------------------------------------------------------


def test_the_follow_ups_of_a_meeting_are_drafted(cast, api, meeting):
    address = f"meetings/{meeting.public_id}/follow-up/"
    assert api.post(address, {"who": "missed"}).status_code == 409, "it is not closed"
    close_meeting(begun(meeting, minutes=70), by=cast.maria)
    drafts = [api.post(address, {"who": who}).json() for who in ("attended", "missed")]
    assert [draft["title"] for draft in drafts] == ["Thank you for coming: Supplier meeting", "What you missed: Supplier meeting"]
    assert {draft["state"] for draft in drafts} == {"draft"}
    assert drafts[0]["segment"] != drafts[1]["segment"]
    assert api.post(address, {"who": "all"}).status_code == 400
    assert Announcement.objects.count() == 2


def test_a_follow_up_needs_both_rights(cast, meeting):
    close_meeting(begun(meeting, minutes=70), by=cast.maria)
    address = f"meetings/{meeting.public_id}/follow-up/"
    assert integrator(cast.maria, "meetings:read", "meetings:write").post(address, {"who": "missed"}).status_code == 403
    assert integrator(cast.arthur).post(address, {"who": "missed"}).status_code == 403
    assert not Announcement.objects.exists()
