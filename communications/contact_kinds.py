"""In which ways a partner hears from us, for a promise of cadence to be kept by: each counted from rows that are there already.

The apps above add theirs (meetings) in `AppConfig.ready`; this one only asks what is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, DateTimeField, ExpressionWrapper, F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.models import Announcement, ConversationMessage, Delivery, DeliveryState, Digest, Kind
from partners.models import Programme

NEWSLETTER = "newsletter"


@dataclass(frozen=True)
class ContactKind:
    """`rows(programme, since)` gives a row for each time that somebody of a partner heard from us so, made by `heard`.
    `is_personal` where it is the partner's own manager who does it, one partner at a time; else the promise's owner does."""

    key: str
    label: str | Promise
    rows: Callable[[Programme, datetime], QuerySet]
    is_personal: bool = False


_kinds: dict[str, ContactKind] = {}


def register_contact_kind(kind: ContactKind) -> None:
    _kinds[kind.key] = kind


def contact_kinds() -> list[ContactKind]:
    return list(_kinds.values())


def contact_kind_named(key: str) -> ContactKind | None:
    """None where the app that counted it is no longer installed."""
    return _kinds.get(key)


def heard(rows: QuerySet, *, partner: str, at: str) -> QuerySet:
    """The two things that are asked of each row: which partner, and when."""
    return (
        rows.order_by()
        .annotate(
            by_partner=ExpressionWrapper(F(partner), output_field=BigIntegerField()),
            heard_at=ExpressionWrapper(F(at), output_field=DateTimeField()),
        )
        .values("by_partner", "heard_at")
    )


def _delivered(programme: Programme, since: datetime, **which) -> QuerySet:
    """By the announcements' numbers, which say in which partitions to look."""
    items = Announcement.objects.filter(programme=programme, frozen_at__isnull=False, send_at__gte=since, **which)
    numbers = list(items.values_list("pk", flat=True)) or [0]  # without any it would be no statement at all
    rows = Delivery.objects.filter(announcement_id__in=numbers, state=DeliveryState.DELIVERED)
    return heard(rows.exclude(settled_at=None), partner="partner_id", at="settled_at")


def _announcements(programme: Programme, since: datetime) -> QuerySet:
    return _delivered(programme, since)


def _newsletters(programme: Programme, since: datetime) -> QuerySet:
    return _delivered(programme, since, kind=Kind.NEWSLETTER)


def _digests(programme: Programme, since: datetime) -> QuerySet:
    rows = Digest.objects.filter(state=Digest.State.DELIVERED, sent_at__gte=since, items__announcement__programme=programme)
    return heard(rows, partner="contact__partner_id", at="sent_at")


def _messages(programme: Programme, since: datetime) -> QuerySet:
    """What a manager wrote to somebody there; of partners in several programmes it counts for each."""
    rows = ConversationMessage.objects.filter(is_managers=True, at__gte=since)
    return heard(rows, partner="conversation__partner_id", at="at")


for _kind in (
    ContactKind(NEWSLETTER, _("a newsletter"), _newsletters),
    ContactKind("announcement", _("an announcement of any kind"), _announcements),
    ContactKind("digest", _("a digest"), _digests),
    ContactKind("message", _("a personal message"), _messages, is_personal=True),
):
    register_contact_kind(_kind)
