"""Which segments and surveys rely on a segment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from context.models import Segment, Survey


def segments_that_name(segment: Segment, user=None) -> list[Use]:
    """Those that name it themselves, by name."""
    rows = segment.used_by.all() if user is None else segment.used_by.visible_to(user)
    return [use_of(row) for row in rows.order_by("name")]


def surveys_for(segment: Segment, user=None) -> list[Use]:
    """Also closed ones: they can be opened again, and then ask those that have joined it since."""
    rows = Survey.objects.filter(segment=segment) if user is None else Survey.objects.visible_to(user).filter(segment=segment)
    return [Use(_("survey"), row.title, reverse("admin:context_survey_page", args=[row.public_id])) for row in rows]


def segments_above(segment: Segment) -> list[Segment]:
    """All that name it, directly or through others; a query a level."""
    found: dict[int, Segment] = {}
    level = [segment.pk]
    while level:
        rows = Segment.objects.filter(segments__in=level).exclude(pk__in=found).distinct()
        level = [row.pk for row in rows]
        found |= {row.pk: row for row in rows}
    return sorted(found.values(), key=lambda row: row.name)


def use_of(segment: Segment) -> Use:
    return Use(_("segment"), segment.name, reverse("admin:context_segment_change", args=[segment.pk]))
