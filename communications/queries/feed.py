"""What has reached a contact in the portal, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from communications.models import Announcement, AnnouncementVersion, Channel, Delivery, Variant
from communications.queries.acted import acknowledged_by, followed_by
from communications.queries.merge_values import language_of, merge_values_at
from communications.rendering import MergeValues
from communications.rendering.frame_words import only_in
from communications.rendering.merge_fields import fill
from partners.models import Contact, Enrolment

# Of the version that was approved, all together: each by itself would be looked up anew.
_APPROVED = ("title", "variant_title", "call_to_action", "language", "translations", "stated")


@dataclass(frozen=True)
class FeedItem:
    announcement: Announcement
    title: str
    call_to_action: str
    arrived_at: datetime
    is_read: bool
    needs_acknowledgement: bool
    is_acknowledged: bool
    language: str = "en"
    only_in: str = ""


def feed_rows(contact: Contact) -> QuerySet[Announcement]:
    """The announcements delivered to a contact with what the feed shows of each; filter and slice it, then `feed_items`.
    `approved` has the words of its version by their names. `seen_at` is when it was on the screen here, `read_at` also when a link
    of its mail was followed, or it was acknowledged."""
    deliveries = Delivery.objects.filter(announcement_id=OuterRef("pk"), contact_id=contact.pk)
    delivery = deliveries.filter(channel=Channel.PORTAL)
    version = AnnouncementVersion.objects.filter(announcement=OuterRef("pk"), number=OuterRef("approved_version"))
    return (
        Announcement.objects.delivered_to(contact)
        .select_related("programme", "topic")
        .annotate(
            arrived_at=Subquery(delivery.values("settled_at")[:1]),
            seen_at=Subquery(delivery.values("read_at")[:1]),
            read_at=Coalesce(
                "seen_at",
                Subquery(followed_by(contact, OuterRef("pk")).values("first_at")[:1]),
                Subquery(acknowledged_by(contact, OuterRef("pk")).values("at")[:1]),
            ),
            approved=Subquery(version.values(of=JSONObject(**{name: name for name in _APPROVED}))[:1]),
            drawn=Subquery(deliveries.order_by("-variant").values("variant")[:1]),
            acknowledged=Exists(acknowledged_by(contact, OuterRef("pk"))),
        )
        .order_by("-arrived_at", "-pk")
    )


def in_short(rows: QuerySet[Announcement]) -> QuerySet[Announcement]:
    """Rows of `feed_rows` for a list, without the texts and whatever else only the page of one of them shows."""
    return rows.only("public_id", "kind", "requires_acknowledgement", "acknowledge_by", "winner", "programme__name", "topic__name")


def feed_items(rows, contact: Contact, places: Iterable[Enrolment] | None = None) -> list[FeedItem]:
    """Rows of `feed_rows` with titles filled in; one more query where `places`, the partner's current enrolments, are
    not at hand."""
    rows = list(rows)
    if places is None:
        places = list(contact.partner.enrolments.current().select_related("tier", "manager"))
    programmes = {row.programme_id: row.programme for row in rows}
    values = {key: merge_values_at(places, contact, programme) for key, programme in programmes.items()}
    language = language_of(contact)
    return [_item(row, words_in(row, language), values[row.programme_id]) for row in rows]


def words_in(row, language: str) -> AnnouncementVersion:
    """The title and the call to action that this row's reader gets."""
    approved = dict(row.approved)
    variant_title = approved.pop("variant_title")
    if variant_title and (row.drawn or row.winner) == Variant.B:
        approved["title"] = variant_title
    return AnnouncementVersion(**approved).in_language(language)


def _item(row, words: AnnouncementVersion, values: MergeValues) -> FeedItem:
    return FeedItem(
        announcement=row,
        title=fill(words.title, values),
        call_to_action=words.call_to_action,
        arrived_at=row.arrived_at,
        is_read=row.read_at is not None,
        needs_acknowledgement=row.requires_acknowledgement and not row.acknowledged,
        is_acknowledged=row.acknowledged,
        language=words.language,
        only_in=only_in(words),
    )


def feed_of(contact: Contact, *, limit: int = 50) -> list[FeedItem]:
    return feed_items(feed_rows(contact)[:limit], contact)
