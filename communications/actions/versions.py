"""What an announcement says, kept as a version that never changes."""

from typing import NamedTuple

from communications.actions.mentions import note_version
from communications.models import Announcement, AnnouncementVersion
from communications.queries.announcement_page import purpose_of, variant_of
from communications.queries.newsletters import item_addresses
from communications.queries.statements import stated_by
from communications.rendering import compile_text


def keep_version(current: Announcement, **judged) -> AnnouncementVersion:
    """Its words as they stand, with whom it is for and what the policy asks."""
    links = _links_of(current)
    version = AnnouncementVersion.objects.create(
        announcement=current, number=current.version + 1, title=current.title, body=current.body, kind=current.kind,
        channels=current.channels, topic=current.topic, requires_acknowledgement=current.requires_acknowledgement,
        acknowledge_by=current.acknowledge_by, call_to_action=current.call_to_action, stays_open=current.stays_open,
        by_journey=current.by_journey, links=links.targets,
        variant_links_from=links.of_variant, translation_links_from=links.of_translations,
        writers=_writers_of(current), stated=stated_by(current), **judged, **variant_of(current), **purpose_of(current),
    )  # fmt: skip
    note_version(version, current.programme)
    return version


def _writers_of(announcement: Announcement) -> list[int]:
    """All who wrote any of it. Its author may have changed since, where it was handed over."""
    return sorted({*announcement.writers, *([announcement.author_id] if announcement.author_id else [])})


class _Links(NamedTuple):
    """All targets, and where those of variant B and of each translation begin among them; last those of a newsletter's items."""

    targets: list[str]
    of_variant: int
    of_translations: dict[str, int]


def _links_of(announcement: Announcement) -> _Links:
    targets = list(compile_text(announcement.body, announcement.language).links)
    of_variant, of_translations = len(targets), {}
    targets += compile_text(announcement.variant_body, announcement.language).links
    for language, words in announcement.translations.items():
        of_translations[language] = len(targets)
        targets += compile_text(words["body"], language).links
    targets += item_addresses(announcement)
    return _Links(targets, of_variant, of_translations)
