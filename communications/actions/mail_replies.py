"""A mail that answers a conversation becomes a message of it, one that answers an announcement a question on it: what the person
wrote, and nothing of what they quoted."""

import hashlib
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activity.mail_nesting import too_deep_is_refused
from activity.refusals import Invalid, NotAllowed
from communications.actions.bounces import take_bounce
from communications.actions.conversation_files import keep_files, kept_files
from communications.actions.conversations import write_message
from communications.actions.questions import ask_question
from communications.models import Announcement, Conversation, ConversationMessage, Question
from communications.replies import InlineFile, Reply, is_automatic, read_mail
from communications.reply_address import Named, NamedAnnouncement, announcement_named, conversation_named, is_sealed_for
from partners.models import Contact

_HEAD_AT_MOST = 256 * 1024
_NO_SUCH_ADDRESS = gettext_lazy("This address takes no mail. Answer in the portal, or answer the mail that you were sent.")
_QUOTES_ONLY = gettext_lazy("This mail has nothing in it but what it quotes. Write your answer above it and send it again.")
_TO_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@too_deep_is_refused()
@transaction.atomic
def take_reply(content: bytes, recipients: list[str] = (), *, is_cut: bool = False) -> ConversationMessage | Question | None:
    """`recipients` are those of the envelope, where they are known; `is_cut` where there is more of the mail than is here.

    Refused for an address that is not ours and for a sender whom it was not made for. None for what a machine wrote, which is
    answered by nobody, so that no loop begins; where it tells that a mail of ours did not arrive, that is noted. The same mail
    again is the message or the question that it was."""
    mail = message_from_bytes(content, policy=compat32)
    if is_automatic(mail):
        take_bounce(content, list(recipients))  # some servers report to where answers are asked for
        return None
    addresses = [*recipients, *_addressed(mail)]
    message_id = str(mail.get("message-id", "")).strip()[:300] or f"sha256:{hashlib.sha256(content).hexdigest()}"
    if announcement := next(filter(None, map(announcement_named, addresses)), None):
        return _take_question(mail, announcement, message_id, is_cut=is_cut)
    conversation, by = _conversation(mail, addresses)
    known = conversation.messages.filter(message_id=message_id).first()
    if known:
        return known
    reply = read_mail(mail)
    files, left_out = ([], list(reply.files)) if is_cut else kept_files(reply.files)
    text = _words_of(reply, left_out, is_cut=is_cut)
    if not text and files:
        text = _("(Only files came with this mail.)")
    if not text:
        raise Invalid(_QUOTES_ONLY)
    message = write_message(conversation, text=text, by=by, via=ConversationMessage.Via.MAIL, message_id=message_id)
    keep_files(message, files)
    return message


def _take_question(mail: Message, named: NamedAnnouncement, message_id: str, *, is_cut: bool) -> Question:
    """Files are named in it, and not kept: a question has none."""
    announcement = Announcement.objects.filter(pk=named.announcement_id).first() if named.is_sealed else None
    contact = Contact.objects.select_related("user", "partner").filter(pk=named.contact_id).first()
    if announcement is None or contact is None:
        raise NotAllowed(_NO_SUCH_ADDRESS)
    _check_sender(mail, contact)
    reply = read_mail(mail)
    text = _words_of(reply, list(reply.files), is_cut=is_cut)
    if not reply.words:
        raise Invalid(_QUOTES_ONLY)
    return ask_question(announcement, contact=contact, text=text, key=uuid5(NAMESPACE_URL, f"mailto:{contact.pk}:{message_id}"))


def is_for_us(content: bytes) -> bool:
    """Whether it was sent to an address that a conversation or an announcement may have, sealed or made up."""
    head = BytesHeaderParser(policy=compat32).parsebytes(content[:_HEAD_AT_MOST])
    return any(conversation_named(address) or announcement_named(address) for address in _addressed(head))


def _words_of(reply: Reply, left_out: list[InlineFile], *, is_cut: bool) -> str:
    notes = [_files_left_out(left_out), _("(The mail goes on.)") if is_cut else ""]
    return "\n\n".join(filter(None, [reply.words, *notes]))


def _conversation(mail: Message, addresses: list[str]) -> tuple[Conversation, User | None]:
    """With the manager who writes, where it is one. Locked: of the same mail twice at once the second finds the first."""
    for address in addresses:
        named = conversation_named(address)
        rows = Conversation.objects.select_for_update(of=["self"]).select_related("contact__user")
        found = rows.filter(pk=named.conversation_id).first() if named else None
        if found and named.is_managers and (manager := _manager(mail, named)):
            _check_manager(manager, found)
            return found, manager
        if found and not named.is_managers and is_sealed_for(named, found.contact_id):
            _check_sender(mail, found.contact)
            return found, None
    raise NotAllowed(_NO_SUCH_ADDRESS)


def _manager(mail: Message, named: Named) -> User | None:
    """Who is named as its sender, if the address was made for them."""
    senders = getaddresses([str(value) for value in mail.get_all("from", [])])
    if len(senders) != 1:
        return None
    user = User.objects.filter(email=senders[0][1].lower(), is_staff=True, is_active=True).first()
    return user if user and is_sealed_for(named, user.pk) else None


def _check_manager(manager: User, conversation: Conversation) -> None:
    """They may have lost the partner or the role since the mail went out."""
    sees = Conversation.objects.visible_to(manager).filter(pk=conversation.pk).exists()
    if not sees or not manager.has_perm("communications.change_conversation"):
        raise NotAllowed(_("You do not answer this partner any more; your mail was not kept."))


def _addressed(mail: Message) -> list[str]:
    headers = [str(value) for name in _TO_US for value in mail.get_all(name, [])]
    return [address for _name, address in getaddresses(headers)]


def _check_sender(mail: Message, contact: Contact) -> None:
    known = {contact.email.lower(), contact.user.email.lower() if contact.user else ""} - {""}
    senders = getaddresses([str(value) for value in mail.get_all("from", [])])
    if len(senders) != 1 or senders[0][1].lower() not in known or contact.left_on is not None:
        raise NotAllowed(
            _("This address takes mails from the person it was made for, and from the address that is on record for them alone.")
        )


def _files_left_out(files: list[InlineFile]) -> str:
    names = ", ".join(file.name or _("a file without a name") for file in files)
    return _("Not kept: %(names)s") % {"names": names} if names else ""
