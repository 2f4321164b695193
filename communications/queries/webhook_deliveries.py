"""What partners' chat rooms and servers were told of an announcement."""

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from activity.models import WebhookEndpoint, WebhookMessage
from communications.models import PENDING, Announcement, Channel
from communications.queries.audience import audience_of
from communications.queries.portfolio import EVERYONE, Portfolio
from partners.models import Partner

SHOWN = 500
LATEST = 3


def messages_of(announcement: Announcement) -> QuerySet[WebhookMessage]:
    return WebhookMessage.objects.filter(source_type=Announcement._meta.label_lower, source_id=announcement.pk)


def counted_messages(announcement: Announcement, portfolio: Portfolio = EVERYONE) -> dict[str, int]:
    """By state, those to endpoints of the partners counted. Endpoints are counted, not people."""
    rows = messages_of(announcement)
    rows = rows if portfolio.is_whole else rows.filter(endpoint__partner_id__in=portfolio.partner_ids)
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def message_rows(
    announcement: Announcement, portfolio: Portfolio = EVERYONE, *, state: str = ""
) -> list[tuple[WebhookMessage, Partner | None]]:
    """The rows behind the sums, the first of them; `state` as in the report."""
    rows = messages_of(announcement).select_related("endpoint").defer("body").order_by("endpoint__name", "pk")
    rows = rows if portfolio.is_whole else rows.filter(endpoint__partner_id__in=portfolio.partner_ids)
    if state:
        rows = rows.filter(state__in=PENDING if state == "pending" else [state])
    found = list(rows[:SHOWN])
    partners = Partner.objects.in_bulk({row.endpoint.partner_id for row in found})
    return [(row, partners.get(row.endpoint.partner_id)) for row in found]


def is_offered(announcement: Announcement | None = None) -> bool:
    """Where any partner has an endpoint, or the draft names the channel already."""
    chosen = announcement is not None and Channel.WEBHOOK in announcement.channels
    return chosen or WebhookEndpoint.objects.of_partners().exists()


def endpoints_reached(draft: Announcement) -> QuerySet[WebhookEndpoint]:
    partners = audience_of(draft).order_by().values("partner_id")
    return WebhookEndpoint.objects.of_partners().filter(partner_id__in=partners, state=WebhookEndpoint.State.ACTIVE)


def endpoints_of_partner(partner_id: int) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.of_partners().filter(partner_id=partner_id)


@dataclass(frozen=True)
class EndpointLine:
    """An endpoint with what it was told lately, the newest first."""

    endpoint: WebhookEndpoint
    messages: tuple[WebhookMessage, ...]

    @property
    def last(self) -> WebhookMessage | None:
        return self.messages[0] if self.messages else None


def endpoint_lines(endpoints: QuerySet[WebhookEndpoint]) -> list[EndpointLine]:
    """Two queries."""
    rows = list(endpoints)
    number = Window(RowNumber(), partition_by="endpoint_id", order_by=[F("created_at").desc(), F("pk").desc()])
    latest = WebhookMessage.objects.filter(endpoint__in=rows).defer("body").annotate(number=number).filter(number__lte=LATEST)
    told: dict[int, list[WebhookMessage]] = {}
    for message in latest.order_by("endpoint_id", "number"):
        told.setdefault(message.endpoint_id, []).append(message)
    return [EndpointLine(row, tuple(told.get(row.pk, ()))) for row in rows]
