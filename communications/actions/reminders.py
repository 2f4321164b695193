"""Reminding a partner's admins of what is to be confirmed: few mails, each with the way out, none to those who said no."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from activity.languages import words_for
from activity.notice_names import NoticeName
from communications.actions.attention import give_back, take_attention
from communications.actions.limits import hold_for, learn_from
from communications.channels.contract import MailChannel, hand_over_one
from communications.channels.mail import mail_channel
from communications.models import DeliveryState, Reminder, Suppression, Topic
from communications.queries.attention import attention_policy, programme_of, reader_of
from communications.queries.reminders import TOPIC, people_to_remind, reminders_to
from communications.rendering.reminders import reminder_mail
from communications.rendering.signing import signed
from context.queries.confirmations import Asked, asked_of
from partners.models import Contact, Programme

AT_MOST_A_RUN = 500


def send_reminders() -> int:
    """Remind whoever is due; what is beyond the limit of one run comes with the next. Returns how many mails were taken."""
    if not settings.REMINDER_DAYS:
        return 0
    topic = reminder_topic()
    sent = 0
    with mail_channel() as channel:
        for contact in people_to_remind():
            sent += _remind(contact, topic, channel)
            if sent >= AT_MOST_A_RUN:
                break
    return sent


def reminder_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Reminders", "description": "What we know about you that should be confirmed."}
    return Topic.objects.get_or_create(key=TOPIC, defaults=defaults)[0]


def _remind(contact: Contact, topic: Topic, channel: MailChannel) -> bool:
    programme = programme_of(contact)
    asked = asked_of(contact.partner)
    reminder = _begin(contact, programme, asked)
    if reminder is None:
        return False
    with words_for(contact.language):
        message = reminder_mail(reminder, contact, programme, topic, asked)
    sender = NoticeName("reminder", reminder.pk).return_address(programme.sender_email)
    outcome = hand_over_one(channel, sender, reminder.address, signed(message))
    learn_from([(reminder.address, outcome)])
    delivered = outcome.state == DeliveryState.DELIVERED
    reminder.state = Reminder.State.DELIVERED if delivered else Reminder.State.FAILED
    reminder.reason = outcome.reason[:300]
    reminder.save(update_fields=["state", "reason"])
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=reminder.address, defaults={"reason": reminder.reason})
    return delivered


@transaction.atomic
def _begin(contact: Contact, programme: Programme, asked: list[Asked]) -> Reminder | None:
    """The row comes first and is committed: of two workers one finds it. None where nothing is to be sent after all."""
    address = contact.email.lower()
    Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if not asked or reminders_to(address).exists() or not _may_interrupt(contact, programme):
        return None
    return Reminder.objects.create(contact=contact, address=address, things=len(asked))


def _may_interrupt(contact: Contact, programme: Programme) -> bool:
    """Not in their quiet hours, and only where it fits into their budget and the limits of sending; a later run asks again."""
    reader = reader_of(contact, programme)
    if reader.end_of_quiet(timezone.now()):
        return False
    slots = take_attention([reader.person], attention_policy())
    if slots and hold_for(contact.email):
        give_back(list(slots.items()))
        return False
    return bool(slots)
