"""From a frozen audience to settled deliveries: chunks are handed out, leased, worked and finished.

Beat only kicks. Whatever a lost message or a killed worker leaves behind is found again in the rows themselves."""

import time
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.announcements import (
    finish_announcement,
    hold_announcement,
    release_announcement,
    reopen_announcement,
)
from communications.actions.audiences import freeze_audience, learn_of_audience
from communications.actions.cancelling import end_cancelled
from communications.actions.leases import Lease, rows_of, take_lease
from communications.actions.mail_deliveries import deliver_by_mail
from communications.actions.portal_deliveries import deliver_to_portal
from communications.actions.sending_log import log_announcement, log_chunk
from communications.channels import journal
from communications.channels.durations import Took, note, noted
from communications.models import (
    PENDING,
    URGENT,
    Announcement,
    Channel,
    Delivery,
    DeliveryChunk,
    DeliveryState,
    State,
)
from communications.queries.sending import urgent_to_begin, urgent_waits

logger = structlog.get_logger(__name__)
SECONDS_FOR_THE_DATABASE = 30
HANDED_OUT_AGAIN_AFTER = timedelta(seconds=30)
CHUNKS_WAITING = 20
FAILURES_IN_A_ROW = 3
PAUSES_AFTER_FAILURES = (timedelta(), timedelta(seconds=60), timedelta())


def release_due() -> int:
    """Begin everything whose time has come, and freeze the audience of what has begun. Returns how many were frozen."""
    return _begin(Announcement.objects.all())


def _begin(announcements: QuerySet[Announcement]) -> int:
    for announcement in announcements.due():
        if release_announcement(announcement):
            log_announcement("released", announcement)
            note(Took.RELEASE, [(timezone.now() - announcement.send_at).total_seconds()])
    unfrozen = announcements.filter(state=State.SENDING, frozen_at=None)
    in_turn = sorted(unfrozen, key=lambda announcement: announcement.kind not in URGENT)
    return sum(_freeze_or_hold(announcement) for announcement in in_turn)


def _freeze_or_hold(announcement: Announcement) -> bool:
    try:
        with noted(Took.FREEZE):
            is_frozen = freeze_audience(announcement)
        if is_frozen:
            learn_of_audience(announcement)
            log_announcement("audience_frozen", announcement)
        return is_frozen
    except Refused as refusal:
        hold_announcement(announcement, str(refusal))
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:  # whatever it is, it is this announcement's: nothing else waits for it
        logger.exception("freeze_failed", announcement=str(announcement.public_id))
        words = _("Held: its audience could not be written down (%(why)s). Resume it once that is mended.")
        hold_announcement(announcement, words % {"why": type(error).__name__})
    return False


def hand_out_chunks() -> list[int]:
    """The chunks that a worker should take now: urgent announcements first, the others by turns. Only so many wait to be taken
    at any time, so that who comes later does not wait behind a long queue. Each is handed out again after a while, in case its
    message was lost; a second copy finds the lease taken and does nothing."""
    finish_completed()
    end_cancelled()
    now = timezone.now()
    with transaction.atomic():
        waiting = Q(handed_out_at__gt=now - HANDED_OUT_AGAIN_AFTER)
        at_most = CHUNKS_WAITING - DeliveryChunk.objects.to_take().filter(waiting).count()
        chosen = list(DeliveryChunk.objects.to_take().exclude(waiting).in_turn()[: max(at_most, 0)])
        free = DeliveryChunk.objects.select_for_update(skip_locked=True).filter(pk__in=chosen, lease=None).exclude(waiting)
        is_free = set(free.values_list("pk", flat=True))
        DeliveryChunk.objects.filter(pk__in=is_free).update(handed_out_at=now)
    return [pk for pk in chosen if pk in is_free]


def finish_completed() -> None:
    """Announcements with no chunk left to do are done."""
    busy = DeliveryChunk.objects.filter(done_at=None).values("announcement_id")
    for announcement in Announcement.objects.filter(state=State.SENDING).exclude(frozen_at=None).exclude(pk__in=busy):
        finish_announcement(announcement)


