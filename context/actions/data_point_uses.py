"""A data point that segments ask for does not change so that they could no longer be asked."""

from django.utils.translation import gettext as _

from activity.refusals import Invalid, Refused
from context.models import DataPoint
from context.queries.segment_uses import in_a_sentence
from context.rules import Lookups, read_rule
from context.uses import Use


def refuse_where_segments_break(point: DataPoint) -> None:
    """Called once the change is written: rules are read as they will be from now on."""
    lookups, broken = Lookups(), []
    for segment in point.segments.order_by("name"):
        try:
            read_rule(segment.rule, lookups=lookups)
            read_rule(segment.contact_rule, about="contact", lookups=lookups)
        except Invalid as refusal:
            broken.append((segment, refusal))
    if broken:
        words = {"users": in_a_sentence([Use("", segment.name) for segment, _refusal in broken]), "reason": broken[0][1]}
        raise Refused(
            _("With this change %(users)s could no longer be asked: %(reason)s Change them first.") % words, code="in_use"
        )
