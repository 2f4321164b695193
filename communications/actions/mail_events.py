"""What becomes of a delivery when the mail provider tells of it: the same as if the mail had come back."""

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.utils import timezone

from communications.actions.bounces import delivery_by_message_id, delivery_by_token, note_return, settle_bounce
from communications.actions.preferences import set_preference
from communications.bounces import Severity
from communications.bounces.mail_events import message_ids_in, read_event, tokens_in
from communications.models import Delivery, DeliveryState, ReturnedMail, Suppression


@transaction.atomic
def take_event(event: AnymailTrackingEvent) -> Delivery | None:
    """The delivery that was settled; None where it is about none of ours, or about another address than the one we wrote to.
    The same event again changes nothing, be it ever so late."""
    delivery = _delivery_of(event)
    if delivery is None or (event.recipient or "").lower() != delivery.address.lower():
        return None
    bounce = read_event(event)
    if bounce.severity != Severity.NONE:
        is_listed = event.event_type == EventType.REJECTED
        settle_bounce(delivery, bounce, source=Suppression.Source.PROVIDER if is_listed else Suppression.Source.BOUNCE)
    elif event.event_type == EventType.UNSUBSCRIBED:
        if note_return(delivery, ReturnedMail.Kind.UNSUBSCRIBED):
            set_preference(delivery.address, delivery.announcement.topic, is_wanted=False, how="provider")
    elif event.event_type == EventType.DELIVERED:
        # What we did not know for certain, the provider does.
        in_doubt = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.IN_DOUBT)
        in_doubt.update(state=DeliveryState.DELIVERED, reason="", settled_at=timezone.now())
    return delivery


def _delivery_of(event: AnymailTrackingEvent) -> Delivery | None:
    found = [*map(delivery_by_token, tokens_in(event)), *map(delivery_by_message_id, message_ids_in(event))]
    return next(filter(None, found), None)
