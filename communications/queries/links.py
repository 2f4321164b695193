from functools import lru_cache

from communications.models import AnnouncementVersion


@lru_cache(maxsize=1000)
def links_of(announcement_id: int, version: int) -> tuple[str, ...]:
    """Where the links of a version lead. They never change, so each process asks once."""
    versions = AnnouncementVersion.objects.filter(announcement_id=announcement_id, number=version)
    return tuple(versions.values_list("links", flat=True).first() or ())
