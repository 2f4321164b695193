"""Mail, window by window: claim a few rows and commit, ask again whether each may go, hand over, write down what became of it.

A row is `sending` in the database before the socket is used; the journal knows which one of the window is on the wire."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.actions.leases import Lease
from communications.channels.contract import Mail
from communications.channels.journal import Journal
from communications.channels.mail import mail_channel
from communications.channels.outcomes import Outcome
from communications.models import Delivery, DeliveryState, Reason, Suppression
from communications.queries.mail_window import MailWindow, mail_window
from communications.rendering.mail import MailTemplate

WINDOW_ROWS = 50
SECONDS_A_TASK = 20.0
RENEW_EVERY_SECONDS = 10.0
GIVES_UP_AFTER = timedelta(days=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))

_CLAIM = """
    UPDATE communications_delivery SET state = 'sending', attempts = attempts + 1
    WHERE (announcement_id, contact_id, channel) IN (
        SELECT announcement_id, contact_id, channel FROM communications_delivery
        WHERE announcement_id = %s AND channel = 'email' AND chunk = %s
          AND (state = 'queued' OR (state = 'deferred' AND next_try_at <= %s))
        ORDER BY contact_id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING contact_id
"""
_SETTLE = """
    UPDATE communications_delivery AS delivery
    SET state = outcome.state, reason = outcome.reason, settled_at = outcome.settled_at, next_try_at = outcome.next_try_at
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
        AS outcome (contact_id, state, reason, settled_at, next_try_at)
    WHERE delivery.announcement_id = %s AND delivery.channel = 'email' AND delivery.contact_id = outcome.contact_id
      AND delivery.state = 'sending'
"""


def deliver_by_mail(lease: Lease) -> None:
    """Send the rows of a chunk until none is left, its announcement is stopped, or the task's time is up."""
    deadline = time.monotonic() + SECONDS_A_TASK
    templates: dict[str, MailTemplate] = {}  # by variant
    with mail_channel() as channel:
        journal = Journal(lease.key)
        while time.monotonic() < deadline and lease.may_go_on():
            claimed = _claim(lease)
            if not claimed:
                break
            window = mail_window(lease.chunk.announcement, claimed)
            mails = _mails(lease, window, templates)
            _settle(lease, window, window.withheld | dict(channel.hand_over(mails, journal)))
        journal.close()


def _claim(lease: Lease) -> list[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [lease.chunk.announcement_id, lease.chunk.number, timezone.now(), WINDOW_ROWS])
        return [contact_id for (contact_id,) in cursor.fetchall()]


def _mails(lease: Lease, window: MailWindow, templates: dict[str, MailTemplate]) -> Iterator[Mail]:
    """Rows whose turn does not come, because the lease was lost, stay for whoever holds it."""
    renewed = time.monotonic()
    for recipient in window.recipients:
        if time.monotonic() - renewed > RENEW_EVERY_SECONDS:
            if not lease.renew():
                break
            renewed = time.monotonic()
        if recipient.variant not in templates:
            templates[recipient.variant] = MailTemplate.of(window.version.as_variant(recipient.variant))
        template = templates[recipient.variant]
        sender, message = template.envelope_sender_for(recipient), template.message_for(recipient)
        yield Mail(recipient.contact_id, sender, recipient.address, message)


@dataclass(frozen=True)
class _Settlement:
    contact_id: int
    outcome: Outcome
    settled_at: datetime | None
    next_try_at: datetime | None


@transaction.atomic
def _settle(lease: Lease, window: MailWindow, outcomes: dict[int, Outcome]) -> None:
    """One statement for the whole window; addresses that nobody lives at are not asked again."""
    rows = [_settlement(contact_id, outcome, window, lease) for contact_id, outcome in outcomes.items()]
    columns = [[row.contact_id for row in rows], [row.outcome.state.value for row in rows],
               [row.outcome.reason[:300] for row in rows], [row.settled_at for row in rows],
               [row.next_try_at for row in rows]]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [*columns, lease.chunk.announcement_id])
    refused = [row for row in rows if row.outcome.refuses_address]
    Suppression.objects.bulk_create(
        [Suppression(address=window.address_of(row.contact_id), reason=row.outcome.reason[:300]) for row in refused],
        ignore_conflicts=True,
    )
    limited = [row.contact_id for row in rows if row.outcome.reason == Reason.WEEKLY_LIMIT]
    if limited:
        _leave_in_portal(lease, limited)


def _settlement(contact_id: int, outcome: Outcome, window: MailWindow, lease: Lease) -> _Settlement:
    now = timezone.now()
    if outcome.state != DeliveryState.DEFERRED:
        return _Settlement(contact_id, outcome, now, None)
    if now - lease.chunk.made_at > GIVES_UP_AFTER:
        given_up = replace(outcome, state=DeliveryState.FAILED, reason=_("given up after three days: ") + outcome.reason)
        return _Settlement(contact_id, given_up, now, None)
    pause = PAUSES[min(window.attempts_of(contact_id), len(PAUSES)) - 1]
    return _Settlement(contact_id, outcome, None, now + pause)


def _leave_in_portal(lease: Lease, contact_ids: list[int]) -> None:
    """What did not fit into someone's week waits in the portal, also where the announcement did not name that channel."""
    now = timezone.now()
    mails = Delivery.objects.filter(announcement_id=lease.chunk.announcement_id, channel="email", contact_id__in=contact_ids)
    Delivery.objects.bulk_create(
        [
            Delivery(announcement_id=mail.announcement_id, contact_id=mail.contact_id, partner_id=mail.partner_id, channel="portal",
                     variant=mail.variant, state=DeliveryState.DELIVERED, settled_at=now)
            for mail in mails
        ],
        ignore_conflicts=True,
    )  # fmt: skip
