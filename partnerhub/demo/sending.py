"""Announcements living their lives through the same actions as any other; then what was recorded moves to its day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from communications.actions.announcements import (
    approve_announcement,
    create_announcement,
    finish_announcement,
    release_announcement,
    schedule_announcement,
    submit_announcement,
)
from communications.actions.audiences import freeze_audience
from communications.models import Announcement, Channel, Delivery, DeliveryState, Suppression, Topic
from context.models import Segment
from partnerhub.demo.announcements import Plan
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact

SOON = timedelta(minutes=2)
NO_MAILBOX = "550 5.1.1 The mailbox does not exist"
LOST_IN_TRANSIT = "the worker stopped while it was being sent"


@dataclass
class Desk:
    """What it takes to announce something."""

    worlds: dict[str, World]
    managers: dict[str, User]
    segments: dict[str, Segment]


def send_in_the_past(desk: Desk, plan: Plan, *, settle: Callable[[Announcement], None]) -> Announcement:
    """`settle` says what became of the deliveries."""
    assert plan.sent_at is not None
    begun, submitted, approved = (plan.sent_at - timedelta(**before) for before in ({"days": 3}, {"days": 2}, {"hours": 20}))
    finished = plan.sent_at + timedelta(minutes=3)
    announcement = _draft(desk, plan, begun)
    with as_of(submitted):
        version = submit_announcement(announcement, by=announcement.author)
    _approve(desk, announcement, approved)
    with as_of(approved + timedelta(minutes=12)):
        schedule_announcement(announcement, by=desk.managers["manager"], time_zone=announcement.programme.time_zone)
    with as_of(plan.sent_at):
        release_announcement(announcement)
    freeze_audience(announcement)
    settle(announcement)
    announcement.chunks.update(done_at=finished, due_at=plan.sent_at)
    with as_of(finished):
        finish_announcement(announcement)
    announcement.versions.filter(pk=version.pk).update(submitted_at=submitted)
    Announcement.objects.filter(pk=announcement.pk).update(
        send_at=plan.sent_at, frozen_at=plan.sent_at + timedelta(seconds=2), finished_at=finished, updated_at=finished,
        expires_at=plan.expires_at,
    )  # fmt: skip
    announcement.refresh_from_db()
    return announcement


def deliver_as_usual(announcement: Announcement, sent_at, *, closed: tuple[str, ...] = (), in_doubt: str = "") -> None:
    """All arrives, but for addresses that nobody reads any more, and one whose fate a crash has left open."""
    queued = Delivery.objects.filter(announcement_id=announcement.pk, state=DeliveryState.QUEUED)
    mails = queued.filter(channel=Channel.EMAIL)
    minute, settled = timedelta(minutes=1), {"attempts": 1, "settled_at": sent_at + timedelta(minutes=1)}
    Delivery.objects.filter(announcement_id=announcement.pk, state=DeliveryState.SUPPRESSED).update(settled_at=sent_at)
    mails.filter(address__in=closed).update(state=DeliveryState.FAILED, reason=NO_MAILBOX, **settled)
    Suppression.objects.bulk_create(
        [Suppression(address=address, reason=NO_MAILBOX, since=sent_at + minute) for address in closed], ignore_conflicts=True
    )
    mails.filter(address=in_doubt).update(state=DeliveryState.IN_DOUBT, reason=LOST_IN_TRANSIT, **settled)
    queued.update(state=DeliveryState.DELIVERED, **settled)


def submit_for_approval(desk: Desk, plan: Plan) -> Announcement:
    begun = timezone.now() - timedelta(hours=26)
    submitted = begun + timedelta(hours=4)
    announcement = _draft(desk, plan, begun)
    with as_of(submitted):
        submit_announcement(announcement, by=announcement.author)
    announcement.versions.update(submitted_at=submitted)
    Announcement.objects.filter(pk=announcement.pk).update(updated_at=submitted)
    return announcement


def schedule_soon(desk: Desk, plan: Plan) -> Announcement:
    """The worker will send this one."""
    now = timezone.now()
    announcement = _draft(desk, plan, now - timedelta(hours=2))
    with as_of(now - timedelta(minutes=80)):
        submit_announcement(announcement, by=announcement.author)
    _approve(desk, announcement, now - timedelta(minutes=30))
    schedule_announcement(announcement, by=desk.managers["manager"], send_at=now + SOON, time_zone=announcement.programme.time_zone)
    return announcement


def keep_as_draft(desk: Desk, plan: Plan) -> Announcement:
    return _draft(desk, plan, timezone.now() - timedelta(hours=5))


def address_of(partner_name: str, function: str) -> str:
    return Contact.objects.filter(partner__name=partner_name, functions__contains=[function]).order_by("pk")[0].email


def _draft(desk: Desk, plan: Plan, begun) -> Announcement:
    """An expiry that has passed would be refused, so it is set afterwards."""
    with as_of(begun):
        announcement = create_announcement(
            by=desk.managers[plan.author], title=plan.title, body=plan.body, segment=desk.segments[plan.segment],
            programme=desk.worlds[plan.programme].programme, kind=plan.kind, topic=Topic.objects.get(key=plan.topic),
            requires_acknowledgement=plan.acknowledge_by is not None, acknowledge_by=plan.acknowledge_by,
            call_to_action=plan.call_to_action, details=plan.details, translations=plan.translations,
        )  # fmt: skip
    Announcement.objects.filter(pk=announcement.pk).update(created_at=begun, updated_at=begun)
    announcement.refresh_from_db()
    return announcement


def _approve(desk: Desk, announcement: Announcement, at) -> None:
    with as_of(at):
        approve_announcement(announcement, by=desk.managers["approver"], version=announcement.version)
