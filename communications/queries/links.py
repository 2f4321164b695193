"""Where the links of a version lead. They never change, so each process asks once."""

from communications.models import AnnouncementVersion

REMEMBERED = 1000
_known: dict[tuple[int, int], tuple[str, ...]] = {}


def known_links(announcement_id: int, version: int) -> tuple[str, ...] | None:
    """None where this process has not asked yet."""
    return _known.get((announcement_id, version))


def links_of(announcement_id: int, version: int) -> tuple[str, ...]:
    if (known := known_links(announcement_id, version)) is not None:
        return known
    versions = AnnouncementVersion.objects.filter(announcement_id=announcement_id, number=version)
    links = tuple(versions.values_list("links", flat=True).first() or ())
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[announcement_id, version] = links
    return links
