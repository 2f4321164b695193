"""Who is mailed no more, and the way back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from communications.models import ReturnedMail, Suppression


def suppress_address(address: str, *, source: Suppression.Source, reason: str, by: User | None = None) -> bool:
    """Mail this address no more, from the next window of messages on. False where it was so already; the first reason stays."""
    values = {"source": source, "reason": reason[:300]}
    with transaction.atomic():
        row, is_new = Suppression.objects.get_or_create(address=address.strip().lower(), defaults=values)
        if is_new:
            sentence = f"{row.address} is mailed no more: {row.reason}"
            record_activity("address.suppressed", sentence, by=by, subject=row, data={"source": row.source})
    return is_new


def suppress_by_hand(address: str, *, by: User, reason: str) -> Suppression:
    """Somebody asked for it, or knows better than the servers."""
    if not reason.strip():
        raise Invalid(_("Say why, for whoever wonders later."), field="reason")
    is_new = suppress_address(address, source=Suppression.Source.BY_HAND, reason=reason.strip(), by=by)
    row = Suppression.objects.get(address=address.strip().lower())
    if not is_new:
        sentence = _("%(address)s is mailed no more already: %(reason)s")
        raise Invalid(sentence % {"address": row.address, "reason": row.reason}, field="address")
    return row


@transaction.atomic
def mail_again(rows: Iterable[Suppression], *, by: User, reason: str) -> list[str]:
    """Try the addresses again with the next announcement; those that come back are suppressed again. Returns the addresses;
    one that somebody else was quicker with is left out."""
    if not reason.strip():
        raise Invalid(_("Say why mail can go there again, for whoever wonders later."), field="reason")
    found = list(Suppression.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))
    for row in found:
        sentence = f"{row.address} is mailed again: {reason.strip()}"
        record_activity("address.released", sentence, by=by, subject=row, data={"source": row.source, "was": row.reason})
        row.delete()
    addresses = [row.address for row in found]
    ReturnedMail.objects.filter(address__in=addresses, kind=ReturnedMail.Kind.SOFT).delete()  # what comes back counts anew
    return addresses
