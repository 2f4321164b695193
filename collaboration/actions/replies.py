"""An answer that a calendar sent by mail. Only who was invited may answer, and only for themselves: the address it went to proves
which invitation is meant, the sender who they are."""

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from activity.refusals import Invalid, NotAllowed, Refused
from collaboration.actions.invitations import answer_invitation
from collaboration.models import How, Invitee
from collaboration.reading.replies import NoReplyError, Reply, read_reply
from collaboration.rendering.calendar_events import uid_of
from collaboration.reply_address import invitee_behind
from communications.channels.bounce_mailbox import Mailbox, MailboxAwayError, open_mailbox

log = structlog.get_logger(__name__)
MAILS_A_RUN = 200


@transaction.atomic
def take_reply(content: bytes, recipients: list[str] = ()) -> Invitee:
    """`recipients` are those of the envelope, where it is known. A refusal changes nothing."""
    try:
        reply = read_reply(content)
    except NoReplyError as error:
        raise Invalid(_("This is no answer to an invitation: %(why)s.") % {"why": error}, code="no_reply") from None
    invitee = _invitee(reply, list(recipients) or list(reply.sent_to))
    return answer_invitation(invitee, reply.answer, how=How.MAIL, by=invitee.contact.user, comment=reply.comment, stamp=reply.stamp)


def fetch_replies() -> int:
    """Take what waits in the mailbox. A mail is removed once its answer is kept; what is refused stays for a person, marked."""
    if settings.MEETINGS_MAILBOX is None:
        return 0
    try:
        with open_mailbox(settings.MEETINGS_MAILBOX) as mailbox:
            return sum(_take(mailbox, key) for key in mailbox.keys()[:MAILS_A_RUN])
    except MailboxAwayError as away:
        log.warning("meetings_mailbox_away", said=str(away))
        return 0


def _invitee(reply: Reply, recipients: list[str]) -> Invitee:
    keys = [pk for pk in map(invitee_behind, recipients) if pk]
    rows = Invitee.objects.filter(pk__in=keys).select_related("meeting", "contact__user")
    invitee = next((row for row in rows if uid_of(row.meeting) == reply.uid), None)
    if invitee is None:
        raise NotAllowed(_("Nobody was invited to this from here. Answer in the portal, or from the invitation itself."))
    if invitee.contact.left_on is not None:
        raise NotAllowed(_("This invitation holds no longer."))
    if not invitee.address or {reply.sender, reply.attendee} != {invitee.address}:
        raise NotAllowed(
            _("This is an answer to somebody else's invitation. Answer your own, from the address that it was sent to.")
        )
    return invitee


def _take(mailbox: Mailbox, key: str) -> bool:
    """One mail that cannot be taken is put aside for a person and does not keep the others; while the database is away all of them
    wait."""
    content = mailbox.content(key)
    if content is None:
        return False
    try:
        take_reply(content)
    except (InterfaceError, OperationalError):
        raise
    except Refused as refusal:
        log.warning("meeting_reply_refused", key=key, said=str(refusal))
        mailbox.keep(key)
        return False
    except Exception as error:
        log.error("meeting_reply_not_taken", key=key, error=type(error).__name__)
        mailbox.set_aside(key)
        return False
    mailbox.remove(key)
    return True
