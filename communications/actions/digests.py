"""What did not fit into people's budgets, rolled up into one mail for each.

A person has at most one digest that waits; the database refuses a second. Each is committed as `sending` before it is handed over:
a crash leaves it in doubt, to be decided by a person, and never sends it twice. Whatever becomes of it, its announcements wait in
the portal, and the delivery of each says what became of it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.languages import words_for
from activity.notice_names import NoticeName
from activity.refusals import Invalid, Refused
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.channels.outcomes import Outcome
from communications.models import (
    AttentionPreference,
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    DigestItem,
    Reason,
    Suppression,
)
from communications.queries.attention import Reader, attention_policy, best_hours, hour_or_default, reader_of
from communications.queries.digests import DigestContents, contents_of
from communications.rendering.digests import digest_mail
from partners.actions.programmes import default_programme

SECONDS_A_RUN = 20.0
LOOKED_AT_AGAIN_AFTER = timedelta(hours=1)
ABANDONED_AFTER = timedelta(minutes=10)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))

_BEGIN = """
    INSERT INTO communications_digest AS digest (person, contact_id, state, reason, attempts, due_at, begun_at)
    SELECT person, contact_id, 'waiting', '', attempts, due_at, %s
    FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[], %s::int[]) AS asked (person, contact_id, due_at, attempts)
    ORDER BY person
    ON CONFLICT (person) WHERE state = 'waiting' DO UPDATE SET person = excluded.person
    RETURNING person, id
"""


@dataclass(frozen=True)
class _Asked:
    """A person who needs a digest that waits, and when it would be due if none does yet."""

    person: str
    contact_id: int
    due_at: datetime
    attempts: int = 0


def roll_up(announcement_id: int, readers: dict[int, Reader]) -> None:
    """Let the announcement join the digest that waits for each person, or begin one. In the transaction of the deliveries that say
    so; three statements for any number of people."""
    if not readers:
        return
    now, hours = timezone.now(), best_hours(readers)
    asked = {
        reader.person: _Asked(reader.person, contact_id, reader.next_digest(now, hour_or_default(hours[contact_id])))
        for contact_id, reader in readers.items()
    }
    digests = _waiting(asked.values())
    DigestItem.objects.bulk_create(
        [
            DigestItem(digest_id=digests[reader.person], announcement_id=announcement_id, contact_id=contact_id)
            for contact_id, reader in readers.items()
        ],
        ignore_conflicts=True,
    )


def _waiting(asked: Iterable[_Asked]) -> dict[str, int]:
    """The digest that waits for each person, begun where there is none; locked until the transaction ends, so that what joins it
    is there when it is sent."""
    rows = list(asked)
    columns = [[row.person for row in rows], [row.contact_id for row in rows], [row.due_at for row in rows],
               [row.attempts for row in rows]]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [timezone.now(), *columns])
        return dict(cursor.fetchall())


def send_due_digests() -> int:
    """Send what is due until the run's time is up; what is left comes with the next. Returns how many were taken by the server."""
    settle_abandoned_digests()
    deadline, sent = time.monotonic() + SECONDS_A_RUN, 0
    with mail_channel() as channel:
        while time.monotonic() < deadline and (claim := _claim_one()):
            sent += claim.is_ours and _send(claim, channel)
    return sent


@dataclass(frozen=True)
class _Claim:
    """A digest that was looked at: ours to send, or put off because it is quiet hours or nothing is left of the budget."""

    digest: Digest
    reader: Reader
    is_ours: bool
    slot: datetime | None = None


