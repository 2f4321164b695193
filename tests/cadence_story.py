"""A promise to everybody, and newsletters that keep it."""

from datetime import timedelta

from django.utils import timezone

from communications.actions.cadences import create_cadence
from communications.actions.newsletters import draft_next
from communications.models import Announcement, AttentionPreference, Cadence, Delivery, Newsletter
from context.models import Segment
from tests import announcement_story, factories


def promise(cast, name: str = "Partner news", *, days_ago: int = 0, **fields) -> Cadence:
    """Every four weeks, counted from so many days ago."""
    if "segment" not in fields:
        fields["segment"] = Segment.objects.filter(name="Everyone").first() or factories.make_segment()
    defaults = {"kind": "newsletter", "weeks": 4, "starts_on": timezone.localdate() - timedelta(days=days_ago)}
    cadence = create_cadence(by=cast.maria, name=name, programme=cast.programme, **{**defaults, **fields})
    Cadence.objects.filter(pk=cadence.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    cadence.refresh_from_db()
    return cadence


def publish(cast, title: str, *, days_ago: float = 1, **fields) -> Announcement:
    """Into the portal only, so many days ago."""
    announcement = announcement_story.send(announcement_story.draft(cast, title, channels=["portal"], **fields), cast)
    at = timezone.now() - timedelta(days=days_ago)
    Announcement.objects.filter(pk=announcement.pk).update(send_at=at, frozen_at=at)
    Delivery.objects.filter(announcement=announcement).update(settled_at=at)
    announcement.refresh_from_db()
    return announcement


def no_quiet_hours(*contacts) -> None:
    for contact in contacts:
        AttentionPreference.objects.create(person=contact.email, quiet=AttentionPreference.Quiet.NONE)


def drafted(cast, **fields) -> Newsletter:
    """With two items: one for everybody, one for who is technical."""
    engineers = factories.make_segment(
        "Engineers", contact_rule={"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    )
    publish(cast, "New margins", days_ago=3, kind="price_list")
    publish(cast, "Exam dates", days_ago=20, segment=engineers)
    return draft_next(promise(cast, **fields), by=cast.maria)
