"""The channel to partners' chat rooms and servers: one message for each endpoint, in the ledger of webhooks.

An endpoint is no person, so it has no row in the ledger of deliveries: there each row counts somebody. Its messages follow their
announcement: held while it is paused, ended when it is cancelled or expires."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.models import WebhookEndpoint, WebhookMessage
from activity.models.webhooks import WAITING
from communications.models import Announcement, AnnouncementVersion, Channel, State
from communications.queries.audience import audience_of_version
from communications.queries.merge_values import merge_values_of_partners
from communications.queries.webhook_deliveries import messages_of
from communications.rendering.chat import ChatMessage, body_for, chat_message

EVENT = "announcement.published"


def freeze_webhooks(announcement: Announcement, version: AnnouncementVersion) -> None:
    """One message to each endpoint of the partners that it is for; again, it adds only what is missing."""
    partners = audience_of_version(version).order_by().values("partner_id")
    endpoints = list(WebhookEndpoint.objects.of_partners().filter(partner_id__in=partners))
    values = merge_values_of_partners({endpoint.partner_id for endpoint in endpoints}, announcement.programme)
    rows = [_row(announcement, endpoint, version, values[endpoint.partner_id]) for endpoint in endpoints]
    WebhookMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def follow_announcement(announcement: Announcement, to: State) -> None:
    """What is under way at this moment settles itself, and is not tried again where it must not be."""
    if Channel.WEBHOOK not in announcement.channels:
        return
    messages, now = messages_of(announcement), timezone.now()
    pending = messages.filter(state__in=(*WAITING, WebhookMessage.State.SENDING))
    if to in (State.PAUSED, State.SENDING):
        pending.update(is_held=to == State.PAUSED)
    elif to == State.CANCELLED:
        pending.update(not_after=now)
        messages.filter(state__in=WAITING).update(state=WebhookMessage.State.CANCELLED, settled_at=now)


def end_webhooks(announcement: Announcement) -> None:
    """What is not posted by now is not posted any more."""
    pending = messages_of(announcement).filter(state__in=(*WAITING, WebhookMessage.State.SENDING))
    pending.update(not_after=timezone.now())


def has_untried(announcement: Announcement) -> bool:
    """Once each was tried an announcement counts as sent; what failed is tried again for three days beside that."""
    if Channel.WEBHOOK not in announcement.channels:
        return False
    states = (*WAITING, WebhookMessage.State.SENDING)
    return messages_of(announcement).filter(state__in=states, tries=None).exists()


def test_body(endpoint: WebhookEndpoint) -> str:
    sample = ChatMessage(
        _("This is a test"), "", _("Announcements for %(partner)s will arrive here.") % {"partner": endpoint.name},
        f"{settings.SITE_URL}/announcements/",
    )  # fmt: skip
    return body_for(endpoint.form, sample, {"type": "test", "timestamp": timezone.now().isoformat(), "data": {}})


def _row(announcement: Announcement, endpoint: WebhookEndpoint, version: AnnouncementVersion, partner) -> WebhookMessage:
    now = timezone.now()
    message = chat_message(
        version.in_language(partner.language), partner.values, f"{settings.SITE_URL}/announcements/{announcement.public_id}/"
    )
    data = {"id": str(announcement.public_id), "partner": partner.public_id, "kind": version.kind,
            "requires_acknowledgement": version.requires_acknowledgement,
            "acknowledge_by": version.acknowledge_by.isoformat() if version.acknowledge_by else None}  # fmt: skip
    told = {"type": EVENT, "timestamp": now.isoformat(), "data": data}
    is_on = endpoint.is_active
    return WebhookMessage(
        endpoint=endpoint, event=EVENT, source_type=Announcement._meta.label_lower, source_id=announcement.pk,
        body=body_for(endpoint.form, message, told), due_at=now, not_after=announcement.expires_at,
        state=WebhookMessage.State.QUEUED if is_on else WebhookMessage.State.SUPPRESSED,
        reason="" if is_on else str(endpoint.get_state_display()), settled_at=None if is_on else now,
    )  # fmt: skip