@transaction.atomic
def _claim_one() -> _Claim | None:
    now = timezone.now()
    due = Digest.objects.filter(state=Digest.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    digest = due.select_for_update(skip_locked=True, of=("self",)).select_related("contact__partner").first()
    if digest is None:
        return None
    reader = reader_of(digest.contact, _programme_of(digest))
    put_off = reader.end_of_quiet(now)
    slot = None
    if put_off is None and reader.rhythm != AttentionPreference.Rhythm.NEVER:
        slot = take_attention([digest.person], attention_policy()).get(digest.person)
        put_off = now + LOOKED_AT_AGAIN_AFTER if slot is None else _held_until(digest, slot)
    if put_off is not None:
        Digest.objects.filter(pk=digest.pk).update(due_at=put_off)
        return _Claim(digest, reader, is_ours=False)
    digest.state, digest.begun_at, digest.attempts = Digest.State.SENDING, now, digest.attempts + 1
    digest.save(update_fields=["state", "begun_at", "attempts"])
    return _Claim(digest, reader, is_ours=True, slot=slot)


def _held_until(digest: Digest, slot: datetime) -> datetime | None:
    """When it may go by the limits of sending; nothing where it may now."""
    hold = hold_for(digest.contact.email) if digest.contact.email else None
    if hold:
        give_back([(digest.person, slot)])
    return hold.until if hold else None


def _programme_of(digest: Digest):
    item = digest.items.select_related("announcement__programme").first()
    return item.announcement.programme if item else default_programme()


def _send(claim: _Claim, channel: MailChannel) -> bool:
    digest, contents = claim.digest, contents_of(claim.digest)
    is_wanted = claim.slot is not None
    outcome = _hand_over(claim, contents, channel) if is_wanted and contents.address else None
    if claim.slot and (outcome is None or outcome.state not in (DeliveryState.DELIVERED, DeliveryState.IN_DOUBT)):
        give_back([(digest.person, claim.slot)])
    _settle(claim, contents, outcome)
    return outcome is not None and outcome.state == DeliveryState.DELIVERED


def _hand_over(claim: _Claim, contents: DigestContents, channel: MailChannel) -> Outcome:
    first = contents.items[0]
    contact, programme = first.contact, first.announcement.programme
    with words_for(contact.language):
        message = digest_mail(claim.digest, contact, programme, contents.address, contents.entries, claim.reader.zone)
    sender = NoticeName("digest", claim.digest.pk).return_address(programme.sender_email)
    Digest.objects.filter(pk=claim.digest.pk).update(address=contents.address.lower())
    outcome = hand_over_one(channel, sender, contents.address, message)
    learn_from([(contents.address, outcome)])
    return outcome


@transaction.atomic
def _settle(claim: _Claim, contents: DigestContents, outcome: Outcome | None) -> None:
    """What became of the digest and, in the same transaction, of each delivery in it."""
    digest = claim.digest
    for item in digest.items.filter(pk__in=contents.left_out):
        _say(item, contents.left_out[item.pk])
    if claim.slot is None:
        _end(digest, Digest.State.EMPTY, _("digests are not wanted any more"))
        _say_of(contents.items, Reason.HAD_ENOUGH)
    elif contents.is_refused:
        _end(digest, Digest.State.FAILED, str(Reason.BOUNCED.label))
        _say_of(contents.items, Reason.BOUNCED)
    elif outcome is None:
        _end(digest, Digest.State.EMPTY, "")
    elif outcome.state == DeliveryState.DEFERRED and digest.attempts <= len(PAUSES):
        _try_again(claim, outcome)
    elif outcome.state in (DeliveryState.DELIVERED, DeliveryState.IN_DOUBT):
        _end(digest, Digest.State(outcome.state), outcome.reason)
    else:
        _end(digest, Digest.State.FAILED, outcome.reason)
        _say_of(contents.items, Reason.DIGEST_FAILED)
        if outcome.refuses_address:
            Suppression.objects.get_or_create(address=contents.address, defaults={"reason": outcome.reason[:300]})


def _try_again(claim: _Claim, outcome: Outcome) -> None:
    """The server asked to wait. What is in it joins the digest that waits meanwhile, if there is one."""
    digest = claim.digest
    due_at = timezone.now() + PAUSES[digest.attempts - 1]
    due_at = claim.reader.end_of_quiet(due_at) or due_at
    waiting = _waiting([_Asked(digest.person, digest.contact_id, due_at, digest.attempts)])
    digest.items.filter(left_out="").update(digest=waiting[digest.person])
    _end(digest, Digest.State.EMPTY, _("put off: %(reason)s") % {"reason": outcome.reason})


def _end(digest: Digest, state: Digest.State, reason: str) -> None:
    sending = Digest.objects.filter(pk=digest.pk, state=Digest.State.SENDING)
    sending.update(state=state, reason=reason[:300], sent_at=timezone.now())


def _say_of(items: Iterable[DigestItem], reason: Reason) -> None:
    for item in items:
        _say(item, reason)


def _say(item: DigestItem, reason: Reason) -> None:
    """The delivery by mail stays in its one state, with the reason that is true now."""
    DigestItem.objects.filter(pk=item.pk).update(left_out=reason.value)
    Delivery.objects.filter(
        announcement_id=item.announcement_id, contact_id=item.contact_id, channel=Channel.EMAIL, state=DeliveryState.SUPPRESSED
    ).update(reason=reason.value)


def settle_abandoned_digests() -> int:
    """Those whose worker vanished are in doubt. Returns how many."""
    abandoned = Digest.objects.filter(state=Digest.State.SENDING, begun_at__lt=timezone.now() - ABANDONED_AFTER)
    return abandoned.update(
        state=Digest.State.IN_DOUBT, reason=_("the worker stopped while it was being sent"), sent_at=timezone.now()
    )


def digest_came_back(digest: Digest, _reason: str) -> None:
    """A server had taken it. What is in it waits in the portal, and says so."""
    _say_of(DigestItem.objects.filter(digest=digest, left_out=""), Reason.DIGEST_FAILED)


@transaction.atomic
def settle_digest_in_doubt(digest: Digest, decision: str, *, by: User) -> None:
    """A person decides: `resend` (it may arrive twice) or `skip` (it may never have arrived; the portal has it all)."""
    if decision not in ("resend", "skip"):
        raise Invalid(_("Choose resend or skip."))
    current = Digest.objects.select_for_update().filter(pk=digest.pk, state=Digest.State.IN_DOUBT).first()
    if current is None:
        raise Refused(_("This digest is no longer in doubt. Reload the page."))
    items = list(current.items.filter(left_out=""))
    if decision == "resend":
        waiting = _waiting([_Asked(current.person, current.contact_id, timezone.now())])
        current.items.filter(left_out="").update(digest=waiting[current.person])
        current.state, current.reason = Digest.State.EMPTY, _("sent again with the next digest")
    else:
        _say_of(items, Reason.DIGEST_FAILED)
        current.state, current.reason = Digest.State.FAILED, _("in doubt, not sent again")
    current.save(update_fields=["state", "reason"])
    record_activity(f"digest.{decision}", f"A digest in doubt: {decision}", by=by, subject=current)


def change_rhythm(person: str, reader: Reader, hour: int) -> None:
    """The digest that waits for them follows their choice."""
    at = reader.next_digest(timezone.now(), hour)
    Digest.objects.filter(person=person, state=Digest.State.WAITING).update(due_at=at)
