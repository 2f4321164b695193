from communications.models import Announcement, ReviewComment


def remarks_on_version(announcement: Announcement, number: int) -> list[ReviewComment]:
    """The first remarks with their replies; three queries."""
    rows = ReviewComment.objects.filter(announcement=announcement, version=number, reply_to=None)
    return list(rows.select_related("by", "settled_by").prefetch_related("replies__by"))


def remarks_open_on(announcement: Announcement) -> int:
    """Not settled yet, on any of its versions."""
    return ReviewComment.objects.filter(announcement=announcement, reply_to=None, settled_at=None).count()
