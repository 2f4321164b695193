"""What partners and their managers write to each other: one answered conversation for each programme, and one that waits."""

from datetime import datetime, timedelta

from accounts.models import User
from communications.actions.conversations import open_conversation, promised_by, write_message
from communications.models import Conversation, ConversationMessage
from partnerhub.demo import dates, vendor
from partnerhub.demo.history import as_of
from partners.models import Contact

PRICE = "A customer opens a second site in June. Does the volume discount count both?"
PRICE_ANSWER = "It does, from the day both sites are on one contract. Send me the two order numbers."
AUDIT = "Our press shop is closed in the first week of the month. Could the auditor come in the second?"
AUDIT_ANSWER = "The second week is fine; you get the plan by Friday."
TRIAL = "We train eight engineers next week. May we use trial licences for that?"


def talk() -> None:
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    milo = Contact.objects.get(email="member@demo.example")
    sofia = Contact.objects.get(email="supplier@demo.example")
    manager = User.objects.get(email="manager@demo.example")
    price = _begin(paula, "Discount for a second site", PRICE, dates.days_ago(6, 9))
    _answer(price, PRICE_ANSWER, manager, dates.days_ago(6, 14))
    audit = _begin(sofia, "Date of the process audit", AUDIT, dates.days_ago(4, 10))
    _answer(audit, AUDIT_ANSWER, manager, dates.days_ago(4, 15))
    _begin(milo, "Trial licences for a workshop", TRIAL, dates.days_ago(1, 15))


def _begin(contact: Contact, subject: str, text: str, at: datetime) -> Conversation:
    with as_of(at):
        conversation = open_conversation(contact, subject=subject, text=text)
    conversation.messages.update(at=at, mail=ConversationMessage.Mail.SENT)
    conversation.opened_at = conversation.last_at = conversation.waiting_since = conversation.read_by_contact_at = at
    conversation.promised_by = promised_by(conversation.manager, at)
    conversation.save()
    return conversation


def _answer(conversation: Conversation, text: str, by: User, at: datetime) -> None:
    with as_of(at):
        message = write_message(conversation, text=text, by=by)
    ConversationMessage.objects.filter(pk=message.pk).update(at=at, mail=ConversationMessage.Mail.SENT)
    read_at = at + timedelta(hours=2)
    Conversation.objects.filter(pk=conversation.pk).update(last_at=at, read_by_manager_at=at, read_by_contact_at=read_at)
