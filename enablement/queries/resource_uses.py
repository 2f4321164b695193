"""Which resources are for a segment."""

from django.utils.translation import gettext_lazy as _

from context.segment_uses import SegmentNoun, register_segment_noun, rows_for
from enablement.models import Resource


def register() -> None:
    register_segment_noun(SegmentNoun(_("resource"), rows_for(Resource), "admin:enablement_resource_page"))