def deliver_chunk(chunk_id: int) -> bool:
    """Work on one chunk for a while, and before and after it on what is urgent. False when it is not ours to work on."""
    _work_on_what_is_urgent()
    is_ours = _work_on(chunk_id)
    _work_on_what_is_urgent()
    return is_ours


def _work_on_what_is_urgent() -> None:
    """Begun here, too: where every worker has its hands full, nobody is left for the kick that asks for it."""
    if not urgent_waits():
        return
    with suppress(InterfaceError, OperationalError):
        _begin(urgent_to_begin())
    for chunk_id in DeliveryChunk.objects.to_take().urgent().values_list("pk", flat=True):
        _work_on(chunk_id)


def _work_on(chunk_id: int) -> bool:
    lease = take_lease(chunk_id)
    if lease is None:
        return False
    log_chunk("chunk_started", lease.chunk)
    try:
        with noted(Took.CHUNK):
            deliver_to_portal(lease) if lease.chunk.channel == Channel.PORTAL else deliver_by_mail(lease)
    except (InterfaceError, OperationalError):
        _give_back_once_it_answers(lease)
        raise
    except Exception as error:  # whatever it is, it is this chunk's: nothing else waits for it
        logger.exception("chunk_failed", announcement=str(lease.chunk.announcement.public_id), chunk=lease.chunk.number)
        lease.give_up()
        _settle(chunk_id, type(error).__name__)
        return False
    lease.release()
    log_chunk("chunk_ended", lease.chunk)
    return True


def _give_back_once_it_answers(lease: Lease) -> None:
    """The database is away. A worker that outlives that has its chunk settled at once; else the lease runs out first."""
    for _second in range(SECONDS_FOR_THE_DATABASE):
        connection.close_if_unusable_or_obsolete()
        with suppress(InterfaceError, OperationalError):
            lease.give_up()
            _settle(lease.chunk.pk, _("the database was away"))
            return
        time.sleep(1)


def settle_abandoned() -> int:
    """Take back the chunks whose worker vanished. What its journal cannot settle is in doubt, for a person to decide."""
    abandoned = DeliveryChunk.objects.filter(done_at=None, leased_until__lt=timezone.now()).exclude(lease=None)
    return sum(_settle(chunk.pk, _("the worker stopped")) for chunk in abandoned)


def settle_in_doubt(delivery: Delivery, decision: str, *, by: User) -> None:
    """A person decides what a crash left open: `resend` (it may arrive twice) or `skip` (it may never have arrived)."""
    rows = Delivery.objects.filter(pk=delivery.pk)
    if not _settle_doubtful(
        delivery.announcement, rows, decision, by, partner_id=delivery.partner_id, data={"contact": delivery.contact_id}
    ):
        raise Refused(_("This delivery is no longer in doubt. Reload the page."))


def settle_all_in_doubt(announcement: Announcement, decision: str, *, by: User) -> int:
    """The same for all of an announcement that this person sees. Returns how many."""
    settled = _settle_doubtful(announcement, Delivery.objects.visible_to(by), decision, by)
    if not settled:
        raise Refused(_("Nothing of it is in doubt any more."))
    return settled


@transaction.atomic
def _settle_doubtful(
    announcement: Announcement,
    rows: QuerySet[Delivery],
    decision: str,
    by: User,
    *,
    data: dict | None = None,
    partner_id: int | None = None,
) -> int:
    if decision not in ("resend", "skip"):
        raise Invalid(_("Choose resend or skip."))
    current = Announcement.objects.select_for_update().get(pk=announcement.pk)
    doubtful, now = rows.filter(announcement_id=current.pk, state=DeliveryState.IN_DOUBT), timezone.now()
    if decision == "skip":
        settled = doubtful.update(state=DeliveryState.FAILED, reason=_("in doubt, not sent again")[:300], settled_at=now)
    else:
        _check_still_sent(current)
        chunks = set(doubtful.values_list("channel", "chunk").distinct())
        settled = doubtful.update(state=DeliveryState.QUEUED, reason="", settled_at=None, next_try_at=None)
        _reopen(current, chunks, by)
    if settled:
        said = ngettext("%(n)d delivery in doubt: %(what)s", "%(n)d deliveries in doubt: %(what)s", settled)
        told = {**(data or {}), "deliveries": settled}
        record_activity(
            f"delivery.{decision}",
            said % {"n": settled, "what": decision},
            by=by,
            subject=current,
            partner_id=partner_id,
            data=told,
        )
    return settled


