"""Which announcements are for a segment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from communications.models import Announcement
from context.models import Segment
from context.uses import Use


def announcements_for(segment: Segment, user=None) -> list[Use]:
    """The newest first."""
    rows = (
        Announcement.objects.filter(segment=segment)
        if user is None
        else Announcement.objects.visible_to(user).filter(segment=segment)
    )
    return [
        Use(_("announcement"), str(row), reverse("admin:communications_announcement_change", args=[row.public_id]))
        for row in rows.filter(segment=segment).order_by("-updated_at")
    ]
