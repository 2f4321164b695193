"""A mail that answers a conversation becomes a message of it: what the person wrote, and nothing of what they quoted."""

import hashlib
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from django.db import transaction
from django.utils.translation import gettext as _

from activity.refusals import Invalid, NotAllowed
from communications.actions.conversations import write_message
from communications.models import Conversation, ConversationMessage
from communications.replies import is_automatic, read_mail
from communications.reply_address import conversation_named, is_sealed_for

_HEAD_AT_MOST = 256 * 1024
_TO_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@transaction.atomic
def take_reply(content: bytes, recipients: list[str] = (), *, is_cut: bool = False) -> ConversationMessage | None:
    """`recipients` are those of the envelope, where they are known; `is_cut` where there is more of the mail than is here.

    Refused for an address that is not ours and for a sender who is not the person of the conversation. None for what a machine
    wrote, which is answered by nobody, so that no loop begins. The same mail again is the message that it was."""
    mail = message_from_bytes(content, policy=compat32)
    if is_automatic(mail):
        return None
    conversation = _conversation(mail, list(recipients))
    _check_sender(mail, conversation)
    message_id = str(mail.get("message-id", "")).strip()[:300] or f"sha256:{hashlib.sha256(content).hexdigest()}"
    known = conversation.messages.filter(message_id=message_id).first()
    if known:
        return known
    reply = read_mail(mail)
    text = "\n\n".join(filter(None, [reply.words, _files_left_out(reply), _("(The mail goes on.)") if is_cut else ""]))
    if not text:
        raise Invalid(_("This mail has nothing in it but what it quotes. Write your answer above it and send it again."))
    return write_message(conversation, text=text, via=ConversationMessage.Via.MAIL, message_id=message_id)


def is_for_a_conversation(content: bytes) -> bool:
    """Whether it was sent to an address that a conversation may have, sealed or made up."""
    head = BytesHeaderParser(policy=compat32).parsebytes(content[:_HEAD_AT_MOST])
    return any(map(conversation_named, _addressed(head)))


def _conversation(mail: Message, recipients: list[str]) -> Conversation:
    """Locked, so that of the same mail twice at once the second one finds the first."""
    for address in [*recipients, *_addressed(mail)]:
        if named := conversation_named(address):
            rows = Conversation.objects.select_for_update(of=["self"]).select_related("contact__user")
            found = rows.filter(pk=named[0]).first()
            if found and is_sealed_for(named[1], found.pk, found.contact_id):
                return found
    raise NotAllowed(_("This address takes no mail. Answer in the portal, or answer the mail that you were sent."))


def _addressed(mail: Message) -> list[str]:
    headers = [str(value) for name in _TO_US for value in mail.get_all(name, [])]
    return [address for _name, address in getaddresses(headers)]


def _check_sender(mail: Message, conversation: Conversation) -> None:
    contact = conversation.contact
    known = {contact.email.lower(), contact.user.email.lower() if contact.user else ""} - {""}
    senders = getaddresses([str(value) for value in mail.get_all("from", [])])
    if len(senders) != 1 or senders[0][1].lower() not in known or contact.left_on is not None:
        raise NotAllowed(
            _("This conversation takes mails from the person it is with, and from the address that is on record for them alone.")
        )


def _files_left_out(reply) -> str:
    names = ", ".join(file.name or _("a file without a name") for file in reply.files)
    return _("Not kept: %(names)s") % {"names": names} if names else ""
