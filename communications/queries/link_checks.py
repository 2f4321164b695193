"""What is known of the links of a text."""

from dataclasses import dataclass
from datetime import datetime

from communications.models import Announcement, LinkCheck
from communications.rendering import compile_text


@dataclass(frozen=True)
class LinkState:
    """`checked_at` is the oldest look at any of them; None while one was never looked at."""

    urls: tuple[str, ...]
    broken: tuple[LinkCheck, ...] = ()
    checked_at: datetime | None = None
    is_waiting: bool = False


def links_in(announcement: Announcement) -> tuple[str, ...]:
    """Of the text, of variant B and of its translations. Raises `Invalid` where one cannot be read yet."""
    found = [*compile_text(announcement.body, announcement.language).links]
    found += compile_text(announcement.variant_body, announcement.language).links
    for language, words in announcement.translations.items():
        found += compile_text(words.get("body", ""), language).links
    return tuple(dict.fromkeys(found))


def link_state(announcement: Announcement) -> LinkState:
    urls = links_in(announcement)
    rows = list(LinkCheck.objects.filter(url__in=urls)) if urls else []
    looked = [row.checked_at for row in rows if row.checked_at]
    return LinkState(
        urls,
        broken=tuple(row for row in rows if row.checked_at and not row.is_fine),
        checked_at=min(looked) if looked and len(looked) == len(urls) else None,
        is_waiting=any(row.is_waiting for row in rows),
    )
