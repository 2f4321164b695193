"""What a digest says: each announcement that waits in it, as its reader would see it, and why another is left out."""

from dataclasses import dataclass

from django.utils import timezone

from communications.models import (
    Announcement,
    AnnouncementVersion,
    Channel,
    Delivery,
    Digest,
    DigestItem,
    Reason,
    State,
    Suppression,
    TopicPreference,
)
from communications.queries.merge_values import Person, merge_values_for
from communications.rendering.digests import Entry, entry_of, in_words
from partners.models import Contact
from partners.queries.consents import consenting_contacts


@dataclass(frozen=True)
class DigestContents:
    """`left_out` names the reason for each item that has no place in it any more. `address` is empty where none is left, or where
    it must not be mailed."""

    address: str
    entries: tuple[Entry, ...]
    items: tuple[DigestItem, ...]
    left_out: dict[int, Reason]
    is_refused: bool = False


def contents_of(digest: Digest) -> DigestContents:
    """Asked at the moment of sending: what is still live, still wanted and not yet read."""
    items = list(digest.items.select_related("announcement__programme", "announcement__topic__purpose", "contact__partner"))
    mails = _deliveries(items, Channel.EMAIL)
    addresses = {row.address for row in mails.values() if row.address}
    refused = set(Suppression.objects.filter(address__in=addresses).values_list("address", flat=True))
    left_out = _left_out(items, mails)
    kept = [item for item in items if item.pk not in left_out and _key(item) in mails]
    fine = [item for item in kept if mails[_key(item)].address not in refused]
    entries = _entries(fine)
    return DigestContents(
        address=mails[_key(fine[0])].address if fine else "",
        entries=tuple(entries),
        items=tuple(fine or kept),
        left_out=left_out,
        is_refused=bool(kept) and not fine,
    )


def _key(item: DigestItem) -> tuple[int, int]:
    return item.announcement_id, item.contact_id


def _deliveries(items: list[DigestItem], channel: str) -> dict[tuple[int, int], Delivery]:
    rows = Delivery.objects.filter(
        announcement_id__in={item.announcement_id for item in items},
        contact_id__in={item.contact_id for item in items},
        channel=channel,
    )
    return {(row.announcement_id, row.contact_id): row for row in rows}


def _left_out(items: list[DigestItem], mails: dict) -> dict[int, Reason]:
    now = timezone.now()
    here = _people(items)
    read = {key for key, row in _deliveries(items, Channel.PORTAL).items() if row.read_at}
    unwanted = set(
        TopicPreference.objects.filter(
            address__in={row.address for row in mails.values()}, channel=Channel.EMAIL, is_wanted=False
        ).values_list("address", "topic_id")
    )
    reasons = {}
    for item in items:
        announcement, address = item.announcement, mails[_key(item)].address if _key(item) in mails else ""
        reason = (
            (Reason.EXPIRED if announcement.expires_at and announcement.expires_at <= now else None)
            or (Reason.WITHDRAWN if announcement.state == State.CANCELLED else None)
            or (Reason.LEFT if item.contact_id not in here else None)
            or (Reason.ACTED if _key(item) in read else None)
            or (Reason.UNSUBSCRIBED if (address, announcement.topic_id) in unwanted else None)
            or (Reason.NO_CONSENT if _lacks_consent(item) else None)
        )
        if reason:
            reasons[item.pk] = reason
    return reasons


def _lacks_consent(item: DigestItem) -> bool:
    purpose = item.announcement.topic.purpose
    return bool(purpose and purpose.asks_consent and not consenting_contacts([item.contact_id], purpose))


def _people(items: list[DigestItem]) -> set[int]:
    return set(Contact.objects.current().filter(pk__in={item.contact_id for item in items}).values_list("pk", flat=True))


def _entries(items: list[DigestItem]) -> list[Entry]:
    versions = {
        version.announcement_id: version
        for version in AnnouncementVersion.objects.filter(announcement__in={item.announcement_id for item in items})
        if version.number == _approved(items, version)
    }
    return [entry_of(item, versions[item.announcement_id], _values(item)) for item in items]


def _approved(items: list[DigestItem], version: AnnouncementVersion) -> int | None:
    return next(item.announcement.approved_version for item in items if item.announcement_id == version.announcement_id)


def _values(item: DigestItem) -> Person:
    announcement: Announcement = item.announcement
    return merge_values_for([item.contact_id], announcement.programme)[item.contact_id]


def digest_words(announcement_id: int, contact_ids) -> dict[int, str]:
    """For each of the contacts, which digest the announcement went into."""
    items = DigestItem.objects.filter(announcement=announcement_id, contact__in=list(contact_ids)).select_related("digest")
    return {item.contact_id: in_words(item.digest) for item in items}
