"""“I have read it”: once, by whichever channel, and every other channel is closed for this person.

A person is an address: who is a contact of two partners, and acknowledges as one of them, has acknowledged."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.acted import settle_acted
from communications.models import (
    AcknowledgedHow,
    Acknowledgement,
    Announcement,
    Channel,
    Crisis,
    CrisisMessage,
    CrisisPerson,
    Delivery,
    Kind,
)
from partners.models import Contact


@transaction.atomic
def acknowledge_crisis(crisis: Crisis, *, contact: Contact, how: AcknowledgedHow, by: User | None = None) -> bool:
    """True the first time; doing it again is the same as once. `by` is a manager who was told by phone."""
    concerned = CrisisPerson.objects.filter(crisis=crisis)
    if not concerned.filter(contact=contact).exists():
        raise Refused(_("%(name)s is not concerned by this crisis.") % {"name": contact}, code="not_concerned")
    is_them = Q(contact=contact) | (Q(contact__email__iexact=contact.email) if contact.email else Q(pk=None))
    silent = concerned.filter(is_them, acknowledged_at=None).select_for_update(of=("self",))
    people = list(silent.select_related("contact__user", "called_by").order_by("pk"))
    now = timezone.now()
    CrisisPerson.objects.filter(pk__in=[person.pk for person in people]).update(acknowledged_at=now, acknowledged_how=how)
    _close_channels(crisis, people, has_read=how == AcknowledgedHow.PORTAL)
    for person in people:
        sentence = f"{person.contact} acknowledged “{crisis}”" + (f" (noted by {by})" if by else "")
        record_activity(
            "crisis.acknowledged", sentence, by=by or person.contact.user, partner_id=person.contact.partner_id, subject=crisis,
            data={"contact": person.contact_id, "how": str(how), "drill": crisis.is_drill},
        )  # fmt: skip
    return bool(people)


def acknowledge_by_announcement(announcement: Announcement, *, contact: Contact) -> None:
    """Whoever acknowledged a message of a crisis has acknowledged the crisis."""
    if announcement.kind != Kind.CRISIS:
        return
    message = CrisisMessage.objects.select_related("crisis").filter(announcement=announcement).first()
    if message and CrisisPerson.objects.filter(crisis=message.crisis_id, contact=contact).exists():
        acknowledge_crisis(message.crisis, contact=contact, how=AcknowledgedHow.PORTAL)


def _close_channels(crisis: Crisis, people: list[CrisisPerson], *, has_read: bool) -> None:
    """Each message that asks them is acknowledged, also one that is only about to be sent: what is still on its way by another
    channel is not sent any more. Whoever did so in the portal has read there what they acknowledged."""
    asked = Announcement.objects.filter(crisis_message__crisis=crisis, requires_acknowledgement=True)
    for person in people:
        theirs = Exists(Delivery.objects.filter(announcement_id=OuterRef("pk"), contact_id=person.contact_id))
        rows = asked.filter(Q(theirs) | Q(pk=person.called_by.announcement_id))
        Acknowledgement.objects.bulk_create(
            [
                Acknowledgement(announcement=row, contact=person.contact, partner_id=person.contact.partner_id, version=row.version)
                for row in rows
            ],
            ignore_conflicts=True,
        )
        if has_read:
            in_portal = Delivery.objects.filter(announcement__in=rows, contact=person.contact, channel=Channel.PORTAL, read_at=None)
            in_portal.update(read_at=timezone.now())
    for announcement in asked if people else ():
        settle_acted(announcement, [person.contact_id for person in people])
