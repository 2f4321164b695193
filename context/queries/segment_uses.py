"""Which segments rely on a segment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from context.models import Segment
from context.uses import Use

NAMED_IN_A_SENTENCE = 5


def segments_that_name(segment: Segment, user=None) -> list[Use]:
    """Those that name it themselves, by name."""
    rows = segment.used_by.all() if user is None else segment.used_by.visible_to(user)
    return [_use(row) for row in rows.order_by("name")]


def segments_above(segment: Segment) -> list[Segment]:
    """All that name it, directly or through others; a query a level."""
    found: dict[int, Segment] = {}
    level = [segment.pk]
    while level:
        rows = Segment.objects.filter(segments__in=level).exclude(pk__in=found).distinct()
        level = [row.pk for row in rows]
        found |= {row.pk: row for row in rows}
    return sorted(found.values(), key=lambda row: row.name)


def in_a_sentence(uses: list[Use]) -> str:
    """“A”, “B” and 3 more."""
    said = ", ".join(f"“{use.name}”" for use in uses[:NAMED_IN_A_SENTENCE])
    more = len(uses) - NAMED_IN_A_SENTENCE
    return _("%(names)s and %(count)d more") % {"names": said, "count": more} if more > 0 else said


def _use(segment: Segment) -> Use:
    return Use(_("segment"), segment.name, reverse("admin:context_segment_change", args=[segment.pk]))
