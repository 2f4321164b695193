"""A conversation between a partner's person and their manager: opened by either, answered by both."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid, NotAllowed
from communications.models import Conversation, ConversationMessage
from communications.queries.conversations import answer_policy, responsible_manager, zone_to_count_in
from partners.models import Contact

SUBJECT_MAX_CHARACTERS = 200
MESSAGE_MAX_CHARACTERS = 20_000


def promised_by(manager: User | None, asked: datetime) -> datetime:
    """When whoever asked at that moment is promised an answer."""
    return answer_policy().promise.kept_by(asked, zone_to_count_in(manager))


@transaction.atomic
def open_conversation(
    contact: Contact, *, subject: str, text: str, by: User | None = None, key: UUID | None = None
) -> Conversation:
    """`by` is the manager who begins it; without, the contact does, and it goes to whoever is responsible for the partner. A second
    time with the same `key` and words it is the first one."""
    subject, text = _checked_subject(subject), _checked(text, MESSAGE_MAX_CHARACTERS, "text")
    return made_once(
        Conversation.objects.filter(contact=contact), key, partial(_open, contact, subject, text, by),
        is_same=lambda made: made.subject == subject and made.messages.filter(text=text, by=by).exists(),
    )  # fmt: skip


def _open(contact: Contact, subject: str, text: str, by: User | None, **fields) -> Conversation:
    if contact.left_on is not None:
        raise Invalid(_("%(name)s has left; write to somebody else there.") % {"name": contact})
    conversation = Conversation.objects.create(
        contact=contact,
        partner_id=contact.partner_id,
        manager=by or responsible_manager(contact),
        subject=subject,
        **fields,
    )
    who = by or contact
    record_activity("conversation.opened", _("%(who)s began a conversation") % {"who": who}, by=by or contact.user,
                    partner_id=contact.partner_id, subject=conversation)  # fmt: skip
    write_message(conversation, text=text, by=by)
    return conversation


@transaction.atomic
def write_message(
    conversation: Conversation,
    *,
    text: str,
    by: User | None = None,
    via: str = ConversationMessage.Via.PORTAL,
    message_id: str = "",
    key: UUID | None = None,
) -> ConversationMessage:
    """`by` is the manager who writes; without, the contact does. Two who write at once come one after the other; a second time with
    the same `key` and words it is the first one."""
    text = _checked(text, MESSAGE_MAX_CHARACTERS, "text")
    current = Conversation.objects.select_for_update().get(pk=conversation.pk)
    message = made_once(
        current.messages.all(), key, partial(_write, current, text, by, via, message_id),
        is_same=lambda made: made.text == text and made.by == by,
    )  # fmt: skip
    conversation.refresh_from_db()
    return message


def _write(current: Conversation, text: str, by: User | None, via: str, message_id: str, **fields) -> ConversationMessage:
    now = timezone.now()
    message = ConversationMessage.objects.create(
        conversation=current,
        by=by,
        is_managers=by is not None,
        text=text,
        at=now,
        via=via,
        message_id=message_id,
        mail=ConversationMessage.Mail.WAITING if by or _is_told(current.manager) else ConversationMessage.Mail.NONE,
        **fields,
    )
    current.last_at = now
    if by:
        current.waiting_since, current.promised_by, current.read_by_manager_at = None, None, now
        current.manager = current.manager or by
    else:
        current.read_by_contact_at = now
        if current.waiting_since is None:
            current.waiting_since, current.promised_by = now, promised_by(current.manager, now)
    current.save()
    return message


def _is_told(manager: User | None) -> bool:
    return bool(manager and manager.is_active and answer_policy().mails_managers)


def mark_read_by_contact(conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(read_by_contact_at=timezone.now())


def mark_read_by_manager(conversation: Conversation, *, by: User) -> None:
    """Only who has to answer it has read it; others who look do not answer for them."""
    Conversation.objects.filter(pk=conversation.pk, manager=by).update(read_by_manager_at=timezone.now())


@transaction.atomic
def hand_on_conversation(conversation: Conversation, to: User, *, by: User) -> None:
    """To another manager, who keeps the promise that was made."""
    if not to.is_active or not Conversation.objects.visible_to(to).filter(pk=conversation.pk).exists():
        raise NotAllowed(_("%(name)s does not see this partner; choose somebody who does.") % {"name": to})
    Conversation.objects.filter(pk=conversation.pk).update(manager=to, read_by_manager_at=None)
    words = {"who": by, "to": to}
    record_activity("conversation.handed_on", _("%(who)s handed a conversation on to %(to)s") % words, by=by,
                    partner_id=conversation.partner_id, subject=conversation)  # fmt: skip
    conversation.refresh_from_db()


def _checked_subject(subject: str) -> str:
    return _checked(" ".join(subject.split()), SUBJECT_MAX_CHARACTERS, "subject")


def _checked(text: str, longest: int, field: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(_("Write something first."), field=field)
    if len(text) > longest:
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": longest}, field=field)
    return text
