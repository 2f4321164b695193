"""What is to be looked at again, and what came after something that is over."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from communications.models import Announcement, Delivery, State
from partners.models import Contact

AHEAD = timedelta(days=14)
OFFERED = 100


def live_announcements(user) -> QuerySet[Announcement]:
    """Out, and not over."""
    out = Announcement.objects.visible_to(user).filter(state__in=(State.SENDING, State.SENT, State.PAUSED), frozen_at__isnull=False)
    return out.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


def to_review(user, *, until: date | None = None) -> QuerySet[Announcement]:
    """Due within two weeks or overdue, the longest overdue first, with whoever answers for each."""
    until = until or timezone.localdate() + AHEAD
    return (
        live_announcements(user)
        .filter(review_on__lte=until)
        .select_related("owner", "author", "programme")
        .order_by("review_on", "pk")
    )


def answered_for_by(rows: QuerySet[Announcement], people) -> QuerySet[Announcement]:
    return rows.filter(Q(owner__in=people) | Q(owner=None, author__in=people))


def successors_for(user) -> list[Announcement]:
    """What may be named as a successor, newest first."""
    return list(live_announcements(user).order_by("-frozen_at")[:OFFERED])


@dataclass(frozen=True)
class Over:
    """Something that a person once got. `successor` is what they can read instead, if that has reached them."""

    announcement: Announcement
    successor: Announcement | None


def over_for(contact: Contact, public_id) -> Over | None:
    """None where it has never reached them or is not over: that answers like what does not exist."""
    found = Announcement.objects.select_related("programme").filter(public_id=public_id, expires_at__lte=timezone.now()).first()
    if found is None or not Delivery.objects.filter(announcement_id=found.pk, contact_id=contact.pk, state="delivered").exists():
        return None
    return Over(found, _successor(found, contact))


def _successor(announcement: Announcement, contact: Contact) -> Announcement | None:
    """The last in the line that they have."""
    seen, found, now = {announcement.pk}, None, announcement
    while now.successor_id and now.successor_id not in seen:
        seen.add(now.successor_id)
        now = Announcement.objects.get(pk=now.successor_id)
        found = Announcement.objects.delivered_to(contact).filter(pk=now.pk).first() or found
    return found
