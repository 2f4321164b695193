"""Telling a partner's person by mail what their manager wrote, within their budget of attention and never in their quiet hours; and
a manager what a partner wrote."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.sent_mails import begin_mail, name_of, settle_mail
from activity.languages import words_for
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import ConversationMessage, DeliveryState, Suppression
from communications.queries.attention import attention_policy, programme_of, reader_of
from communications.rendering.conversations import conversation_mail, mail_to_manager
from communications.rendering.signing import signed
from partners.models import Programme

AT_MOST_A_RUN = 200
ABANDONED_AFTER = timedelta(minutes=10)
_Mail = ConversationMessage.Mail


def mail_waiting_messages() -> int:
    """What does not fit into somebody's day waits for a later run. Returns how many mails a server took."""
    settle_abandoned_mails()
    waiting = list(
        ConversationMessage.objects.filter(mail=_Mail.WAITING).order_by("at")[:AT_MOST_A_RUN].values_list("pk", flat=True)
    )
    if not waiting:
        return 0
    with mail_channel() as channel:
        return sum(_mail(pk, channel) for pk in waiting)


def settle_abandoned_mails() -> int:
    """Their worker vanished: the mail may have arrived, so it is not sent again; the portal has the message."""
    abandoned = ConversationMessage.objects.filter(mail=_Mail.SENDING, at__lt=timezone.now() - ABANDONED_AFTER)
    return abandoned.update(mail=_Mail.FAILED, mail_reason=_("the worker stopped while it was being sent"))


def _mail(pk: int, channel: MailChannel) -> bool:
    begun = _begin(pk)
    if begun is None:
        return False
    message, programme, slot = begun
    address, language, write = _reader(message)
    mail = begin_mail("conversation" if message.is_managers else "answer", address, about_id=pk)
    name = name_of(mail)
    with words_for(language):
        content = write(message, programme, name)
    outcome = hand_over_one(channel, name.return_address(programme.sender_email), address, signed(content))
    learn_from([(address, outcome)])
    is_sent = outcome.state == DeliveryState.DELIVERED
    settle_mail(mail, is_sent=is_sent, reason=outcome.reason)
    if not is_sent and slot:
        give_back([slot])
    _settle(pk, _Mail.SENT if is_sent else _Mail.FAILED, outcome.reason)
    if outcome.refuses_address and message.is_managers:
        Suppression.objects.get_or_create(address=address.lower(), defaults={"reason": outcome.reason[:300]})
    return is_sent


def _reader(message: ConversationMessage) -> tuple[str, str, Callable[..., bytes]]:
    """Address and language of who is told, and the mail for their side."""
    contact, manager = message.conversation.contact, message.conversation.manager
    if message.is_managers:
        return contact.email, contact.language, conversation_mail
    return manager.email, manager.language, mail_to_manager


@transaction.atomic
def _begin(pk: int) -> tuple[ConversationMessage, Programme, tuple | None] | None:
    """Committed as being sent before anything leaves: of two workers one finds it, and a crash sends nothing twice. A manager is
    told at once: it is their work."""
    rows = ConversationMessage.objects.select_for_update(of=["self"], skip_locked=True).filter(pk=pk, mail=_Mail.WAITING)
    message = rows.select_related(
        "conversation__contact__user", "conversation__contact__partner", "conversation__manager", "by"
    ).first()
    if message is None:
        return None
    contact, slot = message.conversation.contact, None
    if reason := _reason_for_none(contact) if message.is_managers else _reason_to_tell_no_manager(message):
        _settle(pk, _Mail.NONE, reason)
        return None
    programme = programme_of(contact)
    if message.is_managers:
        reader = reader_of(contact, programme)
        if reader.end_of_quiet(timezone.now()):
            return None
        slot = next(iter(take_attention([reader.person], attention_policy()).items()), None)
        if slot is None:
            return None
    if hold_for(contact.email if message.is_managers else message.conversation.manager.email):  # a later run asks again
        give_back([slot] if slot else [])
        return None
    _settle(pk, _Mail.SENDING, "")
    return message, programme, slot


def _reason_to_tell_no_manager(message: ConversationMessage) -> str:
    manager = message.conversation.manager
    if manager is None or not manager.is_active:
        return _("nobody to mail")
    answered = message.conversation.messages.filter(is_managers=True, at__gt=message.at)
    return _("answered already") if answered.exists() else ""


def _reason_for_none(contact) -> str:
    if not contact.email or contact.left_on is not None:
        return _("nobody to mail")
    if Suppression.objects.filter(address=contact.email.lower()).exists():
        return _("the address is mailed no more")
    return ""


def _settle(pk: int, state: str, reason: str) -> None:
    ConversationMessage.objects.filter(pk=pk).update(mail=state, mail_reason=reason[:300])
