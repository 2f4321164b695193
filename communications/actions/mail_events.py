"""What becomes of a delivery when the mail provider tells of it: the same as if the mail had come back."""

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.utils import timezone

from communications.actions.bounces import Returned, delivery_by_message_id, delivery_by_token, note_return, settle_bounce
from communications.actions.notices import Notice, notice_named
from communications.actions.preferences import set_preference
from communications.bounces import Severity
from communications.bounces.mail_events import message_ids_in, read_event, tokens_in
from communications.models import Delivery, DeliveryState, ReturnedMail, Suppression


@transaction.atomic
def take_event(event: AnymailTrackingEvent) -> Returned | None:
    """The mail that was settled; None where it is about none of ours, or about another address than the one we wrote to.
    The same event again changes nothing, be it ever so late."""
    mail = _mail_of(event)
    if mail is None or (event.recipient or "").lower() != mail.address.lower():
        return None
    bounce = read_event(event)
    if bounce.severity != Severity.NONE:
        is_listed = event.event_type == EventType.REJECTED
        settle_bounce(mail, bounce, source=Suppression.Source.PROVIDER if is_listed else Suppression.Source.BOUNCE)
    elif event.event_type == EventType.UNSUBSCRIBED:
        if note_return(mail, ReturnedMail.Kind.UNSUBSCRIBED):
            _stop(mail)
    elif event.event_type == EventType.DELIVERED:
        _arrived(mail)
    return mail


def _stop(mail: Returned) -> None:
    """What they left is the topic of the announcement, or what stops the other mail."""
    if isinstance(mail, Delivery):
        set_preference(mail.address, mail.announcement.topic, is_wanted=False, how="provider")
    else:
        mail.stop(how="provider")


def _arrived(mail: Returned) -> None:
    """What we did not know for certain, the provider does."""
    if isinstance(mail, Notice):
        mail.arrived()
        return
    in_doubt = Delivery.objects.filter(pk=mail.pk, state=DeliveryState.IN_DOUBT)
    in_doubt.update(state=DeliveryState.DELIVERED, reason="", settled_at=timezone.now())


def _mail_of(event: AnymailTrackingEvent) -> Returned | None:
    names, ids = tokens_in(event), message_ids_in(event)
    found = [*map(delivery_by_token, names), *map(notice_named, names + ids), *map(delivery_by_message_id, ids)]
    return next(filter(None, found), None)
