"""A meeting from its plan to what everybody answered: each invitee stands in one place, and whoever is told gets one mail."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from activity.models import Activity, Task
from activity.refusals import Invalid, Refused
from collaboration.actions.invitations import answer_invitation, invite, invite_due, invite_person, remind_due, top_up_meetings
from collaboration.actions.meeting_mails import meetings_topic, send_again, send_meeting_mails, settle_abandoned_mails
from collaboration.actions.meetings import cancel_meeting, change_meeting, close_meeting
from collaboration.actions.minutes import add_action, decide, share_minutes, write_minutes
from collaboration.actions.series import extend_series, plan_series
from collaboration.models import Invitee, Meeting, MeetingMail, MeetingSeries
from collaboration.queries.meetings import figures_of
from communications.actions.attention import take_attention
from communications.actions.preferences import set_preference
from communications.actions.suppressions import suppress_address
from communications.calendar_sources import calendar_sources
from communications.models import Suppression
from communications.queries.attention import attention_policy
from communications.rendering.icalendar_reading import components, method_of
from partners.models import Enrolment
from tests import factories
from tests.meeting_story import begun, invited, no_quiet_hours, plan, seat

pytestmark = pytest.mark.django_db


def yes(invitee, **fields) -> Invitee:
    return answer_invitation(invitee, "yes", how="portal", **fields)


def calendar_in(message) -> bytes:
    return next(part for part in message.walk() if part.get_content_type() == "text/calendar").get_payload(decode=True)


# --- Planning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": "  "}, "title"),
        ({"days": -1}, "starts_at"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"capacity": 0}, "capacity"),
        ({"minutes_long": 2}, "minutes_long"),
        ({"join_link": "javascript:alert(1)"}, "join_link"),
        ({"join_link": "https://"}, "join_link"),
        ({"segment": None}, "segment"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(cast, fields, field):
    with pytest.raises(Invalid) as refused:
        plan(cast, **fields)
    assert refused.value.field == field
    assert not Meeting.objects.exists()


def test_a_series_is_written_a_year_ahead_and_no_further(cast):
    first = timezone.localdate() + timedelta(days=5)
    series = plan_series(
        by=cast.maria, title="Roadmap", segment=factories.make_segment(), time_zone="Europe/Berlin", rhythm="quarterly",
        first_day=first, wall_time=time(9), programme=cast.programme,
    )  # fmt: skip
    meetings = list(series.meetings.order_by("starts_at"))
    assert len(meetings) in (4, 5)
    assert {meeting.starts_at.astimezone(ZoneInfo("Europe/Berlin")).time() for meeting in meetings} == {time(9)}
    assert extend_series() == 0
    meetings[-1].delete()
    assert extend_series() == 1
    assert extend_series() == 0


def test_a_series_that_ends_first_or_lies_in_the_past_is_none(cast):
    about = {"by": cast.maria, "title": "Roadmap", "segment": factories.make_segment(), "time_zone": "UTC", "rhythm": "weekly",
             "wall_time": time(9)}  # fmt: skip
    today = timezone.localdate()
    wrong_days = (
        {"first_day": date(2020, 1, 1)},
        {"first_day": today + timedelta(days=600)},
        {"first_day": today + timedelta(days=9), "last_day": today},
    )
    for wrong in wrong_days:
        with pytest.raises(Invalid):
            plan_series(**about, **wrong)
    assert not MeetingSeries.objects.exists()


def test_one_is_moved_by_itself_and_all_that_follow_together(cast):
    zone = ZoneInfo("Europe/Berlin")
    series = plan_series(
        by=cast.maria, title="Weekly", segment=factories.make_segment(), time_zone="Europe/Berlin", rhythm="weekly",
        first_day=timezone.localdate() + timedelta(days=3), wall_time=time(9), last_day=timezone.localdate() + timedelta(days=26),
        programme=cast.programme,
    )  # fmt: skip
    first, second, third, fourth = series.meetings.order_by("starts_at")
    change_meeting(second, by=cast.maria, starts_at=second.starts_at + timedelta(days=1))
    change_meeting(first, by=cast.maria, starts_at=first.starts_at + timedelta(hours=2), title="Weekly talk", and_following=True)

    for meeting in (second, third, fourth):
        meeting.refresh_from_db()
    assert second.starts_at.astimezone(zone).time() == time(9), "it was moved by itself, and keeps its time"
    assert {meeting.starts_at.astimezone(zone).time() for meeting in (third, fourth)} == {time(11)}
    assert {meeting.title for meeting in series.meetings.all()} == {"Weekly talk"}

    cancel_meeting(third, by=cast.maria, and_following=True)
    assert list(series.meetings.order_by("starts_at").values_list("state", flat=True)) == [
        "draft",
        "draft",
        "cancelled",
        "cancelled",
    ]


# --- Inviting ----------------------------------------------------------------------------------------------------------


def test_the_audience_is_frozen_and_each_gets_a_request_for_themselves(cast, sink, settings):
    settings.MEETINGS_ADDRESS = "meetings@hub.example"
    meeting = invited(cast)
    latecomer = factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")
    assert send_meeting_mails() == 3

    assert sorted(sink.recipients) == ["ben@alpenglow.example", "nora@alpenglow.example", "sven@baltic.example"]
    assert not Invitee.objects.filter(contact=latecomer).exists()
    message = sink.to("nora@alpenglow.example")
    assert message["Subject"] == "Invitation: Supplier meeting"
    assert "Hall 2" in message.get_body(["plain"]).get_content()
    data = calendar_in(message)
    [event] = components(data)
    assert method_of(data) == "REQUEST"
    assert event.first("ATTENDEE").address == "nora@alpenglow.example"
    assert event.first("ORGANIZER").address.startswith(f"meetings+{seat(meeting, cast.nora).pk}-")
    assert event.first("SEQUENCE").value == "0"
    assert send_meeting_mails() == 0


def test_who_joins_later_is_invited_only_where_it_stays_open(cast, sink):
    invited(cast, "Closed")
    open_one = invited(cast, "Open", stays_open=True)
    liis = factories.make_contact(cast.baltic, "Liis Late", "liis@baltic.example")
    assert top_up_meetings() == 1
    assert top_up_meetings() == 0
    assert Invitee.objects.filter(contact=liis).get().meeting == open_one


def test_nobody_is_mailed_who_cannot_or_will_not_be(cast, sink):
    suppress_address("ben@alpenglow.example", source=Suppression.Source.BOUNCE, reason="550")
    set_preference("sven@baltic.example", meetings_topic(), is_wanted=False, how="preferences")
    factories.make_contact(cast.baltic, "No Address", "")
    invited(cast)
    send_meeting_mails()
    assert sink.recipients == ["nora@alpenglow.example"]
    reasons = MeetingMail.objects.filter(state="suppressed").values_list("reason", flat=True)
    assert sorted(reasons) == ["bounced", "no_address", "unsubscribed"]


def test_a_partner_alone_and_only_chosen_people(cast, sink):
    meeting = plan(cast, "Check-in", partner=cast.alpenglow, people=[cast.nora])
    with pytest.raises(Invalid):
        invite_person(meeting, cast.sven, by=cast.maria)
    assert invite(meeting, by=cast.maria) == 1
    invite_person(meeting, cast.ben, by=cast.maria)
    with pytest.raises(Refused):
        invite_person(meeting, cast.ben, by=cast.maria)
    send_meeting_mails()
    assert sorted(sink.recipients) == ["ben@alpenglow.example", "nora@alpenglow.example"]


def test_nobody_to_invite_leaves_it_as_it_was(cast):
    empty = factories.make_segment("Nobody", {"field": "partner.country", "op": "eq", "value": "JP"})
    meeting = plan(cast, segment=empty)
    with pytest.raises(Refused, match="reaches no one"):
        invite(meeting, by=cast.maria)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.invited_at) == ("draft", None)


def test_it_invites_by_itself_on_its_day(cast):
    near, far = plan(cast, "Near", days=5, invite_days=7), plan(cast, "Far", days=20, invite_days=7)
    by_hand = plan(cast, "By hand", days=5)
    assert invite_due() == 1
    states = {meeting.title: meeting.state for meeting in Meeting.objects.filter(pk__in=[near.pk, far.pk, by_hand.pk])}
    assert states == {"Near": "invited", "Far": "draft", "By hand": "draft"}


# --- Changes and the end ---------------------------------------------------------------------------------------------


def test_a_change_counts_up_and_tells_who_was_told(cast, sink):
    meeting = invited(cast)
    send_meeting_mails()
    sink.mails.clear()
    change_meeting(meeting, by=cast.maria, starts_at=meeting.starts_at + timedelta(hours=1))
    change_meeting(meeting, by=cast.maria, capacity=40)
    send_meeting_mails()
    assert len(sink.mails) == 3
    [event] = components(calendar_in(sink.to("nora@alpenglow.example")))
    assert event.first("SEQUENCE").value == "1"


def test_who_has_no_mail_yet_gets_one_that_says_how_it_is_now(cast, sink):
    meeting = invited(cast)
    change_meeting(meeting, by=cast.maria, place="Hall 9")
    send_meeting_mails()
    assert [message["Subject"] for _to, message in sink.mails] == ["Invitation: Supplier meeting"] * 3
    assert "Hall 9" in sink.to("ben@alpenglow.example").get_body(["plain"]).get_content()


def test_a_move_into_the_past_or_to_others_changes_nothing(cast):
    meeting = invited(cast)
    other = factories.make_segment("Others")
    for wrong in ({"starts_at": timezone.now() - timedelta(days=1)}, {"segment": other}, {"state": "held"}):
        with pytest.raises(Invalid):
            change_meeting(meeting, by=cast.maria, **wrong)
    before = meeting.starts_at, meeting.segment_id, meeting.sequence
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.segment_id, meeting.sequence) == before


def test_called_off_is_told_to_who_knows_of_it_and_nothing_else_follows(cast, sink):
    meeting = invited(cast)
    send_meeting_mails()
    sink.mails.clear()
    cancel_meeting(meeting, by=cast.maria, reason="the hall is flooded")
    send_meeting_mails()
    data = calendar_in(sink.to("sven@baltic.example"))
    [event] = components(data)
    assert (method_of(data), event.first("STATUS").value, event.first("SEQUENCE").value) == ("CANCEL", "CANCELLED", "1")
    with pytest.raises(Refused, match="called off"):
        yes(seat(meeting, cast.nora))
    with pytest.raises(Refused):
        cancel_meeting(meeting, by=cast.maria)
    assert len(sink.mails) == 3


def test_called_off_before_the_mails_left_tells_nobody(cast, sink):
    meeting = invited(cast)
    cancel_meeting(meeting, by=cast.maria)
    send_meeting_mails()
    assert sink.mails == []


def test_what_a_crash_leaves_is_in_doubt_and_goes_again_only_by_a_person(cast, sink):
    meeting = invited(cast)
    MeetingMail.objects.update(state="sending", settled_at=timezone.now() - timedelta(hours=1))
    assert settle_abandoned_mails() == 3
    assert send_meeting_mails() == 0
    assert send_again(meeting, by=cast.maria) == 3
    assert send_meeting_mails() == 3
    assert len(sink.mails) == 3


def test_a_server_that_is_busy_is_asked_again_and_one_that_knows_nobody_is_not(cast, sink):
    invited(cast)
    sink.on_recipient = lambda address: "550 5.1.1 nobody here" if address.startswith("ben") else "451 later"
    send_meeting_mails()
    states = dict(MeetingMail.objects.values_list("invitee__contact__name", "state"))
    assert states == {"Ben Ott": "failed", "Nora Berg": "queued", "Sven Tamm": "queued"}
    assert Suppression.objects.filter(address="ben@alpenglow.example").exists()


# --- Answers and places ------------------------------------------------------------------------------------------------


def test_places_are_given_in_the_order_of_the_answers(cast, sink):
    meeting = invited(cast, capacity=1)
    nora, ben, sven = (seat(meeting, who) for who in (cast.nora, cast.ben, cast.sven))
    assert not yes(nora).is_waiting
    assert yes(sven).is_waiting
    assert yes(ben).is_waiting
    assert yes(sven).is_waiting, "to say so again keeps one's place in the line"
    MeetingMail.objects.all().delete()

    answer_invitation(nora, "no", how="portal")

    sven.refresh_from_db()
    ben.refresh_from_db()
    assert (sven.is_waiting, ben.is_waiting) == (False, True)
    assert MeetingMail.objects.get().kind == "place"
    change_meeting(meeting, by=cast.maria, capacity=None)
    ben.refresh_from_db()
    assert not ben.is_waiting


def test_every_invitee_is_in_one_standing_and_the_sums_add_up(cast):
    meeting = invited(cast, capacity=1)
    yes(seat(meeting, cast.nora))
    yes(seat(meeting, cast.ben))
    figures = figures_of(meeting, cast.maria)
    assert (figures.of("accepted"), figures.of("waiting"), figures.of("invited"), figures.invited) == (1, 1, 1, 3)
    begun(meeting, minutes=60)
    close_meeting(meeting, by=cast.maria)
    figures = figures_of(meeting, cast.maria)
    assert (figures.of("missed"), figures.of("waiting"), figures.invited) == (2, 1, 3)
    assert (figures.said_yes, figures.came_of_them) == (1, 0)


def test_one_that_has_not_begun_is_not_closed(cast):
    meeting = invited(cast)
    with pytest.raises(Refused, match="has not begun"):
        close_meeting(meeting, by=cast.maria)
    meeting.refresh_from_db()
    assert meeting.state == "invited"


def test_one_that_still_lasts_is_closed_only_by_whoever_says_that_it_ended(cast):
    """Else everybody who is still to be seen there would have missed it."""
    meeting = begun(invited(cast), minutes=10)
    with pytest.raises(Refused, match="It lasts until .* has missed it"):
        close_meeting(meeting, by=cast.maria)
    assert not Invitee.objects.filter(attended=False).exists()
    close_meeting(meeting, by=cast.maria, ended_early=True)
    assert figures_of(meeting, cast.maria).of("missed") == 3


# --- Reminders ---------------------------------------------------------------------------------------------------------


def test_who_may_come_is_reminded_once_within_their_budget(cast, sink):
    meeting = invited(cast, days=1, remind_hours=30)
    MeetingMail.objects.all().delete()
    no_quiet_hours(cast.nora, cast.ben, cast.sven)
    answer_invitation(seat(meeting, cast.sven), "no", how="portal")
    policy = attention_policy()
    for _each in range(policy.per_day):
        take_attention(["ben@alpenglow.example"], policy)
    assert remind_due() == 2
    assert remind_due() == 0
    send_meeting_mails()
    assert sink.recipients == ["nora@alpenglow.example"]
    assert MeetingMail.objects.get(invitee__contact=cast.ben).state == "queued", "there is no room for it now"
    begun(meeting)
    MeetingMail.objects.update(due_at=timezone.now())
    send_meeting_mails()
    assert MeetingMail.objects.get(invitee__contact=cast.ben).state == "suppressed"
    assert len(sink.mails) == 1


# --- Minutes -----------------------------------------------------------------------------------------------------------


def test_minutes_decisions_and_tasks_on_both_sides(cast, sink):
    meeting = invited(cast, partner=cast.alpenglow, people=[cast.nora, cast.ben])
    MeetingMail.objects.all().delete()
    no_quiet_hours(cast.nora, cast.ben)
    yes(seat(meeting, cast.nora))
    begun(meeting, minutes=60)
    with pytest.raises(Refused, match="Close the meeting"):
        share_minutes(meeting, by=cast.maria)
    close_meeting(meeting, by=cast.maria)
    with pytest.raises(Invalid, match="no minutes"):
        share_minutes(meeting, by=cast.maria)

    write_minutes(meeting, "We looked at the quarter.", by=cast.maria)
    decide(meeting, "Prices stay until June", by=cast.maria)
    ours = add_action(meeting, "Send the price list", by=cast.maria)
    theirs = add_action(meeting, "Name a trainer", by=cast.maria, is_partners=True)
    with pytest.raises(Invalid, match="has passed") as refusal:
        add_action(meeting, "Count the parts", by=cast.maria, due_on=date(2020, 1, 1))
    assert refusal.value.field == "due_on"

    assert share_minutes(meeting, by=cast.maria) == 1
    send_meeting_mails()
    assert (ours.owner, ours.is_shared) == (cast.maria, False)
    assert (theirs.partner_id, theirs.is_shared, theirs.source_label) == (cast.alpenglow.pk, True, "Supplier meeting")
    assert Task.objects.count() == 2
    text = sink.to("nora@alpenglow.example").get_body(["plain"]).get_content()
    assert "Prices stay until June" in text
    assert "We looked at the quarter." in text


# --- Who sees what ---------------------------------------------------------------------------------------------------


def test_each_sees_their_own(cast):
    jonas = factories.make_user("jonas@vendor.example", name="Jonas", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=jonas)
    with_alpenglow = invited(cast, "Alpenglow", partner=cast.alpenglow, people=[cast.nora])
    for_all, draft = invited(cast, "All"), plan(cast, "Draft")

    def seen(user) -> set[str]:
        return set(Meeting.objects.visible_to(user).values_list("title", flat=True))

    assert seen(cast.maria) == {"Alpenglow", "All", "Draft"}
    assert seen(jonas) == {"All"}
    assert seen(cast.nora.user) == {"Alpenglow", "All"}
    assert seen(cast.sven.user) == {"All"}
    assert seen(cast.ben.user) == {"All"}
    assert figures_of(for_all, jonas).invited == 1
    assert (with_alpenglow.state, draft.state) == ("invited", "draft")


def test_what_happened_stands_in_the_timeline(cast):
    meeting = invited(cast)
    yes(seat(meeting, cast.nora), by=cast.nora.user)
    begun(meeting, minutes=60)
    Invitee.objects.filter(contact__partner=cast.alpenglow).update(attended=True)
    close_meeting(meeting, by=cast.maria)
    told = Activity.objects.get(verb="meeting.attended")
    assert (told.partner_id, told.data) == (cast.alpenglow.pk, {"people": 2})
    assert told.sentence.startswith("2 people were at “Supplier meeting”")
    assert Activity.objects.filter(verb="meeting.answered", partner_id=cast.alpenglow.pk).exists()


def test_it_stands_on_the_calendar_of_whoever_sees_it(cast):
    meeting = invited(cast, partner=cast.alpenglow, people=[cast.nora])
    plan(cast, "Draft", days=11)
    source = next(each for each in calendar_sources() if each.key == "meetings")
    first, last = timezone.localdate(), timezone.localdate() + timedelta(days=30)
    assert [entry.title for entry in source.for_manager(cast.maria, first, last)] == ["Supplier meeting", "Draft"]
    assert list(source.for_manager(cast.maria, first, first)) == []
    [entry] = source.for_contact(cast.nora, first, last)
    assert (entry.starts_at, entry.partner, entry.is_cancelled) == (meeting.starts_at, "Alpenglow GmbH", False)
    assert list(source.for_contact(cast.sven, first, last)) == []
    cancel_meeting(meeting, by=cast.maria)
    assert [entry.is_cancelled for entry in source.for_contact(cast.nora, first, last)] == [True]
