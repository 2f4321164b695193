from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from communications.models import Channel, Delivery, DeliveryState
from communications.queries.acted import acknowledged_by, followed_by
from partners.models import Contact


def unread_count(contact: Contact | None) -> int:
    """How many announcements wait in this contact's portal without having been read."""
    return 0 if contact is None else _unread(contact).count()


def unread_among(contact: Contact) -> Coalesce:
    """The same number, for a query that asks for others, too."""
    return Coalesce(Subquery(_unread(contact).order_by().values("contact").annotate(n=Count("pk")).values("n")), 0)


def _unread(contact: Contact) -> QuerySet[Delivery]:
    unread = Delivery.objects.filter(contact_id=contact.pk, channel=Channel.PORTAL, state=DeliveryState.DELIVERED, read_at=None)
    unread = unread.exclude(Exists(followed_by(contact, OuterRef("announcement_id"))))
    unread = unread.exclude(Exists(acknowledged_by(contact, OuterRef("announcement_id"))))
    return unread.filter(Q(announcement__expires_at=None) | Q(announcement__expires_at__gt=timezone.now()))
