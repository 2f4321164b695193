"""Courses that are for a segment."""

from django.utils.translation import gettext_lazy as _

from context.segment_uses import SegmentNoun, register_segment_noun, rows_for
from enablement.models import Course


def register() -> None:
    register_segment_noun(SegmentNoun(_("course"), rows_for(Course), "admin:enablement_course_page"))
