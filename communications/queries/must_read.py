"""Who at a partner has not acknowledged what must be acknowledged, as the organisation's own admin sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from communications.models import (
    Acknowledgement,
    Announcement,
    AnnouncementVersion,
    Channel,
    Delivery,
    DeliveryState,
    ReadingReminder,
)
from communications.rendering.merge_fields import with_labels
from partners.models import Contact, Partner

ANNOUNCEMENTS_SHOWN = 20


@dataclass(frozen=True)
class Waits:
    """One person who has not acknowledged; `reminded_at` is when they were last reminded."""

    contact: Contact
    read_at: datetime | None
    reminded_at: datetime | None

    @property
    def may_be_reminded(self) -> bool:
        return self.reminded_at is None or self.reminded_at.date() < timezone.now().date()


@dataclass(frozen=True)
class MustRead:
    announcement: Announcement
    title: str
    waits: list[Waits]
    acknowledged: int

    @property
    def total(self) -> int:
        return self.acknowledged + len(self.waits)


def must_read_of(partner: Partner) -> list[MustRead]:
    """What has reached people of theirs, still holds and waits for at least one of them, the earliest deadline first."""
    rows = list(unacknowledged(partner).order_by("contact__name"))
    waiting: dict[int, list[Waits]] = {}
    announcements = _announcements(partner, {row.announcement_id for row in rows})
    for row in rows:
        waiting.setdefault(row.announcement_id, []).append(Waits(row.contact, row.read_at, row.reminded_at))
    return [
        MustRead(each, with_labels(each.sent_title or each.title), waiting[each.pk], each.acknowledged) for each in announcements
    ]


def unacknowledged(partner: Partner) -> QuerySet[Delivery]:
    """To people who work there and can sign in."""
    here = {"announcement": OuterRef("announcement_id"), "contact": OuterRef("contact_id")}
    reminded = ReadingReminder.objects.filter(**here).order_by("-asked_at").values("asked_at")[:1]
    required = Announcement.objects.filter(requires_acknowledgement=True).exclude(expires_at__lte=timezone.now())
    people = partner.contacts.current().filter(user__is_active=True)
    rows = Delivery.objects.filter(channel=Channel.PORTAL, state=DeliveryState.DELIVERED)
    rows = rows.filter(contact_id__in=people.values("pk"), announcement_id__in=required.values("pk"))
    rows = rows.exclude(Exists(Acknowledgement.objects.filter(**here))).annotate(reminded_at=Subquery(reminded))
    return rows.select_related("contact__user")


def _announcements(partner: Partner, keys: set[int]) -> QuerySet[Announcement]:
    version = AnnouncementVersion.objects.filter(announcement=OuterRef("pk"), number=OuterRef("approved_version"))
    done = Count("acknowledgements", filter=Q(acknowledgements__partner=partner))
    rows = Announcement.objects.filter(pk__in=keys).annotate(acknowledged=done, sent_title=Subquery(version.values("title")[:1]))
    return rows.order_by(F("acknowledge_by").asc(nulls_last=True), "-pk")[:ANNOUNCEMENTS_SHOWN]
