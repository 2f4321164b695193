"""Meetings of both programmes: the quarterly supplier meeting, webinars to register for, a monthly talk; some held, some ahead, and
of those held a draft to who missed them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from activity.models import Task
from collaboration.actions.attendance import count_presences, note_attendance
from collaboration.actions.follow_ups import draft_follow_up
from collaboration.actions.invitations import answer_invitation, invite
from collaboration.actions.meetings import close_meeting, plan_meeting
from collaboration.actions.minutes import add_action, decide, share_minutes, write_minutes
from collaboration.actions.series import plan_series
from collaboration.models import DESCRIBED, How, Invitee, InviteeAnswer, Meeting, MeetingMail, MeetingSeries, Presence
from collaboration.rhythm import instant_of_wall
from context.models import Segment
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World

SUPPLIER_AGENDA = (
    "Production schedule for the next two quarters\nQuality: ppm and on-time delivery, best and worst\n"
    "KQS 4.1: questions from the plants\nKestrane Arc: volumes and ramp-up"
)
SUPPLIER_MINUTES = (
    "Planning showed the schedule of both plants; the ramp-up of Kestrane Arc stays where it was announced.\n\n"
    "On-time delivery rose to 96 % on average. Three suppliers below 92 % agreed on a talk with supplier quality.\n\n"
    "Several plants asked for examples of labels under KQS 4.1; supplier quality sends a set."
)
ROADMAP_AGENDA = "Harbour 5.2: what is new\nCurrent 1.1: two regions\nGate 6.4: the way to 7.2\nQuestions"
ROADMAP_MINUTES = (
    "The recording and the slides are in the library. Harbour 5.2 comes in two steps; Current 1.1 follows with a second region.\n\n"
    "Most asked: whether connectors of 5.1 go on working in 5.2. They do."
)
SUPPLIER_DECISIONS = (
    "The schedule of the next two quarters holds from the first of the month.",
    "Examples of labels under KQS 4.1 are sent to all plants.",
)
LABEL_AGENDA = (
    "The code: what it holds\nPrinting: three plants show theirs\nAt the gate: what happens to a label that does not scan"
)
LABEL_MINUTES = (
    "Eight of ten trial labels scanned at once. The two others were printed on glossy paper.\n\n"
    "Most asked: whether stickers are allowed until the printers have their new firmware. They are, for four weeks."
)
LABEL_DECISIONS = ("Stickers are allowed for four weeks from the start date.",)
ROADMAP_DECISIONS = ("The next webinar begins with questions.",)
KNOWN = ("partner@demo.example", "supplier@demo.example", "member@demo.example")  # a visitor answers for them
STRANGER = ("Guest (phone)", "")


def hold_meetings(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    suppliers, network = worlds[carmaker.PROGRAMME.key], worlds[vendor.PROGRAMME.key]
    with as_of(dates.days_ago(20)):
        supplier_series = plan_series(
            by=managers["pavel"], title="Quarterly supplier meeting", kind="meeting", agenda=SUPPLIER_AGENDA, rhythm="quarterly",
            segment=segments["suppliers"], programme=suppliers.programme, time_zone="Europe/Prague", minutes_long=240,
            place="Hradec Králové, hall B", join_link="https://meet.kestrane.example/suppliers", first_day=_ahead(18),
            wall_time=time(9), stays_open=True, co_hosts=[managers["elena"]],
        )  # fmt: skip
        roadmap_series = plan_series(
            by=managers["author"], title="Roadmap webinar", kind="webinar", agenda=ROADMAP_AGENDA, rhythm="quarterly",
            segment=segments["builders"], programme=network.programme, time_zone="Europe/Berlin", minutes_long=60, capacity=25,
            needs_registration=True, join_link="https://meet.lumenvale.example/roadmap", first_day=_ahead(11), wall_time=time(15),
        )  # fmt: skip
        label_series = plan_series(
            by=managers["pavel"], title="The new label: your questions", kind="webinar", agenda=LABEL_AGENDA, rhythm="monthly",
            segment=segments["quality"], programme=suppliers.programme, time_zone="Europe/Prague", minutes_long=60, capacity=20,
            needs_registration=True, join_link="https://meet.kestrane.example/label", first_day=_ahead(5), wall_time=time(14),
        )  # fmt: skip
    _hold(
        supplier_series, 74, by=managers["pavel"], minutes=SUPPLIER_MINUTES, decisions=SUPPLIER_DECISIONS,
        ours="Send the set of example labels", theirs=(carmaker.SUPPLIER, "Name who introduces KQS 4.1 at the Leszno site"),
    )  # fmt: skip
    _hold(
        roadmap_series, 81, by=managers["author"], minutes=ROADMAP_MINUTES, decisions=ROADMAP_DECISIONS,
        ours="Put the recording into the library",
    )  # fmt: skip
    _hold(
        label_series, 24, by=managers["pavel"], minutes=LABEL_MINUTES, decisions=LABEL_DECISIONS,
        ours="Tell gate 4 until when stickers are read",
    )  # fmt: skip
    for series, host in (
        (supplier_series, managers["pavel"]),
        (label_series, managers["pavel"]),
        (roadmap_series, managers["author"]),
    ):
        _invite_to_next(series, by=host)
    _talk_with(network, vendor.RESELLER, "Pipeline\nTraining days\nWhat blocks you", 6, by=managers["manager"])
    _talk_with(suppliers, carmaker.SUPPLIER, "Call-offs\nComplaints\nThe Leszno site", 8, by=managers["pavel"])


def _talk_with(world: World, name: str, agenda: str, days: int, *, by: User) -> None:
    partner, zone = world.partners[name], world.programme.time_zone
    with as_of(dates.days_ago(3)):
        series = plan_series(
            by=by, title="Monthly talk", kind="check_in", agenda=agenda, rhythm="monthly", partner=partner,
            programme=world.programme, time_zone=zone, minutes_long=30, join_link=f"https://meet.{world.programme.key}.example/monthly-talk",
            first_day=_ahead(days), wall_time=time(10), people=list(partner.contacts.filter(is_partner_admin=True)),
        )  # fmt: skip
        invite(series.meetings.order_by("starts_at").first(), by=by)
    _mails_arrived()


def _invite_to_next(series: MeetingSeries, *, by: User) -> None:
    """Half of them have answered."""
    meeting = series.meetings.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    with as_of(dates.days_ago(5)):
        invite(meeting, by=by)
        invitees = list(meeting.invitees.select_related("contact__user").order_by("contact__name", "pk"))
        for invitee in [each for each in invitees if each.contact.user_id and each.address not in KNOWN][:3]:
            answer_invitation(invitee, InviteeAnswer.YES, how=How.PORTAL, by=invitee.contact.user)
    answered = {"yes": invitees[3::3], "maybe": invitees[4::9], "no": invitees[5::8]}
    for answer, some in answered.items():
        rows = Invitee.objects.filter(pk__in=[each.pk for each in some], answer="").exclude(address__in=KNOWN)
        rows.update(answer=answer, answered_how=How.MAIL, answered_at=dates.days_ago(3))
    if meeting.capacity:
        coming = meeting.invitees.coming().order_by("pk").values_list("pk", flat=True)[meeting.capacity :]
        Invitee.objects.filter(pk__in=list(coming)).update(is_waiting=True)
    _mails_arrived()


def _hold(series: MeetingSeries, days: int, *, by: User, minutes: str, decisions, ours: str, theirs=None) -> None:
    """One of a quarter ago, planned ahead as all are and put back to its day."""
    described = {name: getattr(series, name) for name in DESCRIBED}
    day = dates.days_ago(days).date()
    at = instant_of_wall(day, series.wall_time, ZoneInfo(series.time_zone))
    with as_of(at - timedelta(days=21)):
        meeting = plan_meeting(by=by, starts_at=timezone.now() + timedelta(days=1), series=series, planned_for=at, **described)
        invite(meeting, by=by)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=at, ends_at=at + timedelta(minutes=series.minutes_long), invited_at=at - timedelta(days=21), reminded_at=at
    )
    _answer_and_come(meeting, at, User.objects.get(email="manager@demo.example"))
    with as_of(at + timedelta(hours=5)):
        close_meeting(meeting, by=by)
        write_minutes(meeting, minutes, by=by)
        for decision in decisions:
            decide(meeting, decision, by=by)
        own = add_action(meeting, ours, by=by)
        Task.objects.filter(pk=own.pk).update(due_on=day + timedelta(days=14))
        if theirs:
            partner = meeting.invitees.filter(contact__partner__name=theirs[0]).select_related("contact__partner").first()
            add_action(meeting, theirs[1], by=by, partner=partner.contact.partner, due_on=_ahead(9), is_partners=True)
        share_minutes(meeting, by=by)
    draft_follow_up(meeting, "missed", by=by)
    _mails_arrived(at)
    Meeting.objects.filter(pk=meeting.pk).update(held_at=at + timedelta(hours=5), minutes_shared_at=at + timedelta(hours=6))


def _answer_and_come(meeting: Meeting, at: datetime, admin: User) -> None:
    """Most said yes, and most of those came; one whom nobody knows listened by phone."""
    invitees = list(meeting.invitees.select_related("contact").order_by("pk"))
    said_yes = invitees[::2][: meeting.capacity or len(invitees)]
    for answer, some in {"yes": said_yes, "maybe": invitees[1::10], "no": invitees[3::10]}.items():
        rows = Invitee.objects.filter(pk__in=[each.pk for each in some])
        rows.update(answer=answer, answered_how=How.MAIL, answered_at=at - timedelta(days=9))
    there = [each for number, each in enumerate(said_yes) if number % 5] + invitees[1::14]
    if meeting.kind == "meeting":
        note_attendance(meeting, {each.pk: True for each in there}, by=admin)
        return
    stays = [
        Presence(meeting=meeting, invitee=each, name=each.contact.name, address=each.address,
                 joined_at=at + timedelta(minutes=n % 4), left_at=at + timedelta(minutes=38 + n * 7 % 22), how=How.IMPORT)
        for n, each in enumerate(there)
    ]  # fmt: skip
    Presence.objects.bulk_create(stays)
    Presence.objects.create(meeting=meeting, name=STRANGER[0], address=STRANGER[1], minutes=41, how=How.IMPORT)
    for each in there:
        count_presences(each, how=How.IMPORT)


def _mails_arrived(at: datetime | None = None) -> None:
    """Nothing leaves by telling the story."""
    waiting = MeetingMail.objects.filter(state=MeetingMail.State.QUEUED)
    waiting.update(state=MeetingMail.State.DELIVERED, settled_at=at or dates.days_ago(3))


def _ahead(days: int) -> date:
    return dates.days_after(dates.today(), days)
