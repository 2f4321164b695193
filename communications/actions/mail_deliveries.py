"""Mail, window by window: claim a few rows and commit, ask again whether each may go, hand over, write down what became of it.

A row is `sending` in the database before the socket is used; the journal knows which ones are on the wire."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.columns import column
from communications.actions.attention import Held, give_back, hold_to_attention, leave_in_portal
from communications.actions.digests import roll_up
from communications.actions.leases import Lease
from communications.actions.limits import Hold, learn_from, take_allowances
from communications.actions.sending_log import log_outcomes
from communications.channels.contract import Mail
from communications.channels.journal import Journal
from communications.channels.mail import mail_channel
from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import URGENT, DeliveryState, Reason, Suppression
from communications.queries.mail_window import MailWindow, mail_window, version_to_send
from communications.queries.sending import urgent_waits
from communications.rendering.mail import MailTemplate
from communications.rendering.mail_parts import SharedMails
from communications.rendering.signing import signed

ROWS_A_CONNECTION = 100
SECONDS_A_TASK = 20.0
LOOKS_EVERY_SECONDS = SETTLES_EVERY_SECONDS = 1.0
GIVES_UP_AFTER = timedelta(days=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

# Each names its chunk, so that the database looks at no more rows than those of a chunk, also where it knows nothing of them yet.
# None is ordered: to save the sorting, all rows of an announcement would be read in their order. Nothing is claimed without the
# lease, which nobody takes back while it is locked.
_CLAIM = """
    WITH mine AS (SELECT FROM communications_deliverychunk WHERE id = %(chunk_id)s AND lease = %(lease)s FOR UPDATE)
    UPDATE communications_delivery SET state = 'sending', attempts = attempts + 1
    WHERE {of_chunk} AND contact_id = ANY (ARRAY(
        SELECT contact_id FROM communications_delivery
        WHERE {of_chunk} AND (state = 'queued' OR (state = 'deferred' AND next_try_at <= %(now)s)) AND EXISTS (SELECT FROM mine)
        LIMIT %(at_most)s FOR UPDATE SKIP LOCKED))
    RETURNING contact_id
"""
_SETTLE = """
    UPDATE communications_delivery AS delivery
    SET state = outcome.state, reason = outcome.reason, settled_at = outcome.settled_at, next_try_at = outcome.next_try_at,
        attempts = greatest(delivery.attempts - CASE WHEN outcome.was_tried THEN 0 ELSE 1 END, 0)
    FROM unnest(%(contacts)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(settled)s::timestamptz[],
                %(next_tries)s::timestamptz[], %(were_tried)s::boolean[])
        AS outcome (contact_id, state, reason, settled_at, next_try_at, was_tried)
    WHERE {of_chunk} AND delivery.state = 'sending' AND delivery.contact_id = outcome.contact_id
"""
_DELIVERED = """
    UPDATE communications_delivery SET state = 'delivered', reason = '', settled_at = %(now)s, next_try_at = NULL
    WHERE {of_chunk} AND state = 'sending' AND contact_id = ANY (%(contacts)s::bigint[])
"""
_QUEUE_AGAIN = """
    UPDATE communications_delivery SET state = 'queued', attempts = attempts - 1
    WHERE {of_chunk} AND state = 'sending' AND contact_id = ANY (%(contacts)s::bigint[])
"""
_HOLD_BACK = """
    UPDATE communications_delivery AS delivery
    SET state = 'deferred', reason = hold.reason, next_try_at = hold.until, attempts = greatest(delivery.attempts - 1, 0)
    FROM unnest(%(contacts)s::bigint[], %(reasons)s::text[], %(until)s::timestamptz[]) AS hold (contact_id, reason, until)
    WHERE {of_chunk} AND state = 'sending' AND delivery.contact_id = hold.contact_id
