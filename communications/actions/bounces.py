"""What becomes of a delivery whose mail came back after a server had taken it."""

import re
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from communications.bounce_address import token_of
from communications.bounces import Bounce, Severity, read_bounce
from communications.models import Channel, Delivery, DeliveryState, Suppression
from partners.models import Contact

_OURS = re.compile(r"^<([0-9a-f-]{36})\.([0-9a-f-]{36})@", re.IGNORECASE)


@transaction.atomic
def take_bounce(content: bytes, recipients: list[str] = ()) -> tuple[Bounce, Delivery | None]:
    """Read a mail that came in where mails come back, and settle the delivery that it is about. `recipients` are those of the
    envelope. Only the address that we wrote to is ever suppressed, whatever the mail claims; the same again changes nothing."""
    bounce = read_bounce(content)
    if bounce.severity == Severity.NONE:
        return bounce, None
    delivery = _delivery_of(bounce, list(recipients))
    if delivery is not None and _is_about(bounce, delivery):
        _settle(delivery, bounce)
        return bounce, delivery
    return bounce, None


def _delivery_of(bounce: Bounce, recipients: list[str]) -> Delivery | None:
    mails = Delivery.objects.filter(channel=Channel.EMAIL).select_for_update()
    for token in filter(None, map(token_of, recipients)):
        return mails.filter(announcement_id=token.announcement_id, contact_id=token.contact_id).first()
    found = _OURS.match(bounce.message_id)
    if not found:
        return None
    try:
        announcement, contact = UUID(found[1]), UUID(found[2])
    except ValueError:
        return None
    contacts = Contact.objects.filter(public_id=contact).values("pk")
    return mails.filter(announcement__public_id=announcement, contact_id__in=contacts).first()


def _is_about(bounce: Bounce, delivery: Delivery) -> bool:
    """A mail that was taken and then forwarded elsewhere in vain did arrive where we sent it."""
    return not bounce.recipients or delivery.address.lower() in bounce.recipients


def _settle(delivery: Delivery, bounce: Bounce) -> None:
    reason = _("came back: %(said)s") % {"said": bounce.reason or bounce.status or bounce.severity}
    if bounce.severity == Severity.COMPLAINT:
        _suppress(delivery.address, _("called our mail unwanted"))
    elif bounce.is_final:
        row = Delivery.objects.filter(pk=delivery.pk, state__in=(DeliveryState.DELIVERED, DeliveryState.IN_DOUBT))
        is_news = row.update(state=DeliveryState.FAILED, reason=reason[:300], settled_at=timezone.now())
        if is_news and bounce.severity == Severity.HARD:
            _suppress(delivery.address, reason)


def _suppress(address: str, reason: str) -> None:
    row, is_new = Suppression.objects.get_or_create(address=address.lower(), defaults={"reason": reason[:300]})
    if is_new:
        record_activity("address.suppressed", f"{row.address} is mailed no more: {row.reason}", subject=row)
