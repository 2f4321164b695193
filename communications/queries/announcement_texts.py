"""Announcements as texts that others are held against."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.models import Announcement
from communications.models.statements import ANNOUNCEMENTS
from communications.text_sources import ShownText, TextSource, register_text_source


def register() -> None:
    register_text_source(TextSource(ANNOUNCEMENTS, _("announcement"), _shown))


def _shown(user, versions: Iterable[tuple[int, int]]) -> dict[tuple[int, int], ShownText]:
    """Which ones are out has been asked where they were found."""
    pairs = list(versions)
    rows = Announcement.objects.visible_to(user).filter(pk__in={pk for pk, _number in pairs}).only("public_id", "title")
    by_id = {row.pk: row for row in rows}
    return {
        (pk, number): ShownText(str(by_id[pk]), reverse("admin:communications_announcement_page", args=[by_id[pk].public_id]))
        for pk, number in pairs
        if pk in by_id
    }
