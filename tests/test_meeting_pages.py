"""Meetings in the browser's eyes: what managers do on their pages, what partners see and answer, what integrators ask."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from collaboration.actions.meetings import close_meeting
from collaboration.actions.minutes import add_action, decide, share_minutes, write_minutes
from collaboration.models import Invitee, Meeting, MeetingMail
from collaboration.rendering.meeting_mails import way_out_token
from communications.models import Announcement, TopicPreference
from communications.rendering.icalendar_reading import components
from partners.models import Contact
from tests import factories
from tests.api import integrator
from tests.meeting_story import begun, invited, plan, seat
from tests.test_meeting_attendance import ZOOM

pytestmark = pytest.mark.django_db


def page_of(meeting) -> str:
    return reverse("admin:collaboration_meeting_page", args=[meeting.public_id])


def shown(meeting, name="meeting") -> str:
    return reverse(f"collaboration:{name}", args=[meeting.public_id])


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


def form_of(cast, **changes) -> dict:
    day = timezone.localdate() + timedelta(days=9)
    return {
        "title": "Supplier meeting", "kind": "meeting", "programme": cast.programme.pk, "day": day.isoformat(), "time": "09:00",
        "time_zone": "Europe/Berlin", "minutes_long": "90", "repeats": "once", "every": "1", "remind_hours": "24",
        "host": cast.maria.pk, **changes,
    }  # fmt: skip


# --- Managers --------------------------------------------------------------------------------------------------------


def test_maria_plans_invites_and_closes(cast, maria):
    segment = factories.make_segment()
    answer = maria.post(reverse("admin:collaboration_meeting_plan"), form_of(cast, segment=segment.pk, capacity="2"))
    meeting = Meeting.objects.get()
    assert answer.url == page_of(meeting)
    assert maria.post(page_of(meeting), {"do": "invite"}, follow=True).status_code == 200
    assert meeting.invitees.count() == 3
    assert maria.post(page_of(meeting), {"do": "close"}).status_code == 409
    begun(meeting)
    nora = seat(meeting, cast.nora)
    maria.post(page_of(meeting), {"do": "attendance", "shown": [nora.pk], "there": [nora.pk]})
    page = maria.get(page_of(meeting)).content.decode()
    assert "2 people were not seen there and will have missed it." in page
    assert "Close it: it took place" not in page, "it still lasts"
    assert maria.post(page_of(meeting), {"do": "close"}).status_code == 409
    maria.post(page_of(meeting), {"do": "close", "ended_early": "on"})
    page = maria.get(page_of(meeting)).content.decode()
    assert "Of 3 invited 1 was there and 2 missed it." in page
    answer = maria.post(page_of(meeting), {"do": "follow_up", "who": "missed"})
    assert answer.url == reverse("admin:communications_announcement_change", args=[Announcement.objects.get().public_id])


def test_a_series_for_one_partner_with_chosen_people(cast, maria):
    address = f"{reverse('admin:collaboration_meeting_plan')}?partner={cast.alpenglow.public_id}"
    assert "Ben Ott" in maria.get(address).content.decode()
    maria.post(address, form_of(cast, repeats="quarterly", people=[cast.nora.pk]))
    assert Meeting.objects.count() >= 4
    assert set(Invitee.objects.values_list("contact__name", flat=True)) == {"Nora Berg"}
    assert maria.get(f"{reverse('admin:collaboration_meeting_plan')}?partner=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "2020-01-01"}, "That is in the past"),
        ({"segment": ""}, "This field is required"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone"),
        ({"repeats": "weekly", "day": "2090-01-01"}, "A series begins within 400 days"),
        ({"repeats": "weekly", "last_day": "2020-01-01"}, "The series ends before it begins"),
    ],
)
def test_what_cannot_be_planned_says_why_and_keeps_the_form(cast, maria, changes, sentence):
    answer = maria.post(
        reverse("admin:collaboration_meeting_plan"), form_of(cast, **{"segment": factories.make_segment().pk, **changes})
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_change_is_told_and_the_past_refused(cast, maria):
    meeting = invited(cast)
    address = reverse("admin:collaboration_meeting_edit", args=[meeting.public_id])
    assert maria.post(address, form_of(cast, day="2020-01-01")).status_code == 422
    assert maria.post(address, form_of(cast, place="Hall 9")).url == page_of(meeting)
    meeting.refresh_from_db()
    assert (meeting.place, meeting.sequence) == ("Hall 9", 1)


def test_a_file_is_looked_at_and_then_taken(cast, maria):
    meeting = begun(invited(cast))
    address = reverse("admin:collaboration_meeting_attendance", args=[meeting.public_id])
    assert maria.post(address, {"do": "look"}).status_code == 422
    assert maria.post(address, {"do": "look", "file": SimpleUploadedFile("x.csv", b"nothing")}).status_code == 422
    page = maria.post(address, {"do": "look", "file": SimpleUploadedFile("zoom.csv", ZOOM)}, follow=True).content.decode()
    assert "2 invited, 0 known but not invited, 2 strangers" in page
    assert Contact.objects.filter(name="Mallory").count() == 0
    page = maria.post(address, {"do": "take"}, follow=True).content.decode()
    assert "2 people were there; 2 strangers are listed." in page
    assert "mallory@evil.example" in page


def test_what_is_written_down_and_refusals_keep_the_page(cast, maria):
    meeting = begun(invited(cast))
    maria.post(page_of(meeting), {"do": "decide", "text": "Prices stay"})
    maria.post(page_of(meeting), {"do": "minutes", "minutes": "All was said."})
    maria.post(page_of(meeting), {"do": "action", "title": "Name a trainer", "side": str(cast.alpenglow.public_id)})
    page = maria.get(page_of(meeting)).content.decode()
    assert all(words in page for words in ("Prices stay", "All was said.", "Name a trainer"))
    for wrong in (
        {"do": "decide", "text": " "},
        {"do": "add_person", "address": "who@x.example"},
        {"do": "nonsense"},
        {"do": "action"},
        {"do": "action", "title": "Too late", "due_on": "2020-01-01"},
    ):
        assert maria.post(page_of(meeting), wrong).status_code in (409, 422)
    assert meeting.decisions.count() == 1


def test_who_may_only_read_changes_nothing(cast, client):
    meeting = invited(cast)
    client.force_login(cast.arthur)
    assert client.get(page_of(meeting)).status_code == 200
    assert client.post(page_of(meeting), {"do": "cancel"}).status_code == 403
    assert client.get(reverse("admin:collaboration_meeting_plan")).status_code == 403
    meeting.refresh_from_db()
    assert meeting.state == "invited"


def test_the_next_meeting_stands_on_top_and_past_ones_after_those_to_come(cast, maria):
    """However late in the year others are: a manager opens the list for what is next."""
    for title, days in (("In December next year", 390), ("Tomorrow", 1), ("In a month", 30)):
        plan(cast, title, days=days)
    for title, minutes in (("Yesterday", 24 * 60), ("Last year", 365 * 24 * 60)):
        begun(plan(cast, title), minutes=minutes)
    assert titles(maria) == ["Tomorrow", "In a month", "In December next year"]
    assert titles(maria, when="past") == ["Yesterday", "Last year"]
    assert titles(maria, when="all") == ["Tomorrow", "In a month", "In December next year", "Yesterday", "Last year"]
    assert titles(maria, when="all", o="1") == ["Last year", "Yesterday", "Tomorrow", "In a month", "In December next year"]


def titles(maria, **asked) -> list[str]:
    page = maria.get(reverse("admin:collaboration_meeting_changelist"), asked)
    return [row.title for row in page.context["cl"].result_list]


def test_pages_ask_the_database_twelve_times_at_most(cast, maria):
    meeting = begun(invited(cast))
    write_minutes(meeting, "Said.", by=cast.maria)
    for address in (page_of(meeting), reverse("admin:collaboration_meeting_changelist") + "?when=all"):
        maria.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert maria.get(address).status_code == 200
        assert len(asked) <= 12, [query["sql"][:120] for query in asked]


def test_who_was_chosen_is_left_out_again_before_they_hear_of_it(cast, maria):
    meeting = plan(cast, partner=cast.alpenglow, people=[cast.nora, cast.ben])
    assert "Leave out" in maria.get(page_of(meeting)).content.decode()
    maria.post(page_of(meeting), {"do": "leave_out", "invitee": seat(meeting, cast.ben).pk})
    assert [invitee.contact for invitee in meeting.invitees.all()] == [cast.nora]
    assert "Leave out" not in maria.get(page_of(meeting)).content.decode(), "with nobody chosen, all would be invited"
    refused = maria.post(page_of(meeting), {"do": "leave_out", "invitee": seat(meeting, cast.nora).pk})
    assert refused.status_code == 409
    assert meeting.invitees.count() == 1


# --- Partners --------------------------------------------------------------------------------------------------------


def test_nora_finds_the_invitation_at_home_and_answers(cast, client):
    meeting = invited(cast, capacity=1)
    client.force_login(cast.nora.user)
    assert "Say whether you come to “Supplier meeting”" in client.get("/").content.decode()
    assert "not answered yet" in client.get(shown(meeting)).content.decode()
    page = client.post(shown(meeting, "answer_meeting"), {"answer": "yes", "comment": "With Ben"}, follow=True).content.decode()
    assert "See you there." in page
    assert "Say whether you come" not in client.get("/").content.decode()
    client.force_login(cast.sven.user)
    assert "waiting list" in client.post(shown(meeting, "answer_meeting"), {"answer": "yes"}, follow=True).content.decode()
    assert client.post(shown(meeting, "answer_meeting"), {"answer": "perhaps"}).status_code == 422
    assert (seat(meeting, cast.nora).comment, seat(meeting, cast.sven).is_waiting) == ("With Ben", True)


def test_what_one_is_not_invited_to_looks_absent(cast, client):
    meeting, draft = invited(cast, partner=cast.alpenglow, people=[cast.nora]), plan(cast, "Draft")
    client.force_login(cast.sven.user)
    for each in (meeting, draft):
        for name in ("meeting", "meeting_file"):
            assert client.get(shown(each, name)).status_code == 404
        assert client.post(shown(each, "answer_meeting"), {"answer": "yes"}).status_code == 404
    assert "Supplier meeting" not in client.get(reverse("collaboration:meetings")).content.decode()


def test_minutes_are_there_once_they_are_shared(cast, client):
    meeting = begun(invited(cast), minutes=60)
    close_meeting(meeting, by=cast.maria)
    write_minutes(meeting, "All was said.", by=cast.maria)
    decide(meeting, "Prices stay", by=cast.maria)
    add_action(meeting, "Name a trainer", by=cast.maria, partner=cast.alpenglow, is_partners=True)
    add_action(meeting, "Send it to Baltic", by=cast.maria, partner=cast.baltic, is_partners=True)
    client.force_login(cast.nora.user)
    assert "All was said." not in client.get(shown(meeting)).content.decode()
    share_minutes(meeting, by=cast.maria)
    page = client.get(shown(meeting)).content.decode()
    assert all(words in page for words in ("All was said.", "Prices stay", "Name a trainer"))
    assert "Send it to Baltic" not in page
    assert "Name a trainer" in client.get("/tasks/").content.decode()
    assert "with minutes" in client.get(reverse("collaboration:meetings")).content.decode()


def test_a_file_for_ones_own_calendar(cast, client):
    meeting = invited(cast)
    client.force_login(cast.nora.user)
    answer = client.get(shown(meeting, "meeting_file"))
    [event] = components(answer.content)
    assert answer["Content-Type"].startswith("text/calendar")
    assert event.first("SUMMARY").text == "Supplier meeting"
    assert not event.all("ATTENDEE"), "it names nobody"


def test_the_portals_pages_ask_twelve_times_at_most(cast, client):
    meeting = invited(cast)
    client.force_login(cast.nora.user)
    for address in ("/", reverse("collaboration:meetings"), shown(meeting)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 12, [query["sql"][:120] for query in asked]


def test_the_way_out_asks_before_it_acts(cast, client):
    meeting = invited(cast)
    address = reverse("collaboration:stop_mails", args=[way_out_token(seat(meeting, cast.nora).pk)])
    assert "Stop mails on “Meetings”?" in client.get(address).content.decode()
    assert not TopicPreference.objects.exists()
    client.post(address, {"List-Unsubscribe": "One-Click"})
    assert TopicPreference.objects.get().address == "nora@alpenglow.example"
    assert client.get(address[:-2] + "x/").status_code == 404


# --- Integrators -----------------------------------------------------------------------------------------------------


def test_an_integrator_plans_invites_and_tells_who_came(cast):
    segment, api = factories.make_segment(), integrator(cast.maria)
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    body = {"title": "Roadmap", "kind": "webinar", "starts_at": f"{day}T09:00:00", "time_zone": "Europe/Berlin",
            "segment": str(segment.public_id)}  # fmt: skip
    made = api.post("meetings/", body)
    assert made.status_code == 201, made.content
    own = f"meetings/{made.json()['id']}/"
    assert api.post("meetings/", {**body, "starts_at": "2020-01-01T09:00:00Z"}).status_code == 422
    for far in ("9999-12-31T23:30:00Z", "9999-12-31T23:30:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00+05:00"):
        assert api.post("meetings/", {**body, "starts_at": far, "time_zone": "Pacific/Kiritimati"}).status_code == 422, far
    gap = {**body, "starts_at": "2027-03-28T02:30:00"}
    assert list(api.post("meetings/", gap).json()["errors"]) == ["starts_at"]
    assert Meeting.objects.count() == 1
    year = timezone.localdate().year + 5
    assert api.post("meetings/", {**body, "starts_at": f"{year}-05-04T02:16:52-18:05"}).json()["starts_at"][:4] == str(year)
    for odd in ("8358-05-04T02:16:52-18:05", "0001-01-01T00:00:00+05:00"):  # an offset that no database knows
        assert api.get("meetings/", starts_before=odd).status_code in (200, 422), odd
    assert api.patch(own, {"place": "Online"}).json()["place"] == "Online"
    assert api.post(f"{own}invite/").json()["state"] == "invited"
    meeting = begun(Meeting.objects.get(public_id=made.json()["id"]))
    told = api.post(f"{own}attendance/", {"people": [{"contact": str(cast.nora.public_id), "attended": True}]})
    assert told.json() == {
        "total": 3, "invited": 2, "accepted": 0, "maybe": 0, "waiting": 0, "declined": 0, "attended": 1, "missed": 0,
    }  # fmt: skip
    liis = factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")
    refused = api.post(f"{own}attendance/", {"people": [{"contact": str(liis.public_id), "attended": True}]})
    assert refused.status_code == 422
    assert "lasts until" in api.post(f"{own}close/").json()["detail"]
    assert api.post(f"{own}close/", {"ended_early": True}).json()["state"] == "held"
    assert api.post(f"{own}cancel/").status_code == 409
    assert [row["id"] for row in api.get("meetings/", state="held", kind="webinar").json()["results"]] == [str(meeting.public_id)]
    assert MeetingMail.objects.filter(kind="invitation").count() == 3
    assert integrator(cast.maria, "partners:read").get("meetings/").status_code == 403
