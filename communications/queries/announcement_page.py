"""What one contact reads of an announcement in the portal: the approved words with their own values put in."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from communications.kinds import own_details
from communications.models import Announcement, AnnouncementVersion, Channel
from communications.models.announcements import Purposeful, Worded
from communications.queries.merge_values import language_of, merge_values_of
from communications.queries.newsletters import entries_of, values_with_items, within_portal
from communications.queries.statements import Outdated, outdated_in, stated_by
from communications.queries.variants import words_for
from communications.queries.why import why_of, why_words
from communications.rendering import MergeValues, compile_text
from communications.rendering.compiling import with_scrolling_tables
from communications.rendering.frame_words import only_in
from communications.rendering.key_facts import KeyFact, key_facts
from communications.rendering.mail import MailTemplate, PreviewUrls, Rendered
from communications.rendering.merge_fields import fill
from communications.rendering.newsletters import NewsletterEntry, newsletter_words
from communications.tracking_tokens import Place, TrackingToken
from partners.models import Contact


@dataclass(frozen=True)
class Reading:
    """The title and the text, ready to be shown; `version` carries the other words (call to action, topic, …)."""

    title: str
    html: SafeString
    version: AnnouncementVersion
    why: str = ""
    only_in: str = ""
    facts: tuple[KeyFact, ...] = ()
    entries: tuple[NewsletterEntry, ...] = ()

    @property
    def chosen_for_you(self) -> str:
        return newsletter_words(self.version.language).heading

    outdated: tuple[Outdated, ...] = ()


def approved_version(announcement: Announcement) -> AnnouncementVersion:
    return announcement.versions.select_related("topic").get(number=announcement.approved_version)


def reading_of(announcement: Announcement, contact: Contact) -> Reading:
    version = words_for(approved_version(announcement), announcement, contact).in_language(language_of(contact))
    values = merge_values_of(contact, announcement.programme)
    return Reading(
        fill(version.title, values), portal_html(version, values, announcement.pk, contact.pk), version, why_words(version),
        only_in(version), tuple(key_facts(version)), entries=entries_of(announcement, contact, within_portal),
        outdated=tuple(outdated_in(version, version.language)),
    )  # fmt: skip


def portal_html(version, values: MergeValues, announcement_id: int, contact_id: int) -> SafeString:
    """`version` is a version or, in a preview, the draft itself: whatever has a `body` and a number."""
    number = getattr(version, "number", version.version if isinstance(version, Announcement) else 0)
    body, first_link = compile_text(version.body, version.language), getattr(version, "first_link", 0)

    def token(link: int) -> str:
        return str(TrackingToken(announcement_id, contact_id, Channel.PORTAL, number, link))

    def link(number: int) -> str:
        return f"/t/c/{token(first_link + number)}"

    html = body.as_html(values, link=link, file=lambda name: f"/t/f/{token(Place.FILE)}/{name}")
    # Safe: compiled and cleaned by `compile_text`, every value in it escaped when it was put in.
    return mark_safe(with_scrolling_tables(html))  # noqa: S308


def variant_of(announcement: Announcement) -> dict:
    """What a version takes over of variant B, of translations, and of the details of its kind."""
    return {field.name: getattr(announcement, field.name) for field in Worded._meta.fields} | {"details": own_details(announcement)}


def purpose_of(announcement: Announcement) -> dict:
    """What a version takes over of what it is for."""
    return {field.name: getattr(announcement, field.name) for field in Purposeful._meta.fields}


def draft_as_version(announcement: Announcement) -> AnnouncementVersion:
    """The words as they stand now, in the shape of a version that is not saved. For previews and tests to oneself."""
    return AnnouncementVersion(
        announcement=announcement, number=announcement.version, title=announcement.title, body=announcement.body,
        kind=announcement.kind, channels=announcement.channels, topic=announcement.topic,
        requires_acknowledgement=announcement.requires_acknowledgement, acknowledge_by=announcement.acknowledge_by,
        call_to_action=announcement.call_to_action, stays_open=announcement.stays_open, by_journey=announcement.by_journey,
        segment_name=announcement.segment.name, rule=announcement.segment.rule, contact_rule=announcement.segment.contact_rule,
        **variant_of(announcement), **purpose_of(announcement),
        why=why_of(announcement.segment.rule, announcement.segment.contact_rule) if announcement.segment.pk else [],
        stated=stated_by(announcement),
    )  # fmt: skip


def mail_preview(announcement: Announcement, contact: Contact) -> Rendered:
    """The mail as this contact would get it, with the draft's links leading straight to their targets."""
    version = draft_as_version(announcement)
    version.why_words = why_words(version)
    values = values_with_items(merge_values_of(contact, announcement.programme), announcement, contact)
    template = MailTemplate.of(version.in_language(language_of(contact)))
    urls = PreviewUrls(announcement.pk, contact.pk, version.number, str(announcement.public_id), links=template.body.links)
    return template.render(values, urls)
