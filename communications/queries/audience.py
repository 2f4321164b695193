"""Whom an announcement is for. Asked anew each time until it is frozen into deliveries."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from communications.models import Announcement, AnnouncementVersion, Delivery
from context.rules import compile_rules
from partners.models import Contact


def audience_of(announcement: Announcement) -> QuerySet[Contact]:
    """The people its segment reaches now; nobody while none is chosen."""
    if announcement.segment.pk is None:
        return Contact.objects.none()
    return compile_rules(announcement.segment.rule, announcement.segment.contact_rule).contacts()


def audience_of_version(version: AnnouncementVersion) -> QuerySet[Contact]:
    """The people that the rules, as they were approved, reach now."""
    return compile_rules(version.rule, version.contact_rule).contacts()


def newcomers_of(version: AnnouncementVersion, channel: str = "", *, among: Collection[int] | None = None) -> QuerySet[Contact]:
    """Those of them who are not in its ledger yet, by one channel or by any; of these partners alone where some are named."""
    known = Delivery.objects.filter(announcement_id=version.announcement_id, contact_id=OuterRef("pk"))
    if channel:
        known = known.filter(channel=channel)
    people = audience_of_version(version)
    if among is not None:
        people = people.filter(partner_id__in=list(among))
    return people.exclude(Exists(known))
