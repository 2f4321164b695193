"""What a window of mails needs, asked at the moment of sending: may each still go, and with which values."""

from collections.abc import Container
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone

from activity.columns import among
from communications.channels.outcomes import Outcome
from communications.models import (
    Announcement,
    AnnouncementVersion,
    Cadence,
    Channel,
    Delivery,
    DeliveryState,
    Kind,
    PixelRule,
    Reason,
    Suppression,
    TopicPreference,
)
from communications.queries.acted import acted_already
from communications.queries.merge_values import Person, merge_values_for
from communications.queries.newsletters import entries_for, with_items
from communications.queries.pixels import pixel_rules_for
from communications.queries.preferences import holds_beyond_choices
from communications.queries.why import why_words
from communications.rendering import MergeValues
from communications.tracking_tokens import mail_token
from partners.queries.consents import consenting_contacts


@dataclass(frozen=True)
class Recipient:
    contact_id: int
    contact_public_id: str
    address: str
    values: MergeValues
    variant: str = ""
    pixel: str = PixelRule.INDIVIDUAL
    language: str = ""


@dataclass(frozen=True)
class MailWindow:
    version: AnnouncementVersion
    recipients: tuple[Recipient, ...]
    withheld: dict[int, Outcome]
    addresses: dict[int, str]
    attempts: dict[int, int]

    def address_of(self, contact_id: int) -> str:
        return self.addresses[contact_id]

    def attempts_of(self, contact_id: int) -> int:
        return max(self.attempts[contact_id], 1)

    def answers_among(self, outcomes: dict[int, Outcome]) -> list[tuple[str, Outcome]]:
        """What a mail server said, with the address it said it of."""
        return [(self.addresses[pk], outcome) for pk, outcome in outcomes.items() if pk not in self.withheld]

    def without(self, contact_ids: Container[int]) -> "MailWindow":
        """Those whose turn has not come are left out."""
        return replace(self, recipients=tuple(one for one in self.recipients if one.contact_id not in contact_ids))


def version_to_send(announcement: Announcement) -> AnnouncementVersion:
    """What was approved, with all that its mails say beside it. Asked once for a chunk."""
    version = AnnouncementVersion.objects.select_related("announcement__programme", "topic__purpose").get(
        announcement_id=announcement.pk, number=announcement.approved_version
    )
    version.why_words = why_words(version)
    return version


def mail_window(version: AnnouncementVersion, contact_ids: list[int]) -> MailWindow:
    """Eight queries for any number of rows; six more for a newsletter, which has items of each person's own."""
    of_version = Delivery.objects.filter(announcement_id=version.announcement_id, channel=Channel.EMAIL)
    told = ("contact_id", "address", "attempts", "variant", "announcement__expires_at")
    rows = list(of_version.filter(among("contact_id", contact_ids)).values_list(*told, named=True))
    values = merge_values_for(contact_ids, version.announcement.programme)
    pixels = pixel_rules_for(values)
    reasons = _reasons_against(rows, version, here=values.keys())
    if version.kind == Kind.NEWSLETTER:
        values, without = _with_items(version, values)
        reasons = {row.contact_id: Reason.NOTHING_NEW for row in rows if row.contact_id in without} | reasons
    recipients = tuple(
        Recipient(
            row.contact_id,
            values[row.contact_id].public_id,
            row.address,
            values[row.contact_id].values,
            row.variant or version.announcement.winner,
            pixels[row.contact_id],
            values[row.contact_id].language,
        )  # fmt: skip
        for row in rows
        if row.contact_id not in reasons
    )
    return MailWindow(
        version=version,
        recipients=recipients,
        withheld={contact_id: Outcome(DeliveryState.SUPPRESSED, reason.value) for contact_id, reason in reasons.items()},
        addresses={row.contact_id: row.address for row in rows},
        attempts={row.contact_id: row.attempts for row in rows},
    )


def _with_items(version: AnnouncementVersion, people: dict[int, Person]) -> tuple[dict[int, Person], set[int]]:
    """Everybody's own items put in, and for whom none is left, where nobody is to get the introduction alone."""
    number, pk, links = version.number, version.announcement_id, {address: nth for nth, address in enumerate(version.links)}

    def link(contact_id: int, address: str) -> str:
        token = mail_token(pk, contact_id, number, links[address]) if address in links else ""
        return f"{settings.TRACKING_URL}/t/c/{token}" if token else address

    entries = entries_for(version.announcement, people, link)
    if entries is None:
        return people, set()
    filled = {key: replace(one, values=with_items(one.values, entries[key], one.language)) for key, one in people.items()}
    alone = Cadence.objects.filter(newsletters__announcement=pk, also_without_items=True).exists()
    return filled, set() if alone else {key for key in people if not entries[key]}


def _reasons_against(rows: list[Delivery], version: AnnouncementVersion, *, here) -> dict[int, Reason]:
    """Who must not be mailed after all, and why. The first reason that holds is given."""
    addresses = [row.address for row in rows]
    now = timezone.now()
    expired = any(row.announcement__expires_at and row.announcement__expires_at <= now for row in rows[:1])
    bounced = set(Suppression.objects.filter(among("address", addresses)).values_list("address", flat=True))
    unwanted = set() if holds_beyond_choices(version) else _not_wanted_at(addresses, version)
    acted = acted_already(version, [row.contact_id for row in rows])
    consenting = _consenting(rows, version)
    judged = {
        row.contact_id: (
            (Reason.EXPIRED if expired else None)
            or (Reason.LEFT if row.contact_id not in here else None)
            or (Reason.ACTED if row.contact_id in acted else None)
            or (Reason.BOUNCED if row.address in bounced else None)
            or (Reason.UNSUBSCRIBED if row.address in unwanted else None)
            or (Reason.NO_CONSENT if consenting is not None and row.contact_id not in consenting else None)
        )
        for row in rows
    }
    return {contact_id: reason for contact_id, reason in judged.items() if reason}


def _not_wanted_at(addresses: list[str], version: AnnouncementVersion) -> set[str]:
    of_topic = TopicPreference.objects.filter(topic_id=version.topic_id, channel=Channel.EMAIL, is_wanted=False)
    return set(of_topic.filter(among("address", addresses)).values_list("address", flat=True))


def _consenting(rows: list[Delivery], version: AnnouncementVersion) -> set[int] | None:
    """Who has agreed to what the topic is for; None where that needs no consent."""
    purpose = version.topic.purpose
    if purpose is None or not purpose.asks_consent:
        return None
    return consenting_contacts([row.contact_id for row in rows], purpose)
