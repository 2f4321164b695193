"""What people did in the portal: read, acknowledged."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.acted import settle_acted
from communications.actions.crisis_acknowledgements import acknowledge_by_announcement
from communications.models import Acknowledgement, Announcement, Channel, Delivery
from partners.models import Contact


def mark_read(announcement: Announcement, *, contact: Contact) -> bool:
    """The contact has it on the screen. True the first time. Where nothing more is asked for, no mail is waited for any more."""
    row = Delivery.objects.filter(announcement_id=announcement.pk, contact_id=contact.pk, channel=Channel.PORTAL, read_at=None)
    if not row.update(read_at=timezone.now()):
        return False
    if not announcement.requires_acknowledgement:
        settle_acted(announcement, [contact.pk])
    return True


@transaction.atomic
def acknowledge_announcement(announcement: Announcement, *, contact: Contact) -> Acknowledgement:
    """Confirm for one's organisation, in the portal: what is confirmed there has been read there. Doing it twice is the same as
    once."""
    if not announcement.requires_acknowledgement:
        raise Refused(_("“%(title)s” does not ask for an acknowledgement.") % {"title": announcement})
    row, created = Acknowledgement.objects.get_or_create(
        announcement=announcement,
        contact=contact,
        defaults={"partner_id": contact.partner_id, "version": announcement.approved_version or announcement.version},
    )
    if created:
        record_activity(
            "announcement.acknowledged", f"{contact} acknowledged “{announcement}”", by=contact.user, partner_id=contact.partner_id,
            subject=announcement, data={"contact": contact.pk},
        )  # fmt: skip
    mark_read(announcement, contact=contact)
    settle_acted(announcement, [contact.pk])
    acknowledge_by_announcement(announcement, contact=contact)
    return row
