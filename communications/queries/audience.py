"""Whom an announcement is for. Asked anew each time until it is frozen into deliveries."""

from django.db.models import QuerySet

from communications.models import Announcement, AnnouncementVersion
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
