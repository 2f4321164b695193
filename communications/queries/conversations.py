"""Conversations as either side sees them."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from communications.models import AnswerPolicy, Conversation, ConversationMessage
from communications.queries.attention import zone_of
from partners.models import Contact, Enrolment


def answer_policy() -> AnswerPolicy:
    return AnswerPolicy.objects.first() or AnswerPolicy()


def conversations_of(contact: Contact) -> QuerySet[Conversation]:
    return Conversation.objects.filter(contact=contact).select_related("manager").order_by("-last_at", "-pk")


def messages_of(conversation: Conversation) -> QuerySet[ConversationMessage]:
    return conversation.messages.select_related("by").prefetch_related("files")


def responsible_manager(contact: Contact, programme_id: int | None = None) -> User | None:
    """Of the programme in question, else of the one that stands for the partner; None where nobody is in charge."""
    places = Enrolment.objects.current().filter(partner_id=contact.partner_id, manager__is_active=True).select_related("manager")
    ranked = sorted(places, key=lambda place: (place.programme_id != programme_id, not place.is_primary, place.pk))
    return ranked[0].manager if ranked else None


def zone_to_count_in(manager: User | None) -> ZoneInfo:
    return zone_of(manager.time_zone if manager else settings.TIME_ZONE)
