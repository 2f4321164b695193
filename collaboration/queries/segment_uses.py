"""Which meetings and series are for a segment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from collaboration.models import Meeting
from context.models import Segment
from context.segment_uses import register_segment_uses


def register() -> None:
    register_segment_uses(meetings_for)


def meetings_for(segment: Segment, user=None) -> list[Use]:
    """The newest first; a series once. Named where a segment cannot be deleted; its page has no query left to list them."""
    if user is not None:
        return []
    rows = Meeting.objects.filter(segment=segment).order_by("-starts_at")
    return list(dict.fromkeys(_use_of(row) for row in rows[:200]))


def _use_of(meeting: Meeting) -> Use:
    return Use(_("meeting"), str(meeting), reverse("admin:collaboration_meeting_page", args=[meeting.public_id]))
