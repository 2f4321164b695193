from django.db.models import Q
from django.utils import timezone

from communications.models import Channel, Delivery, DeliveryState
from partners.models import Contact


def unread_count(contact: Contact | None) -> int:
    """How many announcements wait in this contact's portal without having been read."""
    if contact is None:
        return 0
    return (
        Delivery.objects.filter(contact_id=contact.pk, channel=Channel.PORTAL, state=DeliveryState.DELIVERED, read_at=None)
        .filter(Q(announcement__expires_at=None) | Q(announcement__expires_at__gt=timezone.now()))
        .count()
    )
