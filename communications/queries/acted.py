"""Who has done already what an announcement asks for, by whichever channel: it is not brought to them by another one any more."""

from django.db.models import QuerySet

from activity.columns import among
from communications.models import (
    Acknowledgement,
    Action,
    Actor,
    AnnouncementVersion,
    Channel,
    Delivery,
    Touch,
)
from partners.models import Contact


def acted_already(version: AnnouncementVersion, contact_ids: list[int]) -> set[int]:
    """Of these people, those who acknowledged; where nothing is asked for, those who read or followed it, too. One query, each
    of its parts by a primary key or a unique one."""
    pk, of_them = version.announcement_id, among("contact_id", contact_ids)
    done = Acknowledgement.objects.filter(of_them, announcement_id=pk).order_by().values_list("contact_id", flat=True)
    if not version.requires_acknowledgement:
        read = Delivery.objects.filter(of_them, announcement_id=pk, channel=Channel.PORTAL).exclude(read_at=None)
        touched = Touch.objects.filter(of_them, announcement_id=pk, action__in=Action.values, actor=Actor.HUMAN)
        done = done.union(read.values_list("contact_id", flat=True), touched.values_list("contact_id", flat=True))
    return set(done)


def followed_by(contact: Contact, announcement_id) -> QuerySet[Touch]:
    """A person, not a machine, followed a link of it on behalf of this contact."""
    return Touch.objects.filter(announcement_id=announcement_id, contact_id=contact.pk, action=Action.CLICKED, actor=Actor.HUMAN)


def acknowledged_by(contact: Contact, announcement_id) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(announcement=announcement_id, contact=contact)
