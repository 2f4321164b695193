"""Mails that servers took, made as rows, and the reports that come back about them."""

from datetime import timedelta

from django.utils import timezone

from communications.models import Announcement, Delivery
from tests import factories
from tests.test_bounces import standard


def mailed(cast, *contacts, title: str = "Aurora 3 is here", days_ago: float = 0) -> Announcement:
    """To Nora, Ben and Sven, unless others are named."""
    segment = factories.make_segment(f"Everyone for {title}")
    announcement = factories.make_announcement(title, programme=cast.programme, segment=segment, author=cast.maria)
    Delivery.objects.bulk_create(
        Delivery(
            announcement=announcement, contact=contact, partner=contact.partner, channel="email", address=contact.email,
            state="delivered", settled_at=timezone.now() - timedelta(days=days_ago),
        )
        for contact in contacts or (cast.nora, cast.ben, cast.sven)
    )  # fmt: skip
    return announcement


def returned_from(contact, announcement: Announcement, **report) -> bytes:
    message_id = f"<{announcement.public_id}.{contact.public_id}@vendor.example>"
    return standard(recipient=contact.email, **report).replace(b"<0199.nora@vendor.example>", message_id.encode())
