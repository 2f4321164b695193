"""Who was there: by hand, from a file after a look at it, and as a conference service tells it."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from activity.models import Activity
from activity.refusals import Invalid, Refused
from collaboration.actions.attendance import keep_file, note_attendance, say_who, take_file
from collaboration.actions.attendance_hooks import change_secret
from collaboration.actions.follow_ups import draft_follow_up
from collaboration.actions.invitations import answer_invitation
from collaboration.actions.meetings import cancel_meeting, close_meeting
from collaboration.actions.minutes import write_minutes
from collaboration.attendance_hooks import hook_secret, zoom_signature
from collaboration.models import Invitee, Meeting, Presence, ToldOnce
from collaboration.queries.attendance import matched
from collaboration.queries.meetings import figures_of
from collaboration.reading.attendance import NoAttendanceError, Stay, minutes_together, read_csv
from communications.queries.audience import audience_of
from context.actions.segments import create_segment
from context.queries.segments import preview_segment
from context.rules import in_words
from partners.models import Contact
from partners.panels import needs_of
from tests import factories
from tests.meeting_story import begun, invited, plan, seat

BERLIN = ZoneInfo("Europe/Berlin")
ZOOM = b"""Meeting ID,Topic,Start Time
811,Supplier meeting,03/12/2026 09:00:00 AM

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Nora Berg,NORA@alpenglow.example,03/12/2026 09:00:00 AM,03/12/2026 09:40:00 AM,40,Yes
Nora (phone),nora@alpenglow.example,03/12/2026 09:30:00 AM,03/12/2026 09:50:00 AM,20,Yes
Sven Tamm,,03/12/2026 09:05:00 AM,03/12/2026 09:35:00 AM,30,Yes
Liis Late,liis@baltic.example,03/12/2026 09:05:00 AM,03/12/2026 09:35:00 AM,30,Yes
Mallory,mallory@evil.example,03/12/2026 09:05:00 AM,03/12/2026 09:06:00 AM,1,Yes
,,,,,
"""
TEAMS = "\n".join(
    [
        "1. Summary", "Meeting title\tSupplier meeting", "Attended participants\t2", "", "2. Participants",
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
        "Nora Berg\t3/12/26, 9:00:00 AM\t3/12/26, 9:45:30 AM\t45m 30s\tnora@alpenglow.example\tnora@alpenglow.example\tPresenter",
        "Guest\t3/12/26, 9:10:00 AM\t3/12/26, 9:20:00 AM\t10m\t\t\tAttendee", "", "3. In-Meeting Activities",
        "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole",
        "Nora Berg\t3/12/26, 9:00:00 AM\t3/12/26, 9:45:30 AM\t45m 30s\tx\tPresenter",
    ]
).encode("utf-16")  # fmt: skip


# --- Reading -----------------------------------------------------------------------------------------------------------


def test_zoom_and_teams_are_read_each_in_its_own_way():
    zoom, teams = read_csv(ZOOM, BERLIN), read_csv(TEAMS, BERLIN)
    nora = zoom.stays[0]
    assert (nora.name, nora.address, nora.minutes) == ("Nora Berg", "nora@alpenglow.example", 40)
    assert nora.joined_at == datetime(2026, 3, 12, 8, tzinfo=UTC)
    assert (len(zoom.stays), zoom.unread) == (5, 0)
    assert [(stay.name, stay.address, stay.minutes) for stay in teams.stays] == [
        ("Nora Berg", "nora@alpenglow.example", 46), ("Guest", "", 10),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n", b"Name,Email\n", "Name,Email\n\n".encode("utf-16")])
def test_what_is_no_list_says_so(content):
    with pytest.raises(NoAttendanceError):
        read_csv(content, BERLIN)


@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(lambda text: ("Name,Email,Join Time,Duration\n" + text).encode("utf-8", "replace"))
)
def test_whatever_is_uploaded_is_a_list_or_none(content):
    try:
        sheet = read_csv(content, BERLIN)
    except NoAttendanceError:
        return
    assert sheet.stays
    assert [Stay.of_dict(json.loads(json.dumps(stay.as_dict()))) for stay in sheet.stays] == list(sheet.stays)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8))
def test_two_devices_at_once_count_once(spans):
    start = datetime(2026, 3, 12, 9, tzinfo=UTC)
    stays = [Stay("", "", start + timedelta(minutes=min(pair)), start + timedelta(minutes=max(pair))) for pair in spans]
    there = {minute for pair in spans for minute in range(min(pair), max(pair))}
    assert minutes_together(stays) == (len(there) if spans else None)


# --- From a file -------------------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(cast, db):
    return begun(invited(cast), minutes=40)


@pytest.fixture
def liis(cast, meeting):
    """She came after the invitations had gone out."""
    return factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")


def test_a_file_is_looked_at_first_and_makes_nobody_a_contact(cast, meeting, liis):
    contacts = Contact.objects.count()
    file = keep_file(meeting, "zoom.csv", ZOOM, by=cast.maria)
    found = matched(file, cast.maria)
    assert [(there.name, there.minutes, there.is_by_name) for there in found.invited] == [
        ("Nora Berg", 50, False),
        ("Sven Tamm", 30, True),
    ]
    assert [there.contact for there in found.uninvited] == [liis]
    assert [there.name for there in found.strangers] == ["Mallory"]
    assert not Invitee.objects.filter(attended=True).exists()

    take_file(meeting, by=cast.maria)

    nora, sven = seat(meeting, cast.nora), seat(meeting, cast.sven)
    assert (nora.attended, nora.minutes_there, nora.attended_how) == (True, 50, "import")
    assert (sven.attended, seat(meeting, cast.ben).attended) == (True, None)
    assert seat(meeting, liis).is_late_comer
    assert Contact.objects.count() == contacts
    assert Presence.objects.get(invitee=None).name == "Mallory"


def test_the_next_file_takes_the_place_of_the_one_before(cast, meeting):
    for content in (ZOOM, TEAMS):
        keep_file(meeting, "list.csv", content, by=cast.maria)
        take_file(meeting, by=cast.maria)
    assert (seat(meeting, cast.nora).minutes_there, seat(meeting, cast.sven).attended) == (46, None)
    assert [row.name for row in Presence.objects.filter(invitee=None)] == ["Guest"]


def test_only_the_file_that_was_looked_at_is_taken(cast, meeting):
    seen = keep_file(meeting, "one.csv", ZOOM, by=cast.maria).at.isoformat()
    keep_file(meeting, "two.csv", TEAMS, by=cast.maria)
    with pytest.raises(Refused, match="not there any more"):
        take_file(meeting, by=cast.maria, at=seen)
    assert not Invitee.objects.filter(attended=True).exists()


def test_a_file_without_anybody_or_before_it_begins_is_refused(cast, meeting):
    with pytest.raises(Invalid, match="Nobody can be found"):
        keep_file(meeting, "x.csv", b"hello", by=cast.maria)
    with pytest.raises(Refused, match="has not begun"):
        keep_file(invited(cast, "Later"), "x.csv", ZOOM, by=cast.maria)
    with pytest.raises(Refused, match="nobody can have been there"):
        keep_file(plan(cast, "Draft"), "x.csv", ZOOM, by=cast.maria)


@pytest.mark.parametrize("minutes", [-45, -1])
def test_nothing_is_noted_before_it_begins(cast, meeting, minutes):
    """Neither by hand nor from the file that Maria looked at before the meeting was put off."""
    keep_file(meeting, "x.csv", ZOOM, by=cast.maria)
    begun(meeting, minutes=minutes)
    nora = seat(meeting, cast.nora)
    with pytest.raises(Refused, match="has not begun"):
        note_attendance(meeting, {nora.pk: True}, by=cast.maria)
    with pytest.raises(Refused, match="has not begun"):
        take_file(meeting, by=cast.maria)
    with pytest.raises(Refused, match="has not begun"):
        keep_file(meeting, "y.csv", ZOOM, by=cast.maria)
    assert not Invitee.objects.filter(attended=True).exists()


def test_a_stranger_turns_out_to_be_ben(cast, meeting):
    keep_file(meeting, "teams.csv", TEAMS, by=cast.maria)
    take_file(meeting, by=cast.maria)
    guest = Presence.objects.get(invitee=None)
    say_who(guest, seat(meeting, cast.ben), by=cast.maria)
    assert seat(meeting, cast.ben).minutes_there == 10
    guest.refresh_from_db()
    with pytest.raises(Refused):
        say_who(guest, seat(meeting, cast.sven), by=cast.maria)


def test_by_hand_and_after_it_was_closed(cast, meeting):
    ben, sven = seat(meeting, cast.ben), seat(meeting, cast.sven)
    assert note_attendance(meeting, {ben.pk: True, sven.pk: False}, by=cast.maria) == 1
    close_meeting(meeting, by=cast.maria, ended_early=True)
    assert note_attendance(meeting, {sven.pk: True}, by=cast.maria) == 1
    told = Activity.objects.filter(verb="meeting.attended").values_list("partner_id", flat=True)
    assert sorted(told) == sorted([cast.alpenglow.pk, cast.baltic.pk])
    figures = figures_of(meeting, cast.maria)
    assert (figures.of("attended"), figures.of("missed"), figures.invited) == (2, 1, 3)


# --- As a conference service tells it ------------------------------------------------------------------------------------


def zoom_event(kind: str, at: datetime, *, email="nora@alpenglow.example", name="Nora Berg", number="811") -> dict:
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    person = {"user_name": name, "email": email, ("join_time" if kind == "joined" else "leave_time"): moment}
    return {"event": f"meeting.participant_{kind}", "payload": {"object": {"id": number, "participant": person}}}


def tell(meeting, body, *, secret: str = "", stamp: str = "", signature: str = "", address: str = ""):
    raw = json.dumps(body).encode()
    stamp = stamp or str(int(time.time()))
    signature = signature or zoom_signature(secret or hook_secret(meeting), stamp, raw)
    address = address or reverse("collaboration:meeting_attendance_told", args=[meeting.public_id])
    headers = {"x-zm-signature": signature, "x-zm-request-timestamp": stamp}
    return Client().post(address, raw, content_type="application/json", headers=headers)


@pytest.mark.parametrize("order", [("joined", "left"), ("left", "joined")])
def test_coming_and_going_in_any_order_and_each_message_once(cast, meeting, order):
    at = timezone.now().replace(microsecond=0)
    moments = {"joined": at - timedelta(minutes=25), "left": at}
    for kind in (*order, *order):
        assert tell(meeting, zoom_event(kind, moments[kind])).status_code == 200
    nora = seat(meeting, cast.nora)
    assert (nora.attended, nora.minutes_there, nora.attended_how) == (True, 25, "webhook")
    assert Presence.objects.count() == 1
    assert ToldOnce.objects.count() == 2


def test_a_report_of_teams_signed_as_standard_webhooks_says(cast, meeting):
    at = timezone.now().replace(microsecond=0)
    span = {"joinDateTime": (at - timedelta(minutes=12)).isoformat(), "leaveDateTime": at.isoformat(), "durationInSeconds": 720}
    body = {
        "id": "r1",
        "attendanceRecords": [
            {"emailAddress": "Sven@baltic.example", "identity": {"displayName": "Sven"}, "attendanceIntervals": [span]},
            {
                "emailAddress": None,
                "identity": {"displayName": "Guest"},
                "totalAttendanceInSeconds": 300,
                "attendanceIntervals": [],
            },
        ],
    }
    raw = json.dumps(body)
    sent_at = datetime.fromtimestamp(int(time.time()), UTC)
    headers = {
        "webhook-id": "msg_1", "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": Webhook(hook_secret(meeting)).sign("msg_1", sent_at, raw),
    }  # fmt: skip
    address = reverse("collaboration:meeting_attendance_told", args=[meeting.public_id])
    for taken in (True, False):
        answer = Client().post(address, raw, content_type="application/json", headers=headers)
        assert answer.json() == {"taken": taken}
    assert (seat(meeting, cast.sven).minutes_there, Presence.objects.filter(invitee=None).get().minutes) == (12, 5)


def test_what_is_not_signed_or_too_old_changes_nothing(cast, meeting):
    body = zoom_event("joined", timezone.now())
    old = str(int(time.time()) - 3600)
    before = hook_secret(meeting)
    for about in ({"signature": "v0=00"}, {"secret": "wrong"}, {"stamp": old}, {"stamp": "²²"}, {"stamp": "9" * 40}):
        assert tell(meeting, body, **about).status_code == 401
    change_secret(meeting)
    assert tell(meeting, body, secret=before).status_code == 401
    assert not Presence.objects.exists()
    assert not Invitee.objects.filter(attended=True).exists()


NOBODY = {"event": "meeting.participant_joined", "payload": {"object": {"id": 1, "participant": {}}}}
SOON = {"attendanceRecords": [{"attendanceIntervals": [{"joinDateTime": "soon"}]}]}


@pytest.mark.parametrize(
    "body", [[], {}, {"event": "meeting.started"}, NOBODY, SOON, {"attendanceRecords": []}, {"attendanceRecords": 7}]
)
def test_what_cannot_be_read_gets_a_sentence(meeting, body):
    answer = tell(meeting, body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not Presence.objects.exists()


def test_of_one_that_is_days_away_nothing_is_told(cast, db):
    ahead = invited(cast, days=3)
    assert tell(ahead, zoom_event("joined", timezone.now())).status_code == 409
    assert tell(begun(ahead, minutes=-10), zoom_event("joined", timezone.now())).status_code == 200, "whoever is early waits there"


def test_of_one_that_was_called_off_nothing_is_taken(cast, db):
    meeting = invited(cast)
    cancel_meeting(meeting, by=cast.maria)
    assert tell(meeting, zoom_event("joined", timezone.now())).status_code == 409


def test_a_zoom_app_for_all_meetings_finds_the_one_that_is_on(cast, meeting, settings):
    settings.ZOOM_SECRET = "the token of the app"
    later = invited(cast, "Next quarter", days=80)
    for each in (meeting, later):
        each.conference_id = "811"
        each.save()
    address = reverse("collaboration:zoom")
    about = {"secret": settings.ZOOM_SECRET, "address": address}
    assert tell(meeting, zoom_event("joined", timezone.now()), **about).json() == {"taken": True}
    assert seat(meeting, cast.nora).attended
    assert seat(later, cast.nora).attended is None
    assert tell(meeting, zoom_event("joined", timezone.now(), number="999"), **about).status_code == 422
    asked = tell(meeting, {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}, **about).json()
    assert asked == {"plainToken": "abc", "encryptedToken": hmac.new(b"the token of the app", b"abc", hashlib.sha256).hexdigest()}
    settings.ZOOM_SECRET = ""
    assert tell(meeting, {}, **about | {"secret": "x"}).status_code == 404


def test_a_secret_is_nowhere_in_the_database(meeting):
    assert base64.b64decode(hook_secret(meeting).removeprefix("whsec_"))
    assert hook_secret(meeting) not in str(vars(meeting))


# --- And then ------------------------------------------------------------------------------------------------------------


def test_drafts_for_who_came_and_for_who_missed_it(cast, meeting):
    answer_invitation(seat(meeting, cast.ben), "no", how="portal")
    note_attendance(meeting, {seat(meeting, cast.nora).pk: True}, by=cast.maria)
    with pytest.raises(Refused, match="Close the meeting"):
        draft_follow_up(meeting, "attended", by=cast.maria)
    close_meeting(meeting, by=cast.maria, ended_early=True)
    came, missed = (draft_follow_up(meeting, who, by=cast.maria) for who in ("attended", "missed"))
    assert list(audience_of(came)) == [cast.nora]
    assert list(audience_of(missed)) == [cast.sven]
    assert draft_follow_up(meeting, "missed", by=cast.maria).segment == missed.segment
    for draft in (came, missed):
        named = preview_segment(draft.segment.rule, draft.segment.contact_rule)
        assert (named.partners, named.people) == (1, 1), "people are counted by what they did, not by their kinds"
    assert "meeting they missed is Supplier meeting" in in_words(missed.segment.rule, missed.segment.contact_rule)


def test_rules_ask_of_partners_and_of_people(cast, meeting):
    note_attendance(meeting, {seat(meeting, cast.nora).pk: True}, by=cast.maria)
    asked = {"field": "meeting.attended", "op": "eq", "value": str(meeting.public_id)}
    assert (preview_segment({"all": [asked]}, None).partners, preview_segment({"all": [asked]}, None).people) == (1, 2)
    assert preview_segment(None, {"not": asked}).people == 2
    never = {"field": "meeting.attended", "op": "is_empty", "value": True}
    assert preview_segment({"all": [never]}, None).partners == 1
    assert preview_segment({"all": [{**asked, "value": "no such id"}]}, None).partners == 0
    with pytest.raises(Invalid, match="There is no meeting"):
        create_segment(by=cast.maria, name="Gone", rule={"all": [{**asked, "value": "0"}]})


@pytest.mark.parametrize("settles", ["attendance", "minutes", "closing", "calling off"])
def test_a_meeting_of_which_nothing_is_known_waits_for_its_host(cast, settles):
    def waiting(user) -> list[str]:
        return [need.sentence for need in needs_of(user) if "to write" in need.sentence]

    meeting = begun(invited(cast), minutes=5)
    assert waiting(cast.maria) == []  # it goes on
    meeting = begun(meeting, minutes=60 * 5)
    assert waiting(cast.maria) == ["Minutes of 1 meeting to write"]
    assert waiting(cast.arthur) == []
    match settles:
        case "attendance":
            note_attendance(meeting, {seat(meeting, cast.nora).pk: True}, by=cast.maria)
        case "minutes":
            write_minutes(meeting, "We agreed.", by=cast.maria)
        case "closing":
            close_meeting(meeting, by=cast.maria)
        case _:
            Meeting.objects.update(state="cancelled", cancelled_at=timezone.now())
    assert waiting(cast.maria) == []
