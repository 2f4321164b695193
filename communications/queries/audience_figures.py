"""Whom a draft would reach by each channel, before anything is frozen: the figures of the composer's checks."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from communications.models import Announcement, Channel, Delivery, DeliveryState, Suppression, TopicPreference
from communications.queries.mail_window import BEYOND_THE_LIMIT, WEEK
from partners.models import Contact


@dataclass(frozen=True)
class AudienceFigures:
    """People and partners; of the mails, how many addresses are reached and why the others are not."""

    people: int
    partners: int
    mailed: int = 0
    without_address: int = 0
    same_address: int = 0
    bounced: int = 0
    unsubscribed: int = 0
    over_limit: int = 0


def audience_figures(audience: QuerySet[Contact], draft: Announcement) -> AudienceFigures:
    """Two queries. `over_limit` are addresses whose week is full now; they are not taken off `mailed`."""
    counted = audience.aggregate(people=Count("pk", distinct=True), partners=Count("partner_id", distinct=True))
    if Channel.EMAIL not in draft.channels:
        return AudienceFigures(**counted)
    mails = _judged(audience, draft).aggregate(
        with_address=Count("pk"),
        addresses=Count("address", distinct=True),
        bounced=Count("address", distinct=True, filter=Q(is_bounced=True)),
        unsubscribed=Count("address", distinct=True, filter=Q(is_bounced=False, is_unwanted=True)),
        over_limit=Count("address", distinct=True, filter=Q(is_bounced=False, is_unwanted=False, is_full=True)),
    )
    with_address, addresses = mails.pop("with_address"), mails.pop("addresses")
    return AudienceFigures(
        **counted,
        **mails,
        mailed=addresses - mails["bounced"] - mails["unsubscribed"],
        without_address=counted["people"] - with_address,
        same_address=with_address - addresses,
    )


def _judged(audience: QuerySet[Contact], draft: Announcement) -> QuerySet[Contact]:
    here = {"address": OuterRef("address")}
    recent = Delivery.objects.filter(
        **here, channel=Channel.EMAIL, state=DeliveryState.DELIVERED, settled_at__gt=timezone.now() - WEEK
    )
    full = recent.values("address").annotate(n=Count("contact_id")).filter(n__gte=draft.programme.weekly_mail_limit)
    if draft.kind in BEYOND_THE_LIMIT:
        full = full.none()
    unwanted = TopicPreference.objects.filter(**here, topic=draft.topic, channel=Channel.EMAIL, is_wanted=False)
    return (
        audience.exclude(email="")
        .annotate(address=Lower("email"))
        .annotate(is_bounced=Exists(Suppression.objects.filter(**here)), is_unwanted=Exists(unwanted), is_full=Exists(full))
    )
