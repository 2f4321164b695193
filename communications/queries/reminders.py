"""Whom a reminder may go to: a partner's admin who can sign in, whose organisation has something to confirm, who has not said no,
and was not reminded lately. Quiet hours and budget are asked when one is about to be sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from communications.models import Channel, Reminder, Suppression, Topic, TopicPreference
from context.queries.confirmations import partners_to_remind
from partners.models import Contact

TOPIC = "reminders"


def reminded_since() -> datetime:
    return timezone.now() - timedelta(days=settings.REMINDER_DAYS)


def people_to_remind() -> Iterator[Contact]:
    """One query, read as it comes."""
    people = Contact.objects.current().filter(is_partner_admin=True, user__is_active=True, partner__merged_into=None)
    people = people.exclude(email="").annotate(address=Lower("email")).filter(partner__in=partners_to_remind())
    here = OuterRef("address")
    unwanted = TopicPreference.objects.filter(address=here, topic__key=TOPIC, channel=Channel.EMAIL, is_wanted=False)
    people = people.exclude(Exists(unwanted)).exclude(Exists(Suppression.objects.filter(address=here)))
    people = people.exclude(Exists(reminders_to(here)))
    return people.select_related("partner").order_by("pk").iterator(chunk_size=500)


def reminders_to(address) -> QuerySet[Reminder]:
    return Reminder.objects.filter(address=address, sent_at__gt=reminded_since())


def topic_of_reminders() -> Topic | None:
    return Topic.objects.filter(key=TOPIC).first()