def _check_still_sent(announcement: Announcement) -> None:
    """What is over is not resent: the worker would only find that out later."""
    if announcement.state == State.CANCELLED:
        said = _("“%(title)s” was cancelled: nothing of it is sent any more. Skip what is in doubt.")
        raise Refused(said % {"title": announcement}, code="announcement_over")
    if announcement.expires_at and announcement.expires_at <= timezone.now():
        said = _("“%(title)s” has expired: nothing of it is sent any more. Skip what is in doubt.")
        raise Refused(said % {"title": announcement}, code="announcement_over")


def _reopen(announcement: Announcement, chunks: set[tuple[str, int]], by: User) -> None:
    for channel in {channel for channel, _number in chunks}:
        numbers = [number for own, number in chunks if own == channel]
        announcement.chunks.filter(channel=channel, number__in=numbers).update(done_at=None, due_at=timezone.now())
    if chunks:
        reopen_announcement(announcement, by=by, reason=_("resend of deliveries in doubt"))


def _settle(chunk_id: int, why: str) -> bool:
    """A chunk that failed so often in a row is not tried for ever: its announcement is held, and says why."""
    chunk = _taken_back(chunk_id)
    if chunk is not None and chunk.failures >= FAILURES_IN_A_ROW:
        words = {"n": chunk.failures, "why": why}
        _hold(chunk.announcement, _("Held after failing %(n)d times in a row: %(why)s. Resume it once that is mended.") % words)
    return chunk is not None


def _hold(announcement: Announcement, sentence: str) -> None:
    with suppress(Refused):  # paused or cancelled meanwhile
        hold_announcement(announcement, sentence)


@transaction.atomic
def _taken_back(chunk_id: int) -> DeliveryChunk | None:
    open_chunks = DeliveryChunk.objects.select_for_update(skip_locked=True, of=("self",)).select_related("announcement")
    chunk = open_chunks.filter(pk=chunk_id, leased_until__lt=timezone.now()).first()
    if chunk is None:
        return None
    record = journal.read(chunk.lease)
    transaction.on_commit(lambda lease=chunk.lease: journal.forget(lease))
    for contact_id in list(rows_of(chunk).filter(state=DeliveryState.SENDING).values_list("contact_id", flat=True)):
        row = rows_of(chunk).filter(contact_id=contact_id, state=DeliveryState.SENDING)
        row.update(**_what_became_of(contact_id, record))
    chunk.failures += 1
    pause = PAUSES_AFTER_FAILURES[min(chunk.failures, FAILURES_IN_A_ROW) - 1]
    DeliveryChunk.objects.filter(pk=chunk_id).update(
        lease=None, leased_until=None, due_at=timezone.now() + pause, failures=chunk.failures
    )
    return chunk


def _what_became_of(contact_id: int, record: journal.Record | None) -> dict:
    if record is None or record.is_open(contact_id):
        return {
            "state": DeliveryState.IN_DOUBT,
            "reason": _("the worker stopped while it was being sent"),
            "settled_at": timezone.now(),
        }
    outcome = record.outcome_of(contact_id)
    if outcome is None:  # the window was committed, but this one's turn had not come
        return {"state": DeliveryState.QUEUED, "attempts": F("attempts") - 1}
    settled: datetime | None = None if outcome.state in PENDING else timezone.now()
    return {
        "state": outcome.state,
        "reason": outcome.reason[:300],
        "settled_at": settled,
        "next_try_at": timezone.now() if settled is None else None,
    }
