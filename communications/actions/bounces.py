"""What becomes of a delivery, or of any other mail of ours, that came back after a server had taken it."""

import re
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.actions.notices import Notice, notice_named
from communications.actions.suppressions import suppress_address
from communications.bounce_address import read_bounce_token, token_of
from communications.bounces import Bounce, Severity, addressed_to, read_bounce
from communications.models import Channel, Delivery, DeliveryState, ReturnedMail, Suppression
from communications.queries.returned_mails import row_around
from partners.models import Contact

ROW_LASTS_AT_LEAST = timedelta(days=3)  # what comes back within a day is one bad day, be it ever so often
_OURS = re.compile(r"^<([0-9a-f-]{36})\.([0-9a-f-]{36})@", re.IGNORECASE)


class StillBeingSentError(Exception):
    """The report was quicker than the worker that writes down that the mail went out. Whoever brought it comes again."""


Returned = Delivery | Notice


@transaction.atomic
def take_bounce(content: bytes, recipients: list[str] = ()) -> tuple[Bounce, Returned | None]:
    """Read a mail that came in where mails come back, and settle what it is about. `recipients`
    are those of the envelope, where it is known. Only the address that we wrote to is ever suppressed, whatever the mail claims;
    the same again changes nothing."""
    bounce = read_bounce(content)
    if bounce.severity == Severity.NONE:
        return bounce, None
    mail = _mail_of(bounce, list(recipients) or addressed_to(content))
    if mail is not None and _is_about(bounce, mail):
        settle_bounce(mail, bounce)
        return bounce, mail
    return bounce, None


def settle_bounce(mail: Returned, bounce: Bounce, *, source: Suppression.Source = Suppression.Source.BOUNCE) -> None:
    """The mail is locked, and the bounce is about the address that we wrote to. `source` is who says that it is hard."""
    if bounce.severity == Severity.COMPLAINT:
        if note_return(mail, ReturnedMail.Kind.COMPLAINT) and _is_to_partners(mail):
            suppress_address(mail.address, source=Suppression.Source.COMPLAINT, reason=_("called our mail unwanted"))
    elif bounce.is_final:
        _settle_failure(mail, bounce, source)


def _settle_failure(mail: Returned, bounce: Bounce, source: Suppression.Source) -> None:
    if mail.is_sending:
        raise StillBeingSentError
    said = bounce.reason or bounce.status or bounce.severity
    reason = _("came back: %(said)s") % {"said": said}
    came_back = mail.came_back if isinstance(mail, Notice) else partial(_came_back, mail)
    if not came_back(reason[:300]):
        return
    is_hard = bounce.severity == Severity.HARD
    returned = note_return(mail, ReturnedMail.Kind.HARD if is_hard else ReturnedMail.Kind.SOFT)
    if not _is_to_partners(mail):
        return
    if is_hard:
        suppress_address(mail.address, source=source, reason=reason)
    elif returned:
        _give_up_after_many(returned, said)


def _is_to_partners(mail: Returned) -> bool:
    """Nobody on our own side is given up."""
    return isinstance(mail, Delivery) or mail.kind.is_to_partners


def _came_back(delivery: Delivery, reason: str) -> bool:
    """False where it was known."""
    row = Delivery.objects.filter(pk=delivery.pk, state__in=(DeliveryState.DELIVERED, DeliveryState.IN_DOUBT))
    return bool(row.update(state=DeliveryState.FAILED, reason=reason, settled_at=timezone.now()))


def note_return(mail: Returned, kind: ReturnedMail.Kind) -> ReturnedMail | None:
    """None where it was known."""
    of_notice, of_delivery = {"notice": str(mail)}, {}
    if isinstance(mail, Delivery):
        of_notice, of_delivery = {}, {"announcement_id": mail.announcement_id, "contact_id": mail.contact_id}
    row, is_new = ReturnedMail.objects.get_or_create(
        **of_notice, **of_delivery, kind=kind, defaults={"address": mail.address, "sent_at": _sent_at(mail)}
    )
    return row if is_new else None


def _sent_at(mail: Returned) -> datetime:
    """As it stood before it was known to have failed."""
    return mail.sent_at if isinstance(mail, Notice) else mail.settled_at or timezone.now()


def _give_up_after_many(returned: ReturnedMail, said: str) -> None:
    """One report after the other for each address: of two at once, the second one counts the first."""
    if not settings.MAIL_SOFT_BOUNCES:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"soft bounces of {returned.address}"])
    row = row_around(returned)
    if row.mails < settings.MAIL_SOFT_BOUNCES or row.last - row.first < ROW_LASTS_AT_LEAST or row.is_over:
        return
    told = _("%(n)d mails in a row came back within %(days)d days, the last one: %(said)s")
    reason = told % {"n": row.mails, "days": row.days, "said": said}
    suppress_address(returned.address, source=Suppression.Source.SOFT, reason=reason)


def _mail_of(bounce: Bounce, recipients: list[str]) -> Returned | None:
    for token in filter(None, map(token_of, recipients)):
        return _mails().filter(announcement_id=token.announcement_id, contact_id=token.contact_id).first()
    for notice in filter(None, map(notice_named, [*recipients, bounce.message_id])):
        return notice
    return delivery_by_message_id(bounce.message_id)


def delivery_by_token(text: str) -> Delivery | None:
    token = read_bounce_token(text)
    return _mails().filter(announcement_id=token.announcement_id, contact_id=token.contact_id).first() if token else None


def delivery_by_message_id(message_id: str) -> Delivery | None:
    found = _OURS.match(message_id)
    if not found:
        return None
    try:
        announcement, contact = UUID(found[1]), UUID(found[2])
    except ValueError:
        return None
    contacts = Contact.objects.filter(public_id=contact).values("pk")
    return _mails().filter(announcement__public_id=announcement, contact_id__in=contacts).first()


def _mails() -> QuerySet[Delivery]:
    """Locked, so that of two reports at once one comes after the other."""
    return Delivery.objects.filter(channel=Channel.EMAIL).select_for_update(of=("self",))


def _is_about(bounce: Bounce, mail: Returned) -> bool:
    """A mail that was taken and then forwarded elsewhere in vain did arrive where we sent it. A guess says nothing."""
    return not bounce.recipients or bounce.is_guess or mail.address.lower() in bounce.recipients