"""


def deliver_by_mail(lease: Lease) -> None:
    """Send the rows of a chunk until none is left, its announcement is stopped, something urgent waits, or time is up."""
    with mail_channel() as channel, Journal(lease.key) as journal:
        run = _Run(lease)
        for contact_id, outcome in channel.hand_over(run.mails(in_parts=channel.wants_parts), journal):
            run.note(contact_id, outcome)
        run.end()


@dataclass
class _Open:
    """A window that is not settled to the last row."""

    held: Held
    waiting: set[int]
    outcomes: dict[int, Outcome]


class _Run:
    """The rows of one chunk on their way. The next window is claimed while the last mails of the one before are on the wire."""

    def __init__(self, lease: Lease):
        self.lease = lease
        self.version = version_to_send(lease.chunk.announcement)
        self.templates: dict[tuple[str, str], MailTemplate] = {}  # by variant and language
        self.parts = SharedMails()
        self.open: list[_Open] = []
        self.back: list[tuple[str, datetime]] = []  # attention that was taken for nothing
        self.is_held = False  # nothing of this chunk can go just now
        self.ends_at = time.monotonic() + SECONDS_A_TASK
        self.looked_at, self.settled_at = -LOOKS_EVERY_SECONDS, time.monotonic()

    def mails(self, *, in_parts: bool = False) -> Iterator[Mail]:
        while (opened := self._next_window()) is not None:
            for recipient in opened.held.window.recipients:
                if not self._may_go_on():
                    return
                template = self._template_of(recipient.variant, recipient.language)
                sender, address = template.envelope_sender_for(recipient), recipient.address
                if in_parts:
                    yield Mail(recipient.contact_id, sender, address, b"", self.parts.personal(template, recipient))
                else:
                    yield Mail(recipient.contact_id, sender, address, signed(template.message_for(recipient)))

    def _template_of(self, variant: str, language: str) -> MailTemplate:
        """Compiled once for each variant and language that somebody reads."""
        if (variant, language) not in self.templates:
            words = self.version.as_variant(variant).in_language(language)
            self.templates[variant, language] = MailTemplate.of(words)
        return self.templates[variant, language]

    def note(self, contact_id: int, outcome: Outcome) -> None:
        opened = next(opened for opened in self.open if contact_id in opened.waiting)
        opened.waiting.discard(contact_id)
        opened.outcomes[contact_id] = outcome
        if time.monotonic() - self.settled_at > SETTLES_EVERY_SECONDS:
            self.settle()

    @transaction.atomic
    def settle(self) -> None:
        """Write down what is known."""
        for opened in self.open:
            outcomes, opened.outcomes = opened.outcomes, {}
            if outcomes:
                _settle(self.lease, opened.held, outcomes)
                learn_from(opened.held.window.answers_among(outcomes))
                self.back += opened.held.taken_for_nothing(outcomes)
        self.open = [opened for opened in self.open if opened.waiting]
        self.settled_at = time.monotonic()

    def end(self) -> None:
        """Rows whose turn did not come are queued again, if they are still ours."""
        self.settle()
        left = [contact_id for opened in self.open for contact_id in opened.waiting]
        if left and self.lease.renew():
            _execute(_QUEUE_AGAIN, self.lease, contacts=column(left))
            self.back += [opened.held.slots[pk] for opened in self.open for pk in opened.waiting]
        self._give_back()

    def _next_window(self) -> _Open | None:
        """People's attention is asked for outside the transaction: two workers never wait for each other's windows."""
        window = self._settle_and_claim()
        self._give_back()
        if window is None:
            return None
        held = hold_to_attention(window)
        waiting = {recipient.contact_id for recipient in held.window.recipients}
        self.open.append(_Open(held, waiting, dict(held.window.withheld)))
        return self.open[-1]

    @transaction.atomic
    def _settle_and_claim(self) -> MailWindow | None:
        """One commit for what is settled and what is claimed."""
        self.settle()
        if self.is_held or not self._may_go_on():
            return None
        claimed = _claim(self.lease)
        return self._allowed(mail_window(self.version, claimed)) if claimed else None

    def _give_back(self) -> None:
        back, self.back = self.back, []
        if back:
            give_back(back)

    def _allowed(self, window: MailWindow) -> MailWindow:
        """Without those whose turn has not come, by the limits of the server and of their domains."""
        holds = take_allowances({recipient.contact_id: recipient.address for recipient in window.recipients})
        _hold_back(self.lease, holds)
        self.is_held = any(hold.is_of_server for hold in holds.values())
        return window.without(holds)

    def _may_go_on(self) -> bool:
        """Asked now and then."""
        if time.monotonic() - self.looked_at <= LOOKS_EVERY_SECONDS:
            return True
        self.looked_at = time.monotonic()
        if self.looked_at > self.ends_at or not self.lease.may_go_on():
            return False
        return self.version.kind in URGENT or not urgent_waits()


def _execute(statement: str, lease: Lease, /, **parameters) -> list[tuple]:
    """One statement about rows of a chunk. Returns what it returns."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(statement.format(of_chunk=_OF_CHUNK), {"announcement": lease.chunk.announcement_id,
                                                              "chunk": lease.chunk.number, **parameters})  # fmt: skip
        return cursor.fetchall() if cursor.description else []


