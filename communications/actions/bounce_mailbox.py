"""Fetching what came back, and what partners answered, from their mailbox. A mail is removed only after what it says is committed:
one that is read again after a crash changes nothing."""

import time

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from activity.refusals import Refused
from communications.actions.bounces import StillBeingSentError, take_bounce
from communications.actions.mail_replies import is_for_us, take_reply
from communications.channels.bounce_mailbox import Mailbox, MailboxAwayError, open_mailbox
from communications.models import MailboxTrouble

logger = structlog.get_logger(__name__)
MAILS_A_RUN = 500
SECONDS_A_RUN = 20.0


def fetch_bounces() -> int:
    """Take what waits; what is beyond one run comes with the next. Returns how many mails were read."""
    if settings.BOUNCE_MAILBOX is None:
        return 0
    try:
        with open_mailbox(settings.BOUNCE_MAILBOX) as mailbox:
            read = _take_all(mailbox)
    except MailboxAwayError as away:
        logger.warning("bounce_mailbox_away", said=str(away))
        _note_trouble(str(away))
        return 0
    MailboxTrouble.objects.all().delete()
    return read


def _take_all(mailbox: Mailbox) -> int:
    read, ends_at = 0, time.monotonic() + SECONDS_A_RUN
    waiting = mailbox.keys()
    for key in waiting:
        if read >= MAILS_A_RUN or time.monotonic() > ends_at:
            break
        content = mailbox.content(key)
        if content is None:
            logger.warning("bounce_not_given", key=key)
        elif _take(mailbox, key, content):
            read += 1
    return read


def _take(mailbox: Mailbox, key: str, content: bytes) -> bool:
    """One mail that cannot be taken is put aside for a person and does not keep the others; while the database is away all of them
    wait."""
    try:
        if is_for_us(content):
            return _take_reply(mailbox, key, content)
        _bounce, ours = take_bounce(content)
    except (InterfaceError, OperationalError):
        raise
    except StillBeingSentError:
        return False
    except Exception as error:
        logger.error("bounce_not_taken", key=key, error=type(error).__name__)
        mailbox.set_aside(key)
        return False
    if ours is None:
        mailbox.keep(key)
    else:
        mailbox.remove(key)
    return True


def _take_reply(mailbox: Mailbox, key: str, content: bytes) -> bool:
    """One that is refused, or longer than what is read, stays for a person."""
    is_cut = mailbox.has_more(key)
    try:
        take_reply(content, is_cut=is_cut)
    except Refused as refusal:
        logger.warning("reply_refused", key=key, said=str(refusal))
        mailbox.keep(key)
        return True
    if is_cut:
        mailbox.keep(key)
    else:
        mailbox.remove(key)
    return True


def _note_trouble(said: str) -> None:
    row, is_new = MailboxTrouble.objects.get_or_create(pk=1, defaults={"said": said[:200], "since": timezone.now()})
    if not is_new and row.said != said[:200]:
        MailboxTrouble.objects.filter(pk=1).update(said=said[:200])
