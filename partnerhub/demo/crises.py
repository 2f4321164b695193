"""Crisis protocols of both programmes: ready, drilled once each, and one that waits for approval."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import F

from accounts.models import User
from activity.models import Task
from communications.actions.announcements import finish_announcement, release_announcement
from communications.actions.audiences import freeze_audience
from communications.actions.crises import clear_crisis, start_crisis, update_crisis
from communications.actions.crisis_ladder import climb_rung
from communications.actions.protocols import approve_protocol, create_protocol, replace_parts, submit_protocol
from communications.models import (
    Acknowledgement,
    Announcement,
    Crisis,
    CrisisAlarm,
    CrisisPerson,
    CrisisProtocol,
    CrisisProtocolVersion,
    Delivery,
    DeliveryState,
    State,
)
from context.models import Segment
from partnerhub.demo import carmaker, crisis_words, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Site

CHANNELS = ["portal", "email"]
LADDER = (
    {"after_minutes": 15, "missing": 30, "measure": "percent", "whom": "silent"},
    {"after_minutes": 30, "missing": 1, "measure": "organisations", "whom": "managers"},
    {"after_minutes": 45, "missing": 20, "measure": "percent", "whom": "our_role", "role": "Crisis lead"},
)
# Minutes after which they answered, by turns; 0 did not.
ANSWERED = (2, 3, 4, 5, 6, 8, 9, 11, 14, 0, 18, 19, 22, 27, 0, 36)
FIRE_AT = "Tarnowo plant"


def prepare_for_crises(worlds: dict[str, World], managers: dict[str, User], segments: dict[str, Segment]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key].programme, worlds[carmaker.PROGRAMME.key].programme
    ready_since = dates.days_ago(95)
    breach = _protocol(
        managers, ready_since, name="Break-in at the update service", incident="security_breach", programme=network,
        segment=segments["security"], texts=crisis_words.BREACH, partner_roles=["technical", "executive"],
        lead=managers["manager"], stand_in=managers["author"],
    )  # fmt: skip
    fire = _protocol(
        managers, ready_since, name="Fire at a plant", incident="plant_fire", programme=suppliers, segment=segments["suppliers"],
        texts=crisis_words.FIRE, partner_roles=["logistics", "quality"], is_at_site=True, lead=managers["pavel"],
        stand_in=managers["elena"],
    )  # fmt: skip
    _protocol(
        managers, dates.days_ago(1), name="Our lines stand still", incident="supply_stop", programme=suppliers,
        segment=segments["suppliers"], texts=crisis_words.STOP, lead=managers["pavel"], stand_in=None, is_approved=False,
    )  # fmt: skip
    _drill(breach, dates.days_ago(33, 10), by=managers["manager"], update=crisis_words.BREACH["update"])
    _drill(
        fire, dates.days_ago(16, 13), by=managers["pavel"], update=crisis_words.FIRE["update"],
        sites=Site.objects.filter(name=FIRE_AT), around="country",
    )  # fmt: skip


def _protocol(managers, at: datetime, *, texts: dict, lead: User, stand_in: User | None, is_approved: bool = True, **fields):
    roles = [
        {"name": "Crisis lead", "duty": "Decide what is said, and give the all-clear", "holder": lead, "stand_in": stand_in},
        {"name": "Partner desk", "duty": "Call who does not answer", "holder": managers["jonas"], "stand_in": managers["isabel"]},
    ]
    with as_of(at):
        protocol = create_protocol(by=managers["manager"], channels=CHANNELS, late_after=20, **fields)
        replace_parts(protocol, by=managers["manager"], roles=roles, rungs=list(LADDER), texts=texts)
        version = submit_protocol(protocol, by=managers["manager"])
    if is_approved:
        with as_of(at + timedelta(hours=3)):
            approve_protocol(protocol, by=managers["approver"], version=version.number)
        CrisisProtocolVersion.objects.filter(pk=version.pk).update(approved_at=at + timedelta(hours=3))
        version.approvals.update(at=at + timedelta(hours=3))
    CrisisProtocolVersion.objects.filter(pk=version.pk).update(submitted_at=at)
    CrisisProtocol.objects.filter(pk=protocol.pk).update(created_at=at, updated_at=at)
    return protocol


def _drill(protocol: CrisisProtocol, at: datetime, *, by: User, update: dict | None = None, **place) -> None:
    """Lived through the same actions as any other, and put back to its day."""
    with as_of(at):
        crisis = start_crisis(protocol, by=by, is_drill=True, key=uuid4(), confirmed="drill", **place)
    _date_start(crisis, at)
    _deliver(crisis, at)
    minutes = _minutes_of(crisis)
    for alarm in crisis.alarms.all():
        _answer(crisis, at, {pk: after for pk, after in minutes.items() if after <= alarm.rung["after_minutes"]})
        with as_of(alarm.due_at):
            climb_rung(alarm)
        crisis.messages.filter(alarm=alarm).update(at=alarm.due_at)
        _deliver(crisis, alarm.due_at)
    CrisisAlarm.objects.filter(crisis=crisis).update(decided_at=F("due_at") + timedelta(seconds=1))
    if update:
        with as_of(at + timedelta(minutes=50)):
            update_crisis(crisis, by=by, words=update)
        _deliver(crisis, at + timedelta(minutes=50))
    over = at + timedelta(minutes=64)
    with as_of(over):
        clear_crisis(crisis, by=by)
    _deliver(crisis, over)
    Crisis.objects.filter(pk=crisis.pk).update(cleared_at=over)
    _settle_our_side(crisis, at, over)


def _date_start(crisis: Crisis, at: datetime) -> None:
    back = crisis.started_at - at
    Crisis.objects.filter(pk=crisis.pk).update(started_at=at, late_at=F("late_at") - back)
    CrisisAlarm.objects.filter(crisis=crisis).update(due_at=F("due_at") - back)
    crisis.people.update(called_at=at)
    crisis.messages.update(at=at)
    crisis.refresh_from_db()


def _deliver(crisis: Crisis, at: datetime) -> None:
    """Whatever of it is scheduled goes out at that time, in a few seconds."""
    for announcement in Announcement.objects.filter(crisis_message__crisis=crisis, state=State.SCHEDULED):
        with as_of(at):
            release_announcement(announcement)
            freeze_audience(announcement)
        rows = Delivery.objects.filter(announcement_id=announcement.pk)
        rows.filter(state=DeliveryState.QUEUED).update(
            state=DeliveryState.DELIVERED, attempts=1, settled_at=at + timedelta(seconds=6)
        )
        rows.filter(state=DeliveryState.SUPPRESSED).update(settled_at=at)
        announcement.chunks.update(done_at=at + timedelta(seconds=7), due_at=at)
        with as_of(at + timedelta(seconds=8)):
            finish_announcement(announcement)
        Announcement.objects.filter(pk=announcement.pk).update(
            created_at=at - timedelta(seconds=1),
            updated_at=at,
            send_at=at,
            frozen_at=at + timedelta(seconds=2),
            finished_at=at + timedelta(seconds=8),
        )
        announcement.versions.update(submitted_at=at)
        crisis.messages.filter(announcement=announcement).update(at=at)


def _minutes_of(crisis: Crisis) -> dict[int, int]:
    """Whom something reaches and who answers, by turns."""
    people = crisis.people.exclude(by_mail=False, by_portal=False).order_by("contact__partner", "pk")
    minutes = {pk: ANSWERED[number % len(ANSWERED)] for number, pk in enumerate(people.values_list("contact_id", flat=True))}
    return {pk: after for pk, after in minutes.items() if after}


def _answer(crisis: Crisis, at: datetime, minutes: dict[int, int]) -> None:
    """Those who have a login in the portal, the others by the link in their mail. Written as rows, since they are many."""
    silent = crisis.people.silent().filter(contact__in=minutes).select_related("contact", "called_by")
    people = list(silent)
    for row in people:
        after = minutes[row.contact_id]
        row.acknowledged_at = at + timedelta(minutes=after, seconds=after * 7 % 60)
        row.acknowledged_how = "portal" if row.by_portal else "mail"
    CrisisPerson.objects.bulk_update(people, ["acknowledged_at", "acknowledged_how"])
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            announcement_id=row.called_by.announcement_id, contact=row.contact, partner_id=row.contact.partner_id, version=1,
            at=row.acknowledged_at,
        )
        for row in people
    )  # fmt: skip
    for row in people:  # in the portal it is acknowledged under the text
        if row.acknowledged_how == "portal":
            told = Delivery.objects.filter(announcement_id=row.called_by.announcement_id, contact=row.contact, channel="portal")
            told.update(read_at=row.acknowledged_at - timedelta(seconds=20))


def _settle_our_side(crisis: Crisis, at: datetime, over: datetime) -> None:
    crisis.calls.filter(alarm=None).update(at=at, due_at=at, state="delivered", settled_at=at + timedelta(seconds=5))
    for alarm in crisis.alarms.all():
        alarm.calls.update(at=alarm.due_at, due_at=alarm.due_at, state="delivered", settled_at=alarm.due_at + timedelta(seconds=5))
    crisis.calls.filter(user=crisis.started_by).update(taken_at=at + timedelta(minutes=1))
    tasks = Task.objects.filter(source_type=Crisis._meta.label_lower, source_id=crisis.pk)
    tasks.update(created_at=at + timedelta(minutes=30), ended_at=over, due_on=at.date())