_OF_CHUNK = "announcement_id = %(announcement)s AND channel = 'email' AND chunk = %(chunk)s"


def _claim(lease: Lease) -> list[int]:
    claimed = _execute(
        _CLAIM, lease, chunk_id=lease.chunk.pk, lease=lease.key, now=timezone.now(),
        at_most=ROWS_A_CONNECTION * settings.MAIL_CONNECTIONS,
    )  # fmt: skip
    return [contact_id for (contact_id,) in claimed]


def _hold_back(lease: Lease, holds: dict[int, Hold]) -> None:
    """They come back by themselves when it is their turn; it counts as no attempt."""
    if holds:
        why, until = (hold.why for hold in holds.values()), (hold.until for hold in holds.values())
        _execute(_HOLD_BACK, lease, contacts=column(holds), reasons=column(why), until=column(until))


@dataclass(frozen=True)
class _Settlement:
    contact_id: int
    outcome: Outcome
    settled_at: datetime | None
    next_try_at: datetime | None


def _settle(lease: Lease, held: Held, outcomes: dict[int, Outcome]) -> None:
    """One short statement for what was delivered, one for the rest; addresses that nobody lives at are not asked again."""
    delivered = [contact_id for contact_id, outcome in outcomes.items() if outcome == DELIVERED]
    _execute(_DELIVERED, lease, now=timezone.now(), contacts=column(delivered))
    rest = {contact_id: outcome for contact_id, outcome in outcomes.items() if outcome != DELIVERED}
    if rest:
        _settle_others(lease, held, rest)


def _settle_others(lease: Lease, held: Held, outcomes: dict[int, Outcome]) -> None:
    window = held.window
    rows = [_settlement(contact_id, outcome, window, lease) for contact_id, outcome in outcomes.items()]
    _execute(
        _SETTLE, lease, contacts=column(outcomes), states=column(row.outcome.state.value for row in rows),
        reasons=column(row.outcome.reason[:300] for row in rows), settled=column(row.settled_at for row in rows),
        next_tries=column(row.next_try_at for row in rows),
        were_tried=column(row.contact_id not in window.withheld for row in rows),
    )  # fmt: skip
    refused = [row for row in rows if row.outcome.refuses_address]
    Suppression.objects.bulk_create(
        [Suppression(address=window.address_of(row.contact_id), reason=row.outcome.reason[:300]) for row in refused],
        ignore_conflicts=True,
    )
    log_outcomes(lease.chunk, outcomes, window.attempts)
    beyond = [row.contact_id for row in rows if row.outcome.reason in (Reason.ROLLED_UP, Reason.HAD_ENOUGH)]
    if beyond:
        leave_in_portal(lease.chunk.announcement_id, beyond)
        roll_up(lease.chunk.announcement_id, held.rolled_up)


def _settlement(contact_id: int, outcome: Outcome, window: MailWindow, lease: Lease) -> _Settlement:
    now = timezone.now()
    if outcome.state != DeliveryState.DEFERRED:
        return _Settlement(contact_id, outcome, now, None)
    if outcome.until is not None:
        return _Settlement(contact_id, outcome, None, outcome.until)
    # Days that a mail waited for its turn are none on which it was tried.
    if now - lease.chunk.made_at > GIVES_UP_AFTER and window.attempts_of(contact_id) >= len(PAUSES):
        given_up = replace(outcome, state=DeliveryState.FAILED, reason=_("given up after three days: ") + outcome.reason)
        return _Settlement(contact_id, given_up, now, None)
    pause = PAUSES[min(window.attempts_of(contact_id), len(PAUSES)) - 1]
    return _Settlement(contact_id, outcome, None, now + pause)
